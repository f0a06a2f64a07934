"""Batches: each row once a pass, none alone at the end, a chunk of them at a time."""

import itertools
import weakref

import numpy as np
import pytest
import torch
from sklearn import clone
from small_nets import NETS, make_windows

from skemg.nn import _rows
from skemg.nn._rows import Batches, Rows

ROW = 16  # bytes of a row below: a float32, an int64 and a float32 weight


def rows(n_rows):
    return Rows(
        torch.arange(n_rows, dtype=torch.float32).reshape(-1, 1, 1),
        torch.arange(n_rows),
        torch.ones(n_rows),
    )


@pytest.mark.parametrize(
    "n_rows, batch_size, sizes",
    [
        (6, 3, [3, 3]),
        (7, 3, [3, 4]),
        (8, 3, [3, 3, 2]),
        (1, 3, [1]),
        (4, 9, [4]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_batches_are_slices_and_a_last_single_row_joins(n_rows, batch_size, sizes):
    batches = Batches(rows(n_rows), batch_size)
    assert [len(y) for _, y in batches] == sizes
    assert len(batches) == len(sizes)
    assert torch.cat([y for _, y in batches]).tolist() == list(range(n_rows))


def test_a_shuffled_pass_has_every_row_once_and_another_order_each_time():
    batches = Batches(rows(50), 8, shuffle=True)
    first, second = (torch.cat([y for _, y in batches]).tolist() for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    for x, y in batches:
        assert torch.equal(x["X"].flatten(), y.float())
        assert len(x["sample_weight"]) == len(y)


def test_batches_of_rows_on_the_cpu_share_their_memory():
    data = rows(8)
    x, _ = next(iter(Batches(data, 4)))
    assert x["X"].data_ptr() == data.values.data_ptr()
    assert data.to("cpu") is data


@pytest.fixture
def tiny_device(monkeypatch):
    """Return a function that sets how many bytes are free, on the CPU as the device."""

    def has(free):
        monkeypatch.setattr(_rows, "free_bytes", lambda device: free)

    return has


def batches_of(data, batch_size, shuffle, augment=None):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        batches = list(Batches(data, batch_size, shuffle, augment))
    return [[x["X"], x["sample_weight"], y] for x, y in batches]


def test_rows_that_fill_half_of_the_free_memory_go_to_the_device_at_once(tiny_device):
    tiny_device(2 * 20 * ROW)
    assert rows(20).to("cpu").device is None
    tiny_device(2 * 20 * ROW - 1)
    assert rows(20).to("cpu").device == "cpu"


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 3, 40])
def test_batches_of_chunks_are_those_of_rows_on_the_device(batch_size, shuffle):
    for n_rows, n_at_once in itertools.product([1, 2, 19, 21, 22, 37], range(23)):
        expected = batches_of(rows(n_rows), batch_size, shuffle)
        data = rows(n_rows)
        data.device, data.n_at_once = "cpu", n_at_once
        chunked = batches_of(data, batch_size, shuffle)
        assert len(chunked) == len(expected) == len(Batches(data, batch_size))
        for ours, theirs in zip(chunked, expected, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_augmentation_draws_the_same_for_batches_of_chunks(tiny_device):
    def augment(X):
        return X + torch.rand_like(X)

    expected = batches_of(rows(50), 4, True, augment)
    tiny_device(4 * 13 * ROW)
    chunked = batches_of(rows(50).to("cpu"), 4, True, augment)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(chunked, expected, strict=True))


@pytest.mark.parametrize("shuffle", [False, True])
def test_one_chunk_of_a_quarter_lies_on_the_device_at_a_time(
    tiny_device, monkeypatch, shuffle
):
    alive, lengths = [], []
    chunk = Rows.chunk

    def watched(self, key):
        assert all(tensor() is None for tensor in alive)
        new = chunk(self, key)
        alive.extend(weakref.ref(t) for t in (new, new.values, new.y, new.weight))
        lengths.append(len(new))
        return new

    monkeypatch.setattr(Rows, "chunk", watched)
    tiny_device(4 * 13 * ROW)
    data = rows(50).to("cpu")
    for x, y in Batches(data, 4, shuffle):  # x and y outlive the next chunk
        for tensor in (*x.values(), y):  # and are no views of theirs
            assert tensor.untyped_storage().nbytes() == tensor.nbytes
    assert lengths == [12, 12, 12, 12, 2]


def test_a_chunk_has_a_limit_however_large_the_device_is(tiny_device, monkeypatch):
    monkeypatch.setattr(_rows, "_CHUNK", 5 * ROW)
    tiny_device(60 * ROW)
    assert rows(50).to("cpu").n_at_once == 5


@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_net_is_the_same_on_a_tiny_device(tiny_device, monkeypatch, early_stopping):
    X, y, groups = make_windows()
    net = clone(NETS[0]).set_params(
        max_epochs=2, batch_size=3, early_stopping=early_stopping
    )
    weight = np.linspace(1, 2, len(y))
    expected = net.fit(X, y, weight, groups).predict_proba(X)
    chunk, lengths = Rows.chunk, []

    def watched(self, key):
        lengths.append(len(self.y[key]))
        return chunk(self, key)

    monkeypatch.setattr(Rows, "chunk", watched)
    tiny_device(4 * 7 * (X[0].nbytes // 2 + 8 + 4))  # seven rows of float32
    chunked = clone(net).fit(X, y, weight, groups)
    assert set(lengths) == {6}
    assert np.array_equal(chunked.predict_proba(X), expected)
    assert chunked.history_[:, "train_loss"] == net.history_[:, "train_loss"]

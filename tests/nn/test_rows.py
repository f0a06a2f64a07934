"""Batches: each row once a pass, none alone at the end."""

import pytest
import torch

from skemg.nn._rows import Batches, Rows


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
    assert x["X"].data_ptr() == data.X.data_ptr()
    assert data.to("cpu") is data

"""Kernels of the decomposition, on signals made of known pieces."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from skemg._kernels import pieces, pursuit, superposition
from skemg.clinical._decomposition.superposition import correlate, correlations_of
from skemg.clinical._decomposition.templates import interpolation

PHASES = pieces.PHASES


def smooth(rng, n_times=64):
    """Return a template without fast components, zero at its ends."""
    wave = np.convolve(rng.normal(size=n_times), np.hanning(11), "same")
    return (wave * np.hanning(n_times)).astype(np.float32)


def test_pieces_at_whole_samples_are_slices():
    x = np.arange(20.0, dtype=np.float32)
    starts = PHASES * np.array([3, -2, 17])
    cut = pieces.cut_pieces(x, interpolation(), starts, 5)
    assert_array_equal(cut[0], x[3:8])
    assert_array_equal(cut[1], [0, 0, 0, 1, 2])
    assert_array_equal(cut[2], [17, 18, 19, 0, 0])


def test_a_sine_is_cut_between_its_samples():
    x = np.sin(0.3 * np.arange(200)).astype(np.float32)
    (cut,) = pieces.cut_pieces(x, interpolation(), np.array([50 * PHASES + 3]), 40)
    assert_allclose(cut, np.sin(0.3 * (50 + 3 / PHASES + np.arange(40))), atol=2e-3)


def test_what_was_added_is_cut_again():
    wave = smooth(np.random.default_rng(0))
    x = np.zeros(300, np.float32)
    which, starts = np.zeros(1, np.int64), np.array([100 * PHASES + 5])
    pieces.add_pieces(x, interpolation(), wave[np.newaxis], which, starts, 1.0)
    (cut,) = pieces.cut_pieces(x, interpolation(), starts, len(wave))
    assert_allclose(cut, wave, atol=0.02 * np.abs(wave).max())
    pieces.add_pieces(x, interpolation(), wave[np.newaxis], which, starts, -1.0)
    assert_allclose(x, 0, atol=1e-6)


def test_peaks_reach_the_threshold_and_are_the_largest_around():
    x = np.zeros(100, np.float32)
    x[[10, 13, 40, 70]] = [5, -7, 3, 4]
    found = pieces.find_peaks(x, np.full(100, 3.5, np.float32), 5)
    assert_array_equal(found, [13, 70])


def test_neighbours_are_counted_as_by_the_matrix_of_distances():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3)).astype(np.float32)
    rows = rows[np.argsort((rows**2).sum(axis=1))]
    energy = (rows**2).sum(axis=1)
    distance = ((rows[:, np.newaxis] - rows) ** 2).sum(axis=2)
    limit = 0.2 * np.minimum.outer(energy, energy) + 0.1
    expected = (distance < limit).sum(axis=1) - 1
    assert_array_equal(pieces.count_neighbours(rows, energy, 0.2, 0.1), expected)


def test_correlations_are_those_of_numpy():
    rng = np.random.default_rng(1)
    templates = np.array([smooth(rng), smooth(rng)])
    x = rng.normal(size=1000).astype(np.float32)
    score = correlate(x, templates)
    assert_allclose(score[1], np.correlate(x, templates[1], "valid"), atol=1e-3)
    gram = correlations_of(templates)
    expected = np.correlate(templates[0], templates[1], "full")
    assert_allclose(gram[0, PHASES // 2, 1], expected, atol=1e-3)


def planted(times):
    """Return the state of a pursuit on two templates at known starts."""
    rng = np.random.default_rng(2)
    templates = np.array([smooth(rng), smooth(rng)])
    x = np.zeros(1200, np.float32)
    which = np.arange(len(times)) % 2
    starts = np.round(np.array(times) * PHASES).astype(np.int64)
    pieces.add_pieces(x, interpolation(), templates, which, starts, 1.0)
    score = correlate(x, templates)
    half = 0.5 * (templates.astype(float) ** 2).sum(axis=1)
    price = np.full(score.shape[1], 0.05 * half.min(), np.float32)
    closed = np.zeros(score.shape, np.int8)
    found = np.empty(50, np.int64), np.empty(50, np.int64)
    gram = correlations_of(templates)
    return (score, closed, gram, half, price, 80, *found), which, starts


def test_events_apart_are_placed_to_a_part_of_a_sample():
    state, which, starts = planted([100.0, 300.25, 500.5, 800.875])
    n_events = pursuit.place_all(*state, 0)
    order = np.argsort(state[-1][:n_events])
    assert_array_equal(state[-2][:n_events][order], which)
    assert_allclose(state[-1][:n_events][order], starts, atol=1)


def test_superposed_events_are_resolved():
    state, which, starts = planted([300.0, 304.5, 700.0, 703.25])
    n_events = pursuit.place_all(*state, 0)
    greedy = np.sort(state[-1][:n_events])
    assert np.abs(greedy[:2] - np.sort(starts)[:2]).max() > 4  # which is not enough
    doubtful = np.ones(state[0].shape[1], bool)
    n_events = superposition.resolve(*state, n_events, doubtful, 20, 6)
    expected = sorted(zip(starts, which, strict=True))
    found = sorted(zip(state[-1][:n_events], state[-2][:n_events], strict=True))
    assert [k for _, k in found] == [k for _, k in expected]
    assert_allclose([t for t, _ in found], [t for t, _ in expected], atol=1)


def test_events_are_taken_out_where_no_set_is_worth_its_price(monkeypatch):
    # Not compiled, an index beyond an array raises.
    for name in ("_search", "largest"):
        monkeypatch.setattr(superposition, name, getattr(superposition, name).py_func)
    state, _, _ = planted([300.0, 304.5, 700.0, 703.25])
    n_events = pursuit.place_all(*state, 0)
    price = state[4]
    price[:] = 1e6
    doubtful = np.ones(state[0].shape[1], bool)
    assert superposition.resolve.py_func(*state, n_events, doubtful, 20, 6) == 0

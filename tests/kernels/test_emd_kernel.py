from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import CubicSpline

from skemg._kernels import emd as kernels
from skemg._kernels.emd import FIXED, RATIO, S_NUMBER, emd

RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal((8, 500))
SIGNALS = np.concatenate([NOISE, np.cumsum(NOISE, axis=1)])


def extrema_in_words(x, sign):
    """Return the middle of each run of equal samples that both neighbours are below."""
    starts = np.flatnonzero(np.diff(x, prepend=np.nan) != 0)
    stops = np.append(starts[1:], len(x)) - 1
    runs = sign * x[starts]
    return [
        (starts[i] + stops[i]) // 2
        for i in range(1, len(runs) - 1)
        if runs[i - 1] < runs[i] > runs[i + 1]
    ]


def mirrored_in_words(x, highs, lows):
    """Return the extrema left of the first ones: two lists of (position, value)."""
    first, other = (highs, lows) if highs[0] < lows[0] else (lows, highs)
    sign = 1 if highs[0] < lows[0] else -1
    if sign * x[0] <= sign * x[other[0]]:  # the end is an extremum itself
        near, far = (
            [(-t, x[t]) for t in first[:2]],
            [(0, x[0]), (-other[0], x[other[0]])],
        )
    else:
        axis = 2 * first[0]
        near, far = (
            [(axis - t, x[t]) for t in part] for part in (first[1:3], other[:2])
        )
        if near[-1][0] > 0 or far[-1][0] > 0:  # not as far as the end
            near, far = ([(-t, x[t]) for t in part[:2]] for part in (first, other))
    return (near, far) if sign == 1 else (far, near)


def mean_envelope_in_words(x):
    highs, lows = extrema_in_words(x, 1), extrema_in_words(x, -1)
    if len(highs) + len(lows) < 3:
        return None
    last = len(x) - 1
    left = mirrored_in_words(x, highs, lows)
    right = mirrored_in_words(
        x[::-1], [last - t for t in highs[::-1]], [last - t for t in lows[::-1]]
    )
    curves = []
    for inner, before, after in zip((highs, lows), left, right, strict=True):
        knots = [
            *before,
            *((t, x[t]) for t in inner),
            *((last - t, v) for t, v in after),
        ]
        curves.append(CubicSpline(*zip(*sorted(knots), strict=True))(np.arange(len(x))))
    return sum(curves) / 2


def emd_in_words(x, n_imfs, n_sifts=10):
    residual, imfs = x.copy(), []
    while len(imfs) < n_imfs and mean_envelope_in_words(residual) is not None:
        imf = residual.copy()
        for _ in range(n_sifts):
            mean = mean_envelope_in_words(imf)
            if mean is None:
                break
            imf -= mean
        imfs.append(imf)
        residual -= imf
    return imfs, residual


@pytest.mark.parametrize("n_times", [500, 61])
def test_imfs_are_those_of_scipy_splines_through_the_extrema(n_times):
    for x in SIGNALS[:, :n_times]:
        parts, n_found = emd(x[np.newaxis], 8, FIXED, 10.0)
        imfs, residual = emd_in_words(x, 8)
        assert n_found[0] == len(imfs)
        scale = np.abs(x).max()
        assert_allclose(parts[0, : len(imfs)], imfs, rtol=0, atol=1e-8 * scale)
        assert_allclose(parts[0, -1], residual, rtol=0, atol=1e-8 * scale)
        assert_array_equal(parts[0, len(imfs) : -1], 0)


def test_short_and_coarse_signals_meet_every_case_of_the_mirror_and_of_plateaus():
    for n_times in range(3, 16):
        for x in RNG.integers(-3, 4, (60, n_times)).astype(float):
            parts, n_found = emd(x[np.newaxis], 1, FIXED, 1.0)
            mean = mean_envelope_in_words(x)
            assert n_found[0] == (mean is not None)
            expected = x if mean is None else mean
            assert_allclose(parts[0, -1], expected, rtol=0, atol=1e-9)


def test_imfs_are_those_of_emd_signal():
    pyemd = pytest.importorskip("PyEMD")
    peer = pyemd.EMD(FIXE=10)
    peer.range_thr = peer.total_power_thr = 0  # they are absolute there
    for x in SIGNALS:
        expected = peer.emd(x, max_imf=8)
        parts, n_found = emd(x[np.newaxis], 8, FIXED, 10.0)
        # An IMF whose extrema run out while it is sifted is part of the residual there.
        n_same = min(n_found[0], len(expected) - 1)
        assert n_same >= n_found[0] - 1 >= 4
        assert_allclose(parts[0, :n_same], expected[:n_same], atol=1e-9)


@pytest.mark.parametrize(
    "rule, limit", [(FIXED, 10.0), (FIXED, 1.0), (RATIO, 0.05), (S_NUMBER, 4.0)]
)
@pytest.mark.parametrize("n_imfs", [1, 3, 8])
def test_imfs_and_residual_add_up_to_the_signal(rule, limit, n_imfs):
    x = SIGNALS * np.geomspace(1e-9, 1e9, len(SIGNALS))[:, np.newaxis]
    parts, n_found = emd(x, n_imfs, rule, limit)
    error = np.abs(parts.sum(axis=1) - x).max(axis=1) / np.abs(x).max(axis=1)
    assert error.max() < 1e-10
    assert n_found.max() <= n_imfs
    for row, count in zip(parts, n_found, strict=True):
        if count < n_imfs:
            residual = row[-1]
            n_left = len(extrema_in_words(residual, 1) + extrema_in_words(residual, -1))
            assert n_left < 3
            assert_array_equal(row[count:-1], 0)


def count_sifts(x, rule, limit):
    residual = x.copy()
    return kernels.take_imf(residual, 0.0, rule, limit, np.empty_like(x))


def test_each_rule_ends_the_sifting_where_it_says():
    for x in NOISE:
        assert count_sifts(x, FIXED, 7.0) == 7
        assert_array_equal(
            [count_sifts(x, RATIO, 0.0), count_sifts(x, S_NUMBER, 101.0)],
            kernels.MAX_SIFTS,
        )
        h, n_sifts = x.copy(), 0
        while True:
            mean = mean_envelope_in_words(h)
            ratio = (mean**2).sum() / (h**2).sum()
            h -= mean
            n_sifts += 1
            if ratio < 0.05:
                break
        assert count_sifts(x, RATIO, 0.05) == n_sifts
        h, counts = x.copy(), []
        while len(counts) < 4 or len(set(counts[-4:])) > 1 or not proper(counts[-1]):
            h -= mean_envelope_in_words(h)
            counts.append(counts_of(h))
        before = counts_of(x)
        assert before != counts[0]
        assert count_sifts(x, S_NUMBER, 3.0) == len(counts)


def counts_of(h):
    n_extrema = len(extrema_in_words(h, 1)) + len(extrema_in_words(h, -1))
    return n_extrema, np.count_nonzero(np.diff(np.sign(h)))


def proper(counts):
    return abs(counts[0] - counts[1]) <= 1


def test_the_imfs_of_two_tones_are_the_fast_and_the_slow_one():
    time = np.arange(2001)  # both begin and end at a maximum
    slow, fast = np.cos(2 * np.pi * time / 200), np.cos(2 * np.pi * time / 10)
    parts, _ = emd((slow + fast)[np.newaxis], 2, FIXED, 10.0)
    inside = slice(200, -200)
    assert_allclose(parts[0, 0, inside], fast[inside], atol=0.01)
    assert_allclose(parts[0, 1, inside], slow[inside], atol=0.01)


@pytest.mark.parametrize(
    "x",
    [
        np.full(100, 0.1),
        np.linspace(-1, 1, 100),
        np.abs(np.linspace(-1, 2, 100)),
        np.array([1.0, 1.0]),
        np.array([0.0, 1.0, 0.0, 1.0]),  # two extrema
        1 + 1e-15 * NOISE[0],
    ],
)
def test_without_three_extrema_all_is_residual(x):
    parts, n_found = emd(x[np.newaxis], 3, FIXED, 10.0)
    assert n_found[0] == 0
    assert_array_equal(parts[0], [np.zeros_like(x)] * 3 + [x])


def test_what_rounding_leaves_is_no_imf():
    x = np.tile([0.3, -0.3], 100)[np.newaxis]  # its envelopes are flat
    parts, n_found = emd(x, 4, FIXED, 10.0)
    assert n_found[0] == 1
    assert_allclose(parts[0, 0], x[0], rtol=1e-12)


def test_float32_rows_are_decomposed_as_the_same_rows_in_float64():
    x = SIGNALS.astype(np.float32)
    x.flags.writeable = False
    for narrow, wide in zip(
        emd(x, 3, FIXED, 10.0), emd(x.astype(float), 3, FIXED, 10.0), strict=True
    ):
        assert_array_equal(narrow, wide)


def test_a_row_has_the_imfs_that_it_has_alone_on_eight_threads_at_once():
    x = np.tile(SIGNALS, (4, 1))
    expected, _ = emd(x, 4, FIXED, 10.0)
    for row in (0, 9):
        assert_array_equal(emd(x[row : row + 1], 4, FIXED, 10.0)[0][0], expected[row])
    with ThreadPoolExecutor(8) as pool:
        for parts, _ in pool.map(lambda _: emd(x, 4, FIXED, 10.0), range(16)):
            assert_array_equal(parts, expected)

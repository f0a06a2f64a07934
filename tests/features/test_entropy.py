import functools
import math
import tracemalloc

import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import EntropyFeatures, SpectralFeatures

RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal((3, 120))
SMOOTH = np.cumsum(NOISE, axis=1)
BURSTS = NOISE * np.where(np.arange(120) // 20 % 2, 10, 1)
INTEGERS = RNG.integers(-5, 6, (3, 120)).astype(float)
SIGNALS = np.concatenate([NOISE, SMOOTH, BURSTS, INTEGERS])
ALL = ("sample", "approximate", "fuzzy", "permutation", "spectral")


def distances(x, m, n_templates, *, centre=False):
    """Return the matrix of Chebyshev distances between the templates."""
    templates = np.array([x[i : i + m] for i in range(n_templates)])
    if centre:
        templates -= templates.mean(axis=1, keepdims=True)
    return np.abs(templates[:, np.newaxis] - templates).max(axis=2)


def sample_in_words(x, m=2, r=0.2):
    n_templates = len(x) - m
    pairs = np.triu_indices(n_templates, 1)
    n_short, n_long = (
        (distances(x, length, n_templates)[pairs] <= r * x.std()).sum()
        for length in (m, m + 1)
    )
    if n_short == 0:
        return math.log(n_templates * (n_templates - 1) / 2)
    return math.log(n_short) if n_long == 0 else -math.log(n_long / n_short)


def approximate_in_words(x, m=2, r=0.2):
    def phi(length):
        near = distances(x, length, len(x) - length + 1) <= r * x.std()
        return np.log(near.mean(axis=1)).mean()

    return phi(m) - phi(m + 1)


def fuzzy_in_words(x, m=2, r=0.2, n=2):
    def phi(length):
        d = distances(x, length, len(x) - m, centre=True)
        return np.exp(-((d / (r * x.std())) ** n))[~np.eye(len(d), dtype=bool)].mean()

    return math.log(phi(m)) - math.log(phi(m + 1))


def permutation_in_words(x, order=3):
    runs = [x[i : i + order] for i in range(len(x) - order + 1)]
    ranks = [tuple(np.argsort(run, kind="stable")) for run in runs]
    shares = np.array([ranks.count(rank) for rank in set(ranks)]) / len(ranks)
    return -(shares * np.log(shares)).sum() / math.log(math.factorial(order))


def spectral_in_words(x):
    _, power = signal.periodogram(x, window="hann", detrend="constant")
    share = power[1:] / power[1:].sum()
    return -(share * np.log(share)).sum() / math.log(len(share))


IN_WORDS = {
    "sample": sample_in_words,
    "approximate": approximate_in_words,
    "fuzzy": fuzzy_in_words,
    "permutation": permutation_in_words,
    "spectral": spectral_in_words,
}


def entropy(rows, name, **kwargs):
    return EntropyFeatures((name,), **kwargs).fit_transform(np.atleast_2d(rows))[:, 0]


@pytest.mark.parametrize("name", ALL)
def test_each_entropy_is_that_of_its_definition(name):
    expected = [IN_WORDS[name](x) for x in SIGNALS]
    assert_allclose(entropy(SIGNALS, name), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["sample", "approximate", "fuzzy"])
@pytest.mark.parametrize("m, r", [(1, 0.2), (3, 0.5), (5, 1.5), (2, 0.05)])
def test_length_and_tolerance_of_templates_are_those_of_the_definition(name, m, r):
    expected = [IN_WORDS[name](x, m, r) for x in SIGNALS]
    assert_allclose(entropy(SIGNALS, name, m=m, r=r), expected, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 3, 2.5, 0.5])
def test_exponent_of_the_fuzzy_entropy_is_that_of_the_definition(n):
    expected = [fuzzy_in_words(x, n=n) for x in SIGNALS]
    # A root makes much of the rounding of equal templates.
    rtol = 1e-11 if n >= 1 else 1e-8
    assert_allclose(entropy(SIGNALS, "fuzzy", n=n), expected, rtol=rtol)


@pytest.mark.parametrize("order", [2, 4, 8])
def test_patterns_of_any_length_are_counted(order):
    expected = [permutation_in_words(x, order) for x in SIGNALS]
    assert_allclose(entropy(SIGNALS, "permutation", order=order), expected)


def test_permutation_entropy_is_that_of_the_example_of_bandt_and_pompe():
    x = [4, 7, 9, 10, 6, 11, 3]
    bits = -(4 / 6 * math.log2(4 / 6) + 2 / 6 * math.log2(2 / 6))
    assert_allclose(entropy(x, "permutation", order=2), bits)
    bits = -(2 * 2 / 5 * math.log2(2 / 5) + 1 / 5 * math.log2(1 / 5))
    assert_allclose(entropy(x, "permutation", order=3), bits / math.log2(6))


def test_without_a_longer_match_sample_entropy_is_the_log_of_the_shorter_ones():
    x = [0, 1, 5, 0, 1, 9, 0, 1, 20]  # (0, 1) three times, and never the same behind it
    assert_allclose(entropy(x, "sample", r=0.01), math.log(3))


def test_without_any_match_sample_entropy_is_the_log_of_the_number_of_pairs():
    x = [0, 1, 3, 7, 15, 31]
    assert_allclose(entropy(x, "sample", r=0.01), math.log(4 * 3 / 2))
    assert_allclose(entropy(x, "sample", r=0.01, m=1), math.log(5 * 4 / 2))


def test_a_distance_that_equals_the_tolerance_is_a_match():
    x = np.random.default_rng(1).permutation(np.repeat([-1.0, 1.0], 50))  # SD is 1
    assert_array_equal(entropy(x, "sample", r=2), 0)
    assert entropy(x, "sample", r=np.nextafter(2, 0)) > 0.5
    assert entropy(x, "approximate", r=2) == 0
    assert entropy(x, "approximate", r=np.nextafter(2, 0)) > 0.5


@pytest.mark.parametrize("n", [1, 2, 3])
def test_fuzzy_entropy_of_three_samples_is_known(n):
    # Templates of one sample are alike without their mean; of two, d is 1.
    sd = math.sqrt(2) / 3
    assert_allclose(entropy([0, 1, 0], "fuzzy", m=1, r=2, n=n), (1 / (2 * sd)) ** n)


def test_similarities_that_vanish_leave_a_finite_fuzzy_entropy():
    x = [0, 1, 0, 5, 1, 9]
    assert_allclose(entropy(x, "fuzzy", m=1, r=1e-3), 80)
    assert_array_equal(entropy(x, "fuzzy", m=1, r=1e-3).astype(np.float32), 80)


def test_what_repeats_itself_has_no_sample_entropy_and_noise_has_much():
    alternating = np.tile([1.0, -1.0], 100)
    assert_array_equal(entropy(alternating, "sample"), 0)
    assert_array_equal(entropy(np.arange(200.0), "fuzzy"), 0)  # all slopes are alike
    assert_array_equal(entropy(np.arange(200.0), "permutation"), 0)
    white = np.random.default_rng(1).standard_normal((20, 1000))
    assert_allclose(entropy(white, "permutation").mean(), 1, atol=0.01)
    # Two normal samples, SD 1, are within 0.2 with this probability.
    expected = -math.log(math.erf(0.2 / 2))
    assert_allclose(entropy(white, "sample").mean(), expected, rtol=0.02)


def test_spectral_entropy_is_that_of_spectral_features():
    other = SpectralFeatures(("spectral_entropy",), sfreq=1000)
    expected = other.fit_transform(SIGNALS)[:, 0]
    assert_allclose(entropy(SIGNALS, "spectral"), expected, rtol=1e-13)


def test_scale_and_offset_change_nothing():
    expected = EntropyFeatures(ALL).fit_transform(SIGNALS)
    for scale, offset in ((2.0**-40, 0), (2.0**30, 0), (1, 1024)):
        moved = EntropyFeatures(ALL).fit_transform(scale * SIGNALS + offset)
        assert_allclose(moved, expected, rtol=1e-9)


@pytest.mark.parametrize("name", ["sample", "approximate", "permutation"])
def test_counts_are_the_same_in_both_precisions(name):
    narrow = SIGNALS.astype(np.float32)
    exact = entropy(narrow.astype(float), name)
    assert_array_equal(entropy(narrow, name), exact.astype(np.float32))


def test_fuzzy_entropy_of_float32_has_the_digits_of_float32():
    rows = np.random.default_rng(1).standard_normal((4, 960)).astype(np.float32)
    exact = entropy(rows.astype(float), "fuzzy")
    assert_allclose(entropy(rows, "fuzzy"), exact, rtol=1e-6)


def test_columns_of_sub_bands_are_those_of_pywt_in_the_order_of_dwt_features():
    rows = np.random.default_rng(2).standard_normal((2, 314))
    step = EntropyFeatures(ALL, on="dwt", wavelet="db2", level=2)
    table = step.fit_transform(rows)
    centred = rows - rows.mean(axis=1, keepdims=True)
    padded = np.pad(centred, ((0, 0), (0, 2)))
    bands = pywt.wavedec(padded, "db2", "periodization", level=2)[::-1]
    columns = [[IN_WORDS[name](x) for x in band] for band in bands for name in ALL]
    assert_allclose(table, np.transpose(columns), rtol=1e-9)
    names = [f"entropy_{band}_{name}" for band in ("d1", "d2", "a2") for name in ALL]
    assert list(step.get_feature_names_out()) == names


def test_long_windows_are_shortened_to_means_of_neighbours_where_pairs_are_compared():
    rows = np.random.default_rng(3).standard_normal((2, 2501))
    step = EntropyFeatures(ALL)
    means = rows[:, :2499].reshape(2, 833, 3).mean(axis=2)
    expected = EntropyFeatures(ALL).fit_transform(means)
    table = step.fit_transform(rows)
    assert_array_equal(table[:, :3], expected[:, :3])
    assert_allclose(table[:, 3], [permutation_in_words(x) for x in rows])
    assert_allclose(table[:, 4], [spectral_in_words(x) for x in rows])
    longer = EntropyFeatures(("sample",), max_samples=2501).fit_transform(rows[:1])
    assert_allclose(longer, [[sample_in_words(rows[0])]])
    kept = EntropyFeatures(("sample",)).fit_transform(rows[:, :1000])
    assert_allclose(kept[:, 0], [sample_in_words(x) for x in rows[:, :1000]])


@pytest.mark.parametrize("on", ["window", "dwt"])
@pytest.mark.parametrize("level", [0.0, 0.1, -1e6, 1e-9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_flat_window_has_zeros_and_no_negative_ones(on, level, dtype):
    rows = np.full((2, 203), level, dtype)
    table = EntropyFeatures(ALL, on=on).fit_transform(rows)
    assert_array_equal(table, 0)
    assert not np.signbit(table).any()


def test_a_sub_band_with_nothing_but_rounding_has_zeros():
    rows = 0.1 + np.tile([1.0, -1.0], 100)[np.newaxis]
    step = EntropyFeatures(ALL, on="dwt", level=2)
    table = step.fit_transform(rows)
    assert not np.signbit(table).any()
    assert_array_equal(table, 0)


def test_no_matrix_of_all_pairs_is_made():
    rows = RNG.standard_normal((1, 6000))
    step = EntropyFeatures(("sample", "approximate", "fuzzy"), max_samples=6000)
    step.fit_transform(rows)
    tracemalloc.start()
    step.transform(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6000**2 / 16  # less than half of a bit a pair


@pytest.mark.parametrize(
    "name, minimum", [("sample", 4), ("fuzzy", 4), ("approximate", 3), ("spectral", 2)]
)
def test_the_shortest_window_works_and_a_shorter_one_is_refused(name, minimum):
    table = EntropyFeatures((name,)).fit_transform(NOISE[:, :minimum])
    assert np.isfinite(table).all()
    with pytest.raises(SignalError, match=f"minimum of {minimum} is required"):
        EntropyFeatures((name,)).fit(NOISE[:, : minimum - 1])


def test_short_sub_bands_are_refused_at_fit():
    step = EntropyFeatures(("sample",), m=9, on="dwt", wavelet="haar")
    with pytest.raises(SignalError, match="minimum of 81 .*11 samples in each series"):
        step.fit(NOISE[:, :80])
    step.fit_transform(NOISE[:, :81])
    with pytest.raises(SignalError, match="minimum of 56 .* the largest level here"):
        EntropyFeatures(on="dwt").fit(NOISE[:, :55])


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"entropies": ("shannon",)}, "unknown entropy 'shannon'; the entropies are"),
        ({"entropies": "sample"}, "entropies must be a list of names"),
        ({"entropies": ("sample", "sample")}, "entropies must name each one once"),
        ({"m": 0}, "m == 0"),
        ({"r": 0}, "r == 0"),
        ({"n": -1.0}, "n == -1"),
        ({"order": 1}, "order == 1"),
        ({"order": 9}, "order == 9"),
        ({"on": "bands"}, 'on must be "window" or "dwt"'),
        ({"on": "dwt", "wavelet": "db99"}, "unknown wavelet 'db99'"),
        ({"on": "dwt", "level": 0}, "level == 0"),
        ({"max_samples": 7}, "max_samples == 7"),
        ({"max_samples": 65536}, "max_samples == 65536"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        EntropyFeatures(**parameters).fit(NOISE)


def test_values_are_those_of_antropy():
    antropy = pytest.importorskip("antropy")
    rows = np.concatenate([NOISE, SMOOTH, BURSTS])  # ties are ranked otherwise there
    peers = {
        "sample": antropy.sample_entropy,
        "approximate": antropy.app_entropy,
        "permutation": functools.partial(antropy.perm_entropy, normalize=True),
    }
    for name, peer in peers.items():
        assert_allclose(entropy(rows, name), [peer(x) for x in rows], rtol=1e-9)


def test_values_are_those_of_entropyhub():
    hub = pytest.importorskip("EntropyHub")
    rows = np.concatenate([NOISE, SMOOTH, BURSTS])
    peers = {
        "sample": lambda x: hub.SampEn(x, m=2, r=0.2 * x.std())[0][-1],
        "approximate": lambda x: hub.ApEn(x, m=2, r=0.2 * x.std())[0][-1],
        "fuzzy": lambda x: hub.FuzzEn(x / x.std(), m=2, r=(0.2**2, 2))[0][-1],
    }
    for name, peer in peers.items():
        assert_allclose(entropy(rows, name), [peer(x) for x in rows], rtol=1e-9)

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg._kernels.emd import FIXED, S_NUMBER, emd
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.preprocessing import EMDDenoiser

RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal(3000)


def imfs_of(x, n_imfs=8, rule=FIXED, limit=10.0):
    parts, n_found = emd(x[np.newaxis], n_imfs, rule, limit)
    return parts[0, : n_found[0]]


def clean(x, *args, **parameters):
    (result,) = EMDDenoiser(*args, **parameters).fit_transform([x])
    return result


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_dropped_gives_the_recording_to_the_last_bit(dtype):
    x = NOISE.astype(dtype)
    assert_array_equal(clean(x, ()), x)


@pytest.mark.parametrize("drop", [(1,), (2,), (3, 1), (1, 2, 3, 4)])
def test_what_is_dropped_are_the_imfs_with_these_numbers(drop):
    imfs = imfs_of(NOISE)
    expected = NOISE - imfs[[k - 1 for k in drop]].sum(axis=0)
    assert_allclose(clean(NOISE, drop), expected, atol=1e-12)


def test_the_rule_reaches_the_sifting():
    expected = NOISE - imfs_of(NOISE, 1, S_NUMBER, 3.0)[0]
    found = clean(NOISE, stop="s_number", stop_at=3)
    assert_allclose(found, expected, atol=1e-12)
    assert np.abs(found - clean(NOISE)).max() > 0.01


def soft_in_words(imf):
    limit = np.median(np.abs(imf)) / 0.6745 * np.sqrt(2 * np.log(len(imf)))
    return np.sign(imf) * np.maximum(np.abs(imf) - limit, 0)


@pytest.mark.parametrize("drop", [(), (1, 3)])
def test_the_universal_threshold_shrinks_each_imf_by_its_own_noise(drop):
    x = NOISE + 20 * (RNG.random(3000) < 0.01)
    imfs = imfs_of(x, 5)
    kept = [soft_in_words(imf) for k, imf in enumerate(imfs, 1) if k not in drop]
    expected = np.sum(kept, axis=0) + (x - imfs.sum(axis=0))
    assert_allclose(clean(x, drop, "universal", n_imfs=5), expected, atol=1e-12)


def test_an_imf_behind_those_that_are_shrunk_may_be_dropped():
    imfs = imfs_of(NOISE, 3)
    expected = NOISE - imfs[0] - imfs[2] + soft_in_words(imfs[0])
    assert_allclose(clean(NOISE, (3,), "universal", n_imfs=1), expected, atol=1e-12)


def test_more_than_there_is_leaves_the_trend():
    x = NOISE[:300] + np.linspace(0, 20, 300)
    imfs = imfs_of(x, 50)
    everything = clean(x, (1, 2, 3, 4, 5, 6, 7, 8))
    assert len(imfs) < 8
    assert_allclose(everything, x - imfs.sum(axis=0), atol=1e-12)


def test_half_of_white_noise_goes_and_the_potentials_stay():
    emg = make_needle_emg(n_patients=3, duration=5.0, sfreq=24_000, random_state=0).data
    pure = emg[0].astype(np.float64)
    assert pure.shape == (120_000,)
    noisy = pure + 30 * RNG.standard_normal(len(pure))
    for step in (EMDDenoiser(), EMDDenoiser((), "universal", n_imfs=1)):
        (found,) = step.fit_transform([noisy])
        assert np.square(found - pure).mean() < 0.55 * 30**2


def test_a_recording_whose_squares_vanish_is_decomposed_too():
    tiny = 2.0**-700
    assert_array_equal(clean(tiny * NOISE, (1,), None), tiny * clean(NOISE, (1,), None))


@pytest.mark.parametrize("x", [np.full(100, 3.0), np.linspace(0, 1, 50)])
def test_without_imfs_a_recording_comes_back_as_it_is(x):
    assert_array_equal(clean(x, (1, 2), "universal"), x)


def test_a_recording_shorter_than_the_slowest_imf_is_refused_with_the_minimum():
    EMDDenoiser((1, 5)).fit([np.ones(32)])
    with pytest.raises(SignalError, match=r"recording 1 .* 31, .* at least 32 samples"):
        EMDDenoiser((1, 5)).fit([np.ones(300), np.ones(31)])
    with pytest.raises(SignalError, match=r"n_imfs=4\) needs at least 16 samples"):
        EMDDenoiser((), "universal", n_imfs=4).fit([np.ones(15)])
    EMDDenoiser((), n_imfs=4).fit([np.ones(15)])
    with pytest.raises(SignalError, match="at least 3 samples"):  # of an extremum
        EMDDenoiser().fit([np.ones(2)])


@pytest.mark.parametrize(
    "parameters, error, message",
    [
        ({"drop": 1}, ValueError, "drop must be a tuple of IMFs, got 1"),
        ({"drop": None}, ValueError, "drop must be a tuple"),
        ({"drop": "1"}, ValueError, "drop must be a tuple"),
        ({"drop": (0,)}, ValueError, "drop == 0"),
        ({"drop": (1.5,)}, TypeError, "drop"),
        ({"threshold": "hard"}, ValueError, 'must be "universal" or None'),
        ({"n_imfs": 0}, ValueError, "n_imfs == 0"),
        ({"stop": "never"}, ValueError, "stop must be one of"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, error, message):
    with pytest.raises(error, match=message):
        EMDDenoiser(**parameters).fit([NOISE])

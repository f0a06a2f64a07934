import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import SpectralFeatures
from skemg.features._spectral import _FUNCTIONS

SFREQ = 10_000.0
RNG = np.random.default_rng(0)


def features(rows, *names, **kwargs):
    return SpectralFeatures(names, sfreq=SFREQ, **kwargs).fit_transform(rows)


def in_words(row):
    """Transcribe the formulas for one window, on scipy's periodogram."""
    f, p = signal.periodogram(row, SFREQ, window="hann", detrend="constant")
    f, p = f[1:], p[1:]
    total = p.sum()
    mnf = sum(f * p) / total
    low = p[(f >= 20) & (f < 500)].sum()
    high = p[(f >= 500) & (f < 4000)].sum()
    peak = np.argmax(p)
    beside = max(1, round(20 * len(row) / SFREQ))
    share = p / total
    return {
        "mnf": mnf,
        "mdf": next(f[j] for j in range(len(f)) if p[: j + 1].sum() >= total / 2),
        "pkf": f[peak],
        "ttp": total,
        "sm1": sum(f * p),
        "sm2": sum(f**2 * p),
        "sm3": sum(f**3 * p),
        "vcf": sum(f**2 * p) / total - mnf**2,
        "fr": low / high,
        "psr": p[max(peak - beside, 0) : peak + beside + 1].sum() / total,
        "spectral_entropy": -sum(share * np.log(share)) / np.log(len(f)),
    }


@pytest.mark.parametrize("n_times", [1000, 999, 250])
def test_values_are_those_of_the_formulas_on_the_periodogram_of_scipy(n_times):
    rows = np.cumsum(RNG.standard_normal((4, n_times)), axis=1)
    expected = [in_words(row) for row in rows]
    table = features(rows, *_FUNCTIONS)
    for column, name in enumerate(_FUNCTIONS):
        assert_allclose(
            table[:, column], [row[name] for row in expected], rtol=1e-8, err_msg=name
        )


def test_a_tone_has_its_frequency_and_its_power():
    time = np.arange(1000) / SFREQ
    rows = 5 + 30 * np.sin(2 * np.pi * 800 * time)[np.newaxis]
    mnf, mdf, pkf, ttp, vcf, psr = features(
        rows, "mnf", "mdf", "pkf", "ttp", "vcf", "psr"
    )[0]
    assert_allclose([mnf, mdf, pkf], 800)
    assert_allclose(ttp * 10, 450)  # bins of 10 Hz hold A**2 / 2
    assert_allclose(vcf, 100 / 3)  # 1/6, 2/3 and 1/6 at distances of one bin
    assert_allclose(psr, 1)


def test_the_entropy_of_white_noise_is_near_one_and_of_a_tone_near_zero():
    noise = RNG.standard_normal((50, 4000))
    entropy = features(noise, "spectral_entropy")
    # The mean of -p ln p of exponential powers is known: 1 - (1 - gamma) / ln(bins).
    assert_allclose(entropy.mean(), 1 - (1 - np.euler_gamma) / np.log(2000), atol=0.02)
    tone = np.sin(2 * np.pi * np.arange(4000) / 10)[np.newaxis]
    assert features(tone, "spectral_entropy") < 0.12


def test_the_bands_of_the_ratio_are_parameters_and_do_not_overlap():
    time = np.arange(1000) / SFREQ
    at_border = np.sin(2 * np.pi * 500 * time) + np.sin(2 * np.pi * 100 * time)
    ratio = features(
        at_border[np.newaxis], "fr", low_band=(0, 480), high_band=(480, 520)
    )
    assert_allclose(ratio, 1)


def test_flat_windows_have_zeros_whatever_their_level():
    rows = np.repeat([[0.0], [0.1], [-1e6]], 500, axis=1)
    assert_array_equal(features(rows, *_FUNCTIONS), 0)
    assert_array_equal(features(rows.astype(np.float32), *_FUNCTIONS), 0)


def test_an_offset_changes_nothing():
    rows = RNG.standard_normal((3, 500))
    assert_allclose(
        features(rows + 1e4, *_FUNCTIONS), features(rows, *_FUNCTIONS), rtol=1e-6
    )


def test_an_unknown_rate_is_refused():
    with pytest.raises(SignalError, match="the sampling rate is unknown"):
        SpectralFeatures().fit(np.ones((2, 100)))


@pytest.mark.parametrize("band", [500, (20, 100, 500), None])
def test_a_band_that_is_no_pair_is_refused(band):
    with pytest.raises(ValueError, match="low_band must be two frequencies in Hz, got"):
        SpectralFeatures(("fr",), low_band=band, sfreq=500).fit(np.ones((2, 100)))


def test_a_band_without_a_bin_is_refused_only_where_it_is_used():
    rows = RNG.standard_normal((2, 100))
    SpectralFeatures(sfreq=500).fit(rows)
    with pytest.raises(ValueError, match=r"high_band=\(500.0, 4000.0\) has no bin"):
        SpectralFeatures(("fr",), sfreq=500).fit(rows)

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.exceptions import SignalError
from skemg.features import LogSpectrum
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

SFREQ = 4000.0
RNG = np.random.default_rng(0)


def tone(frequency, amplitude, n_times=400):
    time = np.arange(n_times) / SFREQ
    return amplitude * np.cos(2 * np.pi * frequency * time)[np.newaxis]


def power(rows, **kwargs):
    return 10 ** LogSpectrum(**kwargs).fit_transform(rows)


def test_a_tone_on_a_bin_has_half_its_squared_amplitude_there_and_a_quarter_beside():
    spectrum = power(tone(500, 30))[0]
    assert_allclose(spectrum[49:52], [450 / 4, 450, 450 / 4])
    assert_allclose(np.delete(spectrum, [49, 50, 51]), 0, atol=2e-20)


def test_a_constant_and_the_highest_frequency_have_their_squared_amplitude():
    assert_allclose(power(tone(0, 3))[0, 0], 9)
    assert_allclose(power(tone(SFREQ / 2, 3))[0, -1], 9)


@pytest.mark.parametrize("n_times", [1, 2, 3, 400, 401])
def test_powers_are_those_of_the_periodogram_of_scipy(n_times):
    rows = RNG.standard_normal((3, n_times))
    _, expected = signal.periodogram(
        rows, window="hann", scaling="spectrum", detrend=False
    )
    assert_allclose(power(rows), expected, rtol=1e-10, atol=2e-20)


def test_the_logarithm_of_zeros_is_that_of_eps():
    assert_allclose(LogSpectrum().fit_transform(np.zeros((1, 8))), -20)
    assert_allclose(LogSpectrum(eps=1e-3).fit_transform(np.zeros((1, 8))), -3)


def test_bins_on_the_cutoffs_are_kept_and_all_others_are_gone():
    rows = RNG.standard_normal((3, 400))
    every = LogSpectrum().fit_transform(rows)
    spectrum = LogSpectrum(low=60, high=200, sfreq=SFREQ)
    assert_array_equal(spectrum.fit_transform(rows), every[:, 6:21])
    names = [f"logspectrum_{10 * k}hz" for k in range(6, 21)]
    assert list(spectrum.get_feature_names_out()) == names
    assert_array_equal(
        LogSpectrum(low=61, sfreq=SFREQ).fit_transform(rows), every[:, 7:]
    )


def test_without_a_rate_columns_are_named_by_bin():
    rows = RNG.standard_normal((3, 6))
    names = LogSpectrum().fit(rows).get_feature_names_out()
    assert list(names) == [f"logspectrum_bin{k}" for k in range(4)]
    names = LogSpectrum(n_bands=2).fit(rows).get_feature_names_out()
    assert list(names) == ["logspectrum_bin0-1", "logspectrum_bin2-3"]


def test_bands_hold_the_mean_power_of_their_bins():
    rows = RNG.standard_normal((3, 400))
    spectrum = LogSpectrum(low=60, high=150, n_bands=3, sfreq=SFREQ)
    bins = power(rows, low=60, high=150, sfreq=SFREQ)
    parts = bins[:, :3], bins[:, 3:6], bins[:, 6:]
    expected = np.stack([part.mean(axis=1) for part in parts], axis=1)
    assert_allclose(10 ** spectrum.fit_transform(rows), expected)
    names = ["60-80", "90-110", "120-150"]
    expected = [f"logspectrum_{name}hz" for name in names]
    assert list(spectrum.get_feature_names_out()) == expected


def test_as_many_bands_as_bins_are_the_bins():
    rows = RNG.standard_normal((3, 20))
    assert_array_equal(
        LogSpectrum(n_bands=11).fit_transform(rows), LogSpectrum().fit_transform(rows)
    )


def delta_in_words(table, width=2):
    """Transcribe the regression over the neighbours, edges repeated."""
    padded = np.pad(table, ((width, width), (0, 0)), mode="edge")
    n = len(table)
    total = sum(
        k * (padded[width + k : width + k + n] - padded[width - k : width - k + n])
        for k in (1, 2)
    )
    return total / (2 * (1 + 4))


def test_delta_is_the_regression_within_each_recording():
    emg = Recordings.from_list(
        [RNG.standard_normal((2, n)) for n in (4000, 200, 700, 20_000)], sfreq=SFREQ
    )
    windows = Windower(length=0.05).fit_transform(emg)
    alone = LogSpectrum(n_bands=5).fit_transform(windows)
    both = LogSpectrum(n_bands=5, delta=True).fit_transform(windows)
    columns = np.array(both.feature_names)
    is_delta = np.char.startswith(columns, "ch1_delta_") | np.char.startswith(
        columns, "ch2_delta_"
    )
    assert_array_equal(both.values[:, ~is_delta], alone.values)
    assert [name.replace("delta_", "") for name in columns[is_delta]] == (
        alone.feature_names
    )
    expected = np.concatenate([delta_in_words(bag) for bag in alone])
    assert_allclose(both.values[:, is_delta], expected, atol=1e-12)
    assert columns[5] == "ch1_delta_logspectrum_0-380hz"


def test_delta_of_a_level_that_grows_evenly_is_its_slope():
    growth = 10 ** (np.arange(9) / 2)  # one decade of power a window
    rows = growth[:, np.newaxis] * RNG.standard_normal(64)
    windows = Windows(rows, [0, 9], sfreq=SFREQ)
    slope = LogSpectrum(n_bands=1, delta=True).fit_transform(windows).values[:, 1]
    assert_allclose(slope[2:-2], 1)


def test_delta_of_plain_rows_is_refused():
    with pytest.raises(SignalError, match="between Windower and the vote"):
        LogSpectrum(delta=True).fit(np.ones((4, 16)))


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"low": 300, "high": 200}, "low <= high <= sfreq / 2"),
        ({"high": 2001}, "= 2000 Hz"),
        ({"low": 2001}, "= 2000 Hz"),
        ({"low": 61, "high": 69}, "10 Hz apart"),
        ({"low": -1}, "low == -1"),
        ({"low": 60, "high": 100, "n_bands": 6}, "more than the 5 bins"),
        ({"n_bands": 0}, "n_bands == 0"),
        ({"eps": -1}, "eps == -1"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        LogSpectrum(**parameters, sfreq=SFREQ).fit(np.ones((2, 400)))


def test_a_cutoff_without_a_rate_is_refused():
    with pytest.raises(SignalError, match=r"LogSpectrum\(sfreq=\.\.\.\)"):
        LogSpectrum(low=60).fit(np.ones((2, 400)))


def test_no_memory_of_the_size_of_the_batch_is_used_beside_the_output():
    rows = RNG.standard_normal((6000, 480)).astype(np.float32)
    spectrum = LogSpectrum().fit(rows)
    spectrum.transform(rows[:1000])
    tracemalloc.start()
    table = spectrum.transform(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < table.nbytes + 4e6


def test_the_bins_of_very_long_windows_have_names_of_their_own():
    windows = np.zeros((1, 48_000 * 12))
    spectrum = LogSpectrum(low=23_999.9, sfreq=48_000).fit(windows)
    assert spectrum.get_feature_names_out().tolist() == [
        "logspectrum_23999.92hz",
        "logspectrum_24000hz",
    ]

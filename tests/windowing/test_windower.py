import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.signals import Recordings
from skemg.windowing import Windower


def ramps(*lengths, **kwargs):
    """Return recordings whose samples count from zero."""
    signals = [np.arange(n, dtype=float) for n in lengths]
    return Recordings.from_list(signals, **{"sfreq": 1000, **kwargs})


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
    st.integers(1, 20),
    st.integers(1, 30),
    st.sampled_from(["raise", "pad"]),
)
def test_windows_are_those_that_a_loop_would_cut(lengths, n, hop, short):
    windower = Windower(n, hop, short=short, sfreq=1)
    signals = [np.arange(1.0, length + 1) for length in lengths]
    if short == "raise" and min(lengths) < n:
        first = [length < n for length in lengths].index(True)
        with pytest.raises(
            SignalError, match=f"recording {first} has {lengths[first]}"
        ):
            windower.fit(signals)
        return
    windows = windower.fit_transform(signals)
    for i, signal in enumerate(signals):
        starts = list(range(0, max(len(signal) - n, 0) + 1, hop))
        bag = slice(windows.offsets[i], windows.offsets[i + 1])
        assert windows.start[bag].tolist() == starts
        expected = [
            np.pad(signal[s : s + n], (0, max(n - len(signal), 0))) for s in starts
        ]
        assert_array_equal(windows[i], expected, strict=True)


@given(st.integers(1, 400), st.integers(1, 100), st.integers(1, 400))
def test_the_last_full_window_is_never_lost(n, hop, n_times):
    sfreq = 4000 / 3  # a float that no decimal hits
    if n_times < n:
        return
    recordings = ramps(n_times, sfreq=sfreq)
    windows = Windower(n / sfreq, hop / sfreq).fit_transform(recordings)
    left = n_times - (windows.start[-1] + n)
    assert 0 <= left < hop
    assert windows.n_times == n


@pytest.mark.parametrize(
    "length, hop, sfreq, n_times, n_windows",
    [
        (0.1, 0.1, 1000, 300, 3),  # 3 * 0.1 is 0.30000000000000004
        (0.1, 0.05, 1000, 700, 13),
        (0.7, 0.7, 10, 21, 3),  # 3 * 0.7 is 2.0999999999999996
        (0.29, 0.29, 100, 87, 3),  # 0.29 * 100 is 28.999999999999996
        (1.1, 1.1, 3, 9, 3),  # 3.3 samples are 3
        (0.1, 0.05, 48_000, 191_520, 78),
        (0.02, 0.02, 23_437.5, 469 * 3, 3),  # 468.75 samples are 469
    ],
)
def test_lengths_that_are_no_whole_floats_lose_no_window(
    length, hop, sfreq, n_times, n_windows
):
    windows = Windower(length, hop).fit_transform(ramps(n_times, sfreq=sfreq))
    assert windows.n_windows == n_windows
    assert windows.start[-1] + windows.n_times <= n_times


def test_a_hop_longer_than_the_window_leaves_gaps():
    windows = Windower(0.002, 0.005).fit_transform(ramps(13))
    assert windows.start.tolist() == [0, 5, 10]
    assert windows[0].tolist() == [[0, 1], [5, 6], [10, 11]]


def test_rate_patients_unit_and_channels_travel_along():
    recordings = Recordings.from_list(
        [np.arange(8.0).reshape(2, 4), np.arange(12.0).reshape(2, 6)],
        sfreq=1000,
        groups=["p1", "p2"],
        unit="mV",
        channel_names=["biceps", "deltoid"],
    )
    windows = Windower(0.004, 0.002).fit_transform(recordings)
    assert windows.sfreq == 1000
    assert windows.groups.tolist() == ["p1", "p2"]
    assert windows.unit == "uV"
    assert windows.channel_names == ["biceps", "deltoid"]
    assert_array_equal(windows[1][1], [[2e3, 3e3, 4e3, 5e3], [8e3, 9e3, 10e3, 11e3]])


@pytest.mark.parametrize(
    "n_times, expected",
    [
        (2, [[0, 1], [3, 4]]),
        (4, [[0, 1, 2, 3], [3, 4, 5, 6]]),
        (6, [[0, 1, 2, 3, 0, 0], [3, 4, 5, 6, 0, 0]]),
    ],
)
def test_n_times_crops_or_pads_each_window_and_keeps_the_starts(n_times, expected):
    windows = Windower(4, 3, n_times=n_times, sfreq=1).fit_transform([np.arange(8.0)])
    assert windows[0].tolist() == expected
    assert windows.start.tolist() == [0, 3]
    assert windows.n_times == n_times


@pytest.mark.parametrize(
    "n_times, expected", [(None, [7, 8, 0, 0]), (1, [7]), (3, [7, 8, 0])]
)
def test_pad_fills_only_what_is_shorter_than_a_window(n_times, expected):
    windower = Windower(4, 4, n_times=n_times, short="pad", sfreq=1)
    windows = windower.fit_transform([np.array([7.0, 8.0]), np.arange(1.0, 8.0)])
    assert windows[0].tolist() == [expected]
    assert windows.counts.tolist() == [1, 1]
    assert windows[1].tolist() == [[1, 2, 3, 4][: windows.n_times]]


def test_padding_of_several_channels_is_at_the_end():
    short, long = np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 5))
    windows = Windower(3, 3, short="pad", sfreq=1).fit_transform([short, long])
    assert windows[0].tolist() == [[[1, 2, 0], [3, 4, 0]]]
    assert_array_equal(windows[1], np.ones((1, 2, 3)))


def test_a_short_recording_is_refused_with_its_samples_and_the_cures():
    with pytest.raises(SignalError) as refusal:
        Windower(0.1, 0.05).fit(ramps(200, 99, 50))
    assert str(refusal.value) == (
        "recording 1 has 99 samples, a window of 0.1 s at 1000 Hz needs 100; choose a "
        'shorter length, short="pad", or leave the recording out (2 of 3 are too short)'
    )


@pytest.mark.parametrize(
    "parameters, error, message",
    [
        ({"length": 0}, ValueError, "length=0 s is no sample at 1000 Hz"),
        ({"length": -0.1}, ValueError, "length must be at least 0.001 s"),
        ({"length": 0.0004}, ValueError, "length=0.0004 s is no sample"),
        ({"length": np.nan}, ValueError, "length=nan"),
        ({"length": np.inf}, ValueError, "length=inf"),
        ({"length": "0.1"}, TypeError, "length must be an instance of"),
        ({"length": None}, TypeError, "length must be an instance of"),
        ({"hop": 0}, ValueError, "hop=0 s is no sample"),
        ({"hop": -1}, ValueError, "hop must be at least 0.001 s"),
        ({"n_times": 0}, ValueError, "n_times == 0, must be >= 1"),
        ({"n_times": 10.0}, TypeError, "n_times must be an instance of"),
        ({"short": "drop"}, ValueError, 'short must be "raise" or "pad", got \'drop\''),
        (
            {"sfreq": 500},
            SignalError,
            r"Windower\(sfreq=500\) but recording 0 has 1000",
        ),
        ({"sfreq": 0}, SignalError, "sfreq must be positive"),
    ],
)
def test_parameters_out_of_range_are_refused_at_fit(parameters, error, message):
    with pytest.raises(error, match=message):
        Windower(**parameters).fit(ramps(500))


def test_mixed_rates_are_refused_and_name_the_resampler():
    with pytest.raises(
        SignalError, match=r"put Resampler\(target_sfreq=...\) before W"
    ):
        Windower().fit(ramps(500, 500, sfreq=[1000, 2000]))


def test_an_unknown_rate_is_asked_for():
    with pytest.raises(SignalError, match="the sampling rate is unknown"):
        Windower().fit(np.ones((2, 500)))


def test_windows_are_not_cut_again():
    with pytest.raises(SignalError, match="Windower works on recordings"):
        Windower().fit(Windower().transform(ramps(500)))


def test_set_output_leaves_windows_as_they_are():
    windows = Windower().set_output(transform="pandas").fit_transform(ramps(500))
    assert windows == Windower().fit_transform(ramps(500))


@pytest.mark.parametrize("shape", [(4, 400_000), (1, 4, 400_000)])
@pytest.mark.parametrize("form", ["recordings", "array"])
def test_no_sample_is_copied(shape, form):
    samples = np.ones(shape)
    X = samples if form == "array" else Recordings.from_array(samples, sfreq=1000)
    windower = Windower(1.0, 0.1, sfreq=1000).fit(X)
    tracemalloc.start()
    windows = windower.transform(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert samples.nbytes == 12_800_000
    assert windows.values.nbytes > 9 * samples.nbytes
    assert peak < 100 * windows.n_windows + 65_536  # a few numbers for each window
    assert np.shares_memory(windows._recordings.values, samples)

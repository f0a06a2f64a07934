import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.clinical import SpontaneousActivity, find_spontaneous_activity
from skemg.clinical._rest.joining import _intervals_on_one_rhythm
from skemg.datasets import fetch_emgdb, make_needle_emg, make_needle_rest
from skemg.exceptions import SignalError
from skemg.signals import Recordings

SFREQ = 12_000
SECONDS = 10.0
KINDS = (
    "fibrillation",
    "positive sharp wave",
    "fasciculation",
    "complex repetitive",
    "myotonic",
)


def fibre(height=200.0):
    """Return positive, negative, positive: 200 µV from peak to peak, 3 ms."""
    times = np.arange(-0.004, 0.004, 1 / SFREQ) / 0.0004
    wave = -(1 - times**2) * np.exp(-(times**2) / 2)
    return height * wave / np.ptp(wave)


def sharp_wave(height=200.0):
    """Return a sharp positive wave and a long negative one."""
    times = np.arange(0, 0.03, 1 / SFREQ)
    wave = 2 * times * np.exp(-times / 0.0007) / 0.0007
    wave -= 0.5 * times * np.exp(-times / 0.004) / 0.004
    return height * wave / np.ptp(wave)


def polyphasic(height=600.0):
    """Return three fibres one after the other."""
    wave = np.zeros(round(0.02 * SFREQ))
    for start, share in ((0, 0.6), (0.005, 1.0), (0.009, 0.5)):
        first = round(start * SFREQ)
        wave[first : first + len(fibre())] += fibre(share * height)
    return wave


def place(wave, times, *, heights=None, noise=2.0, seed=0):
    """Return a recording of noise with a potential at each time, in µV."""
    x = noise * np.random.default_rng(seed).normal(size=round(SECONDS * SFREQ))
    largest = np.abs(wave).argmax()
    heights = np.ones(len(times)) if heights is None else heights
    for time, height in zip(times, heights, strict=True):
        start = round(time * SFREQ) - largest
        x[start : start + len(wave)] += height * wave
    return x


def as_recordings(signals, **kwargs):
    kwargs = {"sfreq": SFREQ, "unit": "uV", **kwargs}
    return Recordings.from_list(signals, **kwargs)


def find(x, **kwargs):
    return find_spontaneous_activity(as_recordings([x]), **kwargs)[0]


def row_of(x, **kwargs):
    activity = SpontaneousActivity(**kwargs)
    row = activity.fit_transform(as_recordings([x]))[0]
    return dict(zip(activity.get_feature_names_out(), row, strict=True))


STEADY = np.arange(0.1, 9.9, 0.2)  # 5 Hz
STEADY[::3] += 0.0007  # no clock
QUICK = np.arange(2.0, 6.0, 0.025)  # 40 Hz, with a start and an end
RARE = np.array([0.7, 1.9, 2.2, 4.9, 5.5, 8.8, 9.3])


@pytest.mark.parametrize(
    "wave, times, kind, rate, amplitude",
    [
        (fibre(), STEADY, "fibrillation", 5, 200),
        (sharp_wave(), STEADY, "positive sharp wave", 5, 200),
        (polyphasic(), QUICK, "complex repetitive", 40, 600),
        (fibre(), QUICK, "complex repetitive", 40, 200),
    ],
)
def test_a_regular_train_has_the_name_and_the_numbers_it_was_made_with(
    wave, times, kind, rate, amplitude
):
    (train,) = find(place(wave, times))
    assert train["kind"] == kind
    assert_allclose(train["times"], times, atol=5e-4)
    assert_allclose(train["rate_hz"], rate, rtol=0.01)
    assert train["interval_cv"] < 0.01
    assert_allclose(train["amplitude_uv"], np.ptp(wave), rtol=0.08)
    assert_allclose(np.ptp(wave), amplitude, rtol=0.1)


def test_a_train_that_waxes_and_wanes_is_myotonic():
    swell = np.sin(np.linspace(0, np.pi, 160))
    times = 3 + np.cumsum(1 / (25 * 4**swell))
    (train,) = find(place(fibre(), times, heights=0.3 + 0.7 * swell))
    assert train["kind"] == "myotonic"
    assert_allclose(train["times"], times, atol=5e-4)


def test_motor_unit_potentials_without_a_rhythm_are_fasciculations():
    (train,) = find(place(polyphasic(), RARE))
    assert train["kind"] == "fasciculation"
    assert_allclose(train["times"], RARE, atol=5e-4)
    assert_allclose(train["rate_hz"], len(RARE) / SECONDS)
    intervals = np.diff(RARE)
    expected = intervals.std() / intervals.mean()
    assert_allclose(train["interval_cv"], expected, rtol=1e-2)


def test_potentials_of_a_fibre_without_a_rhythm_have_no_name():
    assert find(place(fibre(), RARE)) == []


def test_the_variation_of_the_intervals_is_that_they_were_drawn_with():
    for variation in (0.02, 0.04):
        steps = np.random.default_rng(1).normal(0.1, 0.1 * variation, 95)
        (train,) = find(place(fibre(), 0.05 + np.cumsum(steps)))
        assert_allclose(train["interval_cv"], variation, rtol=0.35)


def test_a_train_that_slows_down_is_still_regular():
    times = 0.1 + np.cumsum(np.linspace(0.1, 0.25, 55))
    (train,) = find(place(fibre(), times))
    assert train["kind"] == "fibrillation"
    assert len(train["times"]) == 55
    assert train["interval_cv"] < 0.03


def test_the_sign_makes_the_sharp_wave():
    x = place(sharp_wave(), STEADY)
    assert [train["kind"] for train in find(-x)] == ["unclassified"]
    upside_down, usual = find(-x, negative_up=True), find(x)
    assert [t["kind"] for t in upside_down] == [t["kind"] for t in usual]
    assert_array_equal(upside_down[0]["times"], usual[0]["times"])


def test_twice_the_signal_has_twice_the_amplitude_and_nothing_else():
    x = place(fibre(), STEADY)
    (one,) = find(x, min_peak=None)
    (two,) = find(2 * x, min_peak=None)
    assert_array_equal(one["times"], two["times"])
    assert_allclose(two["amplitude_uv"], 2 * one["amplitude_uv"], rtol=1e-9)
    assert_allclose(two["interval_cv"], one["interval_cv"], rtol=1e-9)


def test_an_offset_and_other_units_change_nothing():
    x = place(fibre(), STEADY)
    plain = SpontaneousActivity().fit_transform(as_recordings([x]))
    offset = SpontaneousActivity().fit_transform(as_recordings([x - 500]))
    millivolt = Recordings.from_list([x / 1000], sfreq=SFREQ, unit="mV")
    assert_allclose(offset, plain, rtol=1e-6)
    assert_allclose(SpontaneousActivity().fit_transform(millivolt), plain, rtol=1e-6)


def test_noise_alone_is_rest_without_discharges():
    row = row_of(place(fibre(), []))
    assert row.pop("at_rest") == 1
    for name, value in row.items():
        if name.endswith(("_trains", "_per_s")):
            assert value == 0, name
        else:
            assert np.isnan(value), name


def test_two_trains_of_one_rate_are_no_train_of_alternating_intervals():
    one = np.arange(0, 100_000, 400)
    lost_and_found = np.delete(one, [40, 41, 90, 170])
    together = _intervals_on_one_rhythm(lost_and_found, SFREQ)
    assert_allclose(together, 400 / SFREQ)
    assert _intervals_on_one_rhythm(np.union1d(one, one + 37), SFREQ) is None


def test_the_table_counts_the_trains_and_weighs_them_by_their_discharges():
    rarely = STEADY[::4] + 0.07
    rarely[::2] += 0.005
    x = place(fibre(), STEADY) + place(fibre(80.0), rarely, noise=0)
    slow, fast = sorted(find(x), key=lambda train: len(train["times"]))
    row = row_of(x)
    n_slow, n_fast = len(slow["times"]), len(fast["times"])
    assert (n_slow, n_fast) == (13, 49)
    assert row["fibrillation_trains"] == 2
    assert_allclose(row["fibrillation_per_s"], (n_slow + n_fast) / SECONDS)
    for column, key in [
        ("rate_hz", "rate_hz"),
        ("interval_cv", "interval_cv"),
        ("amplitude_uv", "amplitude_uv"),
    ]:
        mean = np.average([slow[key], fast[key]], weights=[n_slow, n_fast])
        assert_allclose(row[f"fibrillation_{column}"], mean)


def pulse(height, seconds=0.0005):
    """Return a rectangle and the slow return of an amplifier."""
    times = np.arange(0, 0.02, 1 / SFREQ)
    tail = -0.05 * np.exp(-(times - seconds) / 0.004)
    return height * np.where(times < seconds, 1, tail)


def qrs(height):
    """Return a small negative wave, a large positive and a negative one."""
    times = np.arange(0, 0.12, 1 / SFREQ)
    waves = ((-0.15, 0.040, 0.004), (1.0, 0.052, 0.005), (-0.3, 0.064, 0.005))
    return height * sum(
        size * np.exp(-(((times - centre) / width) ** 2) / 2)
        for size, centre, width in waves
    )


def kinds_of(x, **kwargs):
    return {train["kind"] for train in find(x, **kwargs)}


@pytest.mark.parametrize("height", [300, -300, 3000])
@pytest.mark.parametrize("rate", [1.0, 1.2, 3.0])
def test_what_keeps_time_like_a_clock_is_no_fibre(rate, height):
    times = np.arange(0.3, 9.8, 1 / rate)
    assert kinds_of(place(pulse(height), times)) == {"unclassified"}


@pytest.mark.parametrize("rate", [49.93, 50, 60.05, 100])
@pytest.mark.parametrize("wave", [pulse(100), fibre()])
def test_spikes_of_the_mains_are_no_complex_repetitive_discharge(wave, rate):
    times = np.arange(0.03, 9.95, 1 / rate)
    assert kinds_of(place(wave, times)) == {"unclassified"}
    assert kinds_of(place(wave, times / 1.01)) == {"complex repetitive"}


@pytest.mark.parametrize("amplitude", [5, 20, 50, 200])
@pytest.mark.parametrize("mains", [50, 60])
def test_hum_and_its_harmonics_are_no_discharges(mains, amplitude):
    times = np.arange(round(SECONDS * SFREQ)) / SFREQ
    hum = [np.sin(2 * np.pi * mains * k * times + k) / k for k in (1, 2, 3, 5, 7)]
    assert not find(place(fibre(), []) + amplitude * np.sum(hum, axis=0))


@pytest.mark.parametrize("height", [200, -200, 1000, -1000])
@pytest.mark.parametrize("variation", [0.02, 0.06])
def test_the_beats_of_a_heart_are_neither_muscle_nor_will(height, variation):
    steps = np.random.default_rng(0).normal(0.85, 0.85 * variation, 11)
    assert kinds_of(place(qrs(height), 0.2 + np.cumsum(steps))) == {"unclassified"}


@pytest.mark.parametrize("height", [100, -1000])
def test_steps_of_the_baseline_are_no_fasciculations(height):
    x = place(fibre(), [])
    for i, start in enumerate((0.7, 1.9, 2.4, 4.9, 5.5, 8.8)):
        x[round(start * SFREQ) :] += height * (1 + i) / 3
    assert find(x) == []


def test_a_slow_sharp_wave_with_the_wrong_sign_is_no_fasciculation():
    one, two = np.arange(0.3, 9.8, 0.5), np.arange(0.4, 9.8, 0.73)
    one[::2] += 0.005
    two[::2] += 0.005
    x = place(sharp_wave(), one) + place(sharp_wave(90.0), two, noise=0)
    assert kinds_of(x) == {"positive sharp wave"}
    assert kinds_of(-x) == {"unclassified"}


def test_noise_does_not_add_to_the_amplitude():
    (train,) = find(place(sharp_wave(80.0), STEADY, noise=4.0))
    assert_allclose(train["amplitude_uv"], 80, rtol=0.05)


def clipped():
    return np.clip(place(polyphasic(), STEADY), -3, 3)


def lost(value):
    """Return a recording whose electrode is off for 0.15 s."""
    x = place(fibre(), STEADY)
    x[50_000:51_800] = value
    return x


@pytest.mark.parametrize(
    "x",
    [
        np.zeros(24_000),
        np.full(24_000, 7.0),
        clipped(),
        lost(0.0),
        lost(3000.0),
        np.ones(5),
    ],
)
def test_flat_saturated_lost_and_short_recordings_give_no_number(x):
    assert np.isnan(list(row_of(x).values())).all()
    assert find(x) is None


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3])
def test_numbers_of_another_unit_give_no_number(factor):
    x = factor * place(fibre(), STEADY)
    assert np.isnan(SpontaneousActivity().fit_transform(as_recordings([x]))).all()
    assert find(x) is None


def test_a_contraction_is_no_rest_and_gives_no_number():
    emg = make_needle_emg(12, 1, duration=4.0, sfreq=24000, random_state=5)
    table = SpontaneousActivity().fit_transform(emg.data)
    assert_array_equal(table[:, 0], 0)
    assert np.isnan(table[:, 1:]).all()
    assert find_spontaneous_activity(emg.data) == [None] * 12


@pytest.mark.parametrize("duration", [4.0, 10.0])
def test_a_contraction_that_begins_late_is_no_rest(duration):
    emg = make_needle_emg(4, 1, duration=duration, sfreq=12000, random_state=6)
    signals = [np.array(signal) for signal in emg.data]
    late = round(0.55 * len(signals[0]))
    noise = np.random.default_rng(0).normal(0, 4, late)
    for signal in signals:
        signal[:late] = noise
    assert find_spontaneous_activity(as_recordings(signals)) == [None] * 4


def test_one_motor_unit_with_the_rhythm_of_the_will_is_no_rest():
    steps = np.random.default_rng(0).normal(0.11, 0.11 * 0.15, 80)
    assert find(place(polyphasic(), 0.1 + np.cumsum(steps))) is None


def test_the_slight_contraction_of_a_healthy_man_is_no_rest(skemg_data):
    emg = fetch_emgdb(skemg_data)
    normal = emg.data[emg.target == "normal"]
    assert find_spontaneous_activity(normal) == [None]


@pytest.fixture(scope="module")
def rest():
    return make_needle_rest(36, duration=10.0, sfreq=24000, random_state=99)


def gather(trains, kind):
    times = [train["times"] for train in trains if train["kind"] == kind]
    return np.sort(np.concatenate([np.empty(0), *times]))


def offsets(times, others):
    """Return how far the nearest other time is after each time."""
    if len(others) == 0:
        return np.full(len(times), np.inf)
    return others[np.abs(times[:, np.newaxis] - others).argmin(axis=1)] - times


@pytest.mark.parametrize("kind", KINDS)
def test_simulated_discharges_are_found_at_their_time_and_with_their_name(rest, kind):
    found = find_spontaneous_activity(rest.data)
    n_real = n_hit = n_claimed = n_right = 0
    for truth, trains in zip(rest.trains, found, strict=True):
        real, claimed = gather(truth, kind), gather(trains, kind)
        if kind == "complex repetitive" and len(real) and len(claimed):
            claimed += np.median(offsets(claimed, real))  # another of the like peaks
        n_real += len(real)
        n_claimed += len(claimed)
        n_hit += (np.abs(offsets(real, claimed)) <= 0.002).sum()
        n_right += (np.abs(offsets(claimed, real)) <= 0.002).sum()
    assert n_real > 40
    assert n_hit >= 0.9 * n_real
    assert n_right >= 0.9 * n_claimed


def test_nothing_is_found_in_simulated_noise(rest):
    quiet = rest.data[rest.target == "quiet"]
    assert find_spontaneous_activity(quiet) == [[]] * len(quiet)


def test_an_insertion_is_no_activity_at_rest():
    rest = make_needle_rest(
        3, duration=6.0, sfreq=24000, kinds=["quiet"], insertion=True, random_state=3
    )
    assert find_spontaneous_activity(rest.data) == [[]] * 3


def test_plain_arrays_with_a_rate_give_what_recordings_give(rest):
    table = SpontaneousActivity().fit_transform(rest.data[:4])
    plain = np.asarray(rest.data[:4])
    activity = SpontaneousActivity(min_peak=None, sfreq=24000).fit(plain)
    assert_allclose(activity.transform(plain)[:, 0], table[:, 0])
    names = activity.get_feature_names_out()
    assert "fibrillation_amplitude" in names
    assert len(names) == table.shape[1]


def test_the_signal_is_left_as_it_is():
    x = place(fibre(), STEADY)
    copy = x.copy()
    find(x)
    assert_array_equal(x, copy)


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"unit": None}, "min_peak=10 uV needs calibrated"),
        ({"sfreq": None}, "sampling rate is unknown"),
        ({"sfreq": 500}, "recording 0 has 500 Hz"),
    ],
)
def test_recordings_that_cannot_be_read_are_refused(kwargs, message):
    recordings = as_recordings([place(fibre(), STEADY)], **kwargs)
    with pytest.raises(SignalError, match=message):
        SpontaneousActivity().fit(recordings)
    with pytest.raises(SignalError, match=message):
        find_spontaneous_activity(recordings)


def test_several_channels_are_refused():
    two = as_recordings([np.stack([place(fibre(), STEADY)] * 2)])
    with pytest.raises(
        SignalError, match="one channel, the recordings have 2; read one"
    ):
        SpontaneousActivity().fit(two)


def test_the_named_way_to_one_channel_works():
    pairs = [np.stack([place(fibre(), STEADY), np.zeros(120_000)])[:, :90_000]] * 2
    how = {"groups": ["p", "q"], "metadata": [{"side": "left"}, {}]}
    X = as_recordings(pairs, channel_names=["needle", "surface"], **how)
    with pytest.raises(SignalError) as error:
        SpontaneousActivity().fit(X)
    assert "have 2, 'needle', 'surface'; read one alone" in str(error.value)
    cure = str(error.value).split("or take it: ")[1]
    one = eval(cure, {"Recordings": Recordings, "X": X, "i": 0})
    assert one == as_recordings([pair[0] for pair in pairs], **how)


def test_a_flag_is_true_or_false():
    rest = as_recordings([np.zeros(SFREQ)])
    with pytest.raises(
        ValueError, match="negative_up must be True or False, got 'yes'"
    ):
        find_spontaneous_activity(rest, negative_up="yes")


@pytest.mark.parametrize(
    "kwargs", [{"threshold": 0.5}, {"threshold": np.nan}, {"min_peak": -1.0}]
)
def test_parameters_outside_their_range_are_refused(kwargs):
    with pytest.raises(ValueError, match=next(iter(kwargs))):
        SpontaneousActivity(**kwargs).fit(as_recordings([np.zeros(SFREQ)]))

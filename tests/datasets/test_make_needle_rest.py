import numpy as np
import pytest
from needle_emg_reference import fibre_potential
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.datasets import make_needle_rest
from skemg.datasets._simulator import DISCHARGES, fibre
from skemg.datasets._simulator.muap import render_muaps

KINDS = tuple(DISCHARGES)
SFREQ = 24000


def make(n_patients=12, *, random_state=0, **kwargs):
    kwargs = {"duration": 3.0, "sfreq": SFREQ, "random_state": random_state, **kwargs}
    return make_needle_rest(n_patients, **kwargs)


@pytest.fixture(scope="module")
def rest():
    return make_needle_rest(60, sfreq=SFREQ, random_state=1)


def trains_of(rest, kind):
    return [
        train for trains in rest.trains for train in trains if train["kind"] == kind
    ]


def variation(times):
    intervals = np.diff(times)
    return intervals.std() / intervals.mean()


def test_data_targets_and_patients_have_the_shapes_the_docs_say():
    rest = make(12, n_recordings=2)
    assert len(rest.data) == len(rest.target) == len(rest.trains) == 24
    assert rest.data.unit == "uV"
    assert_array_equal(rest.data.n_times, 3 * SFREQ)
    assert_array_equal(np.unique(rest.target), np.sort(["quiet", *KINDS]))
    assert_array_equal(rest.groups[:4], np.repeat(["quiet-01", "fibrillation-01"], 2))
    data, target = make(12, n_recordings=2, return_X_y=True)
    assert data == rest.data
    assert_array_equal(target, rest.target)


def test_more_patients_recordings_and_kinds_leave_the_others_as_they_were():
    few = make(4, kinds=("quiet", "fibrillation"))
    many = make(9, n_recordings=2, kinds=("quiet", "fibrillation", "myotonic"))
    for patient in ("quiet-01", "fibrillation-01", "fibrillation-02"):
        one, other = (list(emg.groups).index(patient) for emg in (few, many))
        assert_array_equal(few.data[one], many.data[other])


def test_recordings_are_the_same_on_any_number_of_jobs():
    assert make(6, n_jobs=2).data == make(6).data
    assert make(6, random_state=1).data != make(6).data


def test_the_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make(2)
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_a_quiet_recording_is_noise_of_four_microvolts():
    rest = make(6, kinds=("quiet",), sfreq=48000)
    assert_allclose(rest.data.values.std(), 4.0, rtol=0.02)
    assert rest.trains == [[]] * 6


def test_the_trains_and_the_noise_are_the_whole_recording(rest):
    for x, trains in zip(rest.data, rest.trains, strict=True):
        x = x.astype(float)
        for train in trains:
            potential = train["potential"].astype(float)
            largest, height = np.abs(potential).argmax(), np.ptp(potential)
            starts = np.round(train["times"] * SFREQ).astype(int) - largest
            for start, amplitude in zip(starts, train["amplitude_uv"], strict=True):
                low, high = max(0, start), min(len(x), start + len(potential))
                part = potential[low - start : high - start]
                x[low:high] -= amplitude / height * part
        # but for the tail behind the end of a potential, a high-pass of 20 Hz
        assert x.std() < 8


def test_fibrillations_are_small_regular_and_short(rest):
    trains = trains_of(rest, "fibrillation")
    for train in trains:
        potential = train["potential"]
        assert 20 < np.ptp(potential) < 1000
        beyond = np.flatnonzero(np.abs(potential) > 0.1 * np.abs(potential).max())
        assert 1 <= np.ptp(beyond) / SFREQ * 1e3 <= 5
        assert potential[beyond[0]] > 0
    for train in trains + trains_of(rest, "positive sharp wave"):
        rate = 1 / np.diff(train["times"]).mean()
        assert 0.45 < rate < 16
    long = [train["times"] for train in trains if len(train["times"]) > 30]
    variations = [variation(times) for times in long]
    assert min(variations) > 0.012
    assert max(variations) < 0.065


def test_positive_sharp_waves_are_sharp_and_positive_then_long_and_negative(rest):
    for train in trains_of(rest, "positive sharp wave"):
        potential = train["potential"]
        top, bottom = potential.argmax(), potential.argmin()
        assert top < bottom
        assert potential[top] > -potential[bottom]
        rise = top - np.flatnonzero(potential[:top] < 0.1 * potential[top])[-1]
        after = np.flatnonzero(potential[bottom:] > 0.1 * potential[bottom])[0]
        assert after > rise / 2


def test_fasciculations_are_rare_and_irregular(rest):
    trains = trains_of(rest, "fasciculation")
    assert all(len(train["times"]) <= 35 for train in trains)
    assert all(np.ptp(train["potential"]) > 90 for train in trains)
    many = [variation(train["times"]) for train in trains if len(train["times"]) > 8]
    assert np.median(many) > 0.4


def test_complex_repetitive_discharges_are_polyphasic_and_steady(rest):
    phases = []
    for train in trains_of(rest, "complex repetitive"):
        assert variation(train["times"]) < 0.02
        assert 4.5 < 1 / np.diff(train["times"]).mean() < 110
        assert train["times"][0] > 0.4
        assert train["times"][-1] < 9.6
        potential = train["potential"]
        beyond = np.abs(potential) > 0.1 * np.abs(potential).max()
        phases.append(1 + np.count_nonzero(np.diff(np.sign(potential[beyond]))))
    assert np.median(phases) > 4


def test_myotonic_discharges_wax_and_wane(rest):
    for train in trains_of(rest, "myotonic"):
        rates = 1 / np.diff(train["times"])
        middle = np.argmax(signal.medfilt(rates, 5))
        assert 0.1 * len(rates) < middle < 0.97 * len(rates)
        assert rates.max() > 1.4 * np.median(rates[:5])
        assert rates.max() < 170
        assert train["amplitude_uv"].max() > 2 * train["amplitude_uv"][0]


def test_an_insertion_lasts_0_3_seconds():
    for trains in make(3, kinds=("quiet",), insertion=True).trains:
        times = np.concatenate([train["times"] for train in trains])
        assert {train["kind"] for train in trains} == {"insertion"}
        assert len(times) > 10
        assert times.max() < 0.32


def test_kinds_that_are_joined_are_both_there():
    for trains in make(4, kinds=("fibrillation+fasciculation",)).trains:
        kinds = {train["kind"] for train in trains}
        assert kinds == {"fibrillation", "fasciculation"}


def test_a_wave_that_travels_the_usual_way_is_the_fibre_of_before():
    place = {"x": 0.0, "y": -0.2, "diameter": 55.0, "endplate": -20.0}
    one = {name: np.array([value]) for name, value in place.items()}
    sources = fibre.Sources(
        **one,
        weight=np.ones(1),
        half_length=np.array([60.0]),
        sharpness=np.array([fibre.SHARPNESS]),
    )
    unit, shift = np.zeros(1, int), np.zeros((1, 1))
    potential = render_muaps(sources, unit, 1, shift, shift == 0, sfreq=48000)[0, 0]
    expected = fibre_potential(**place, sfreq=48000)
    assert_allclose(potential, expected, atol=0.01 * np.ptp(expected))


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"kinds": ("fibrilation",)}, "unknown kind 'fibrilation'"),
        ({"kinds": "quiet"}, "sequence of names"),
        ({"kinds": ()}, "at least one"),
        ({"kinds": ("quiet", "quiet")}, "must be different"),
        ({"duration": 0.0}, "duration"),
        ({"sfreq": 100.0}, "at least 4000"),
        ({"n_recordings": 0}, "n_recordings"),
    ],
)
def test_what_cannot_be_simulated_is_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make(2, **kwargs)

"""The simulator against its formulas, the clinic's numbers and its own truth."""

import dataclasses

import numpy as np
import pytest
from needle_emg_reference import (
    delay,
    fibre_potential,
    measure_recordings,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from skemg.datasets import make_needle_emg
from skemg.datasets._simulator import draw_patient, fibre, simulate_recording
from skemg.datasets._simulator.firing import draw_discharges, draw_rates
from skemg.datasets._simulator.muap import render_muaps
from skemg.datasets._simulator.muscle import Fibres, draw_muscle
from skemg.datasets._simulator.reinnervation import draw_lost_units, reinnervate
from skemg.signals import Recordings

CLASSES = ("normal", "neuropathic", "myopathic")


def render_fibres(sources, shifts, sfreq=48000):
    """Return the potential of each fibre alone."""
    n_fibres = len(sources.x)
    fires = np.ones((n_fibres, 1), bool)
    each = np.arange(n_fibres)
    return render_muaps(sources, each, n_fibres, shifts[:, None], fires, sfreq=sfreq)[
        :, 0
    ]


def scatter(n_fibres, radius, rng):
    """Return fibres of usual size around the needle."""
    distance, angle = radius * rng.random(n_fibres), 2 * np.pi * rng.random(n_fibres)
    return fibre.Sources(
        x=distance * np.cos(angle),
        y=distance * np.sin(angle),
        weight=np.ones(n_fibres),
        diameter=rng.normal(54, 8, n_fibres),
        endplate=rng.normal(-20, 3, n_fibres),
    )


# The potential of a fibre


@pytest.mark.parametrize(
    "distance, millivolt",
    [(0.05, 1.96), (0.1, 1.41), (0.2, 0.81), (0.5, 0.22), (1.0, 0.049)],
)
def test_a_fibre_has_the_calculated_amplitude(monkeypatch, distance, millivolt):
    monkeypatch.setattr(fibre, "SHARPNESS", 2.0)
    monkeypatch.setattr(fibre, "CURRENT", 1.0)
    one = fibre.Sources(*np.array([[0.0], [-distance], [1.0], [55.0], [-20.0]]))
    (potential,) = render_fibres(one, np.zeros(1))
    reference = fibre_potential(0, -distance, 55, -20, sharpness=2.0, current=1.0)
    assert_allclose(np.ptp(potential) / 1e3, millivolt, rtol=0.05)
    assert_allclose(np.ptp(reference) / 1e3, millivolt, rtol=0.05)


def test_a_fibre_is_triphasic_with_its_negative_peak_when_the_wave_passes(monkeypatch):
    monkeypatch.setattr(fibre, "SHARPNESS", 2.0)
    one = fibre.Sources(*np.array([[0.0], [-0.1], [1.0], [55.0], [-20.0]]))
    (potential,) = render_fibres(one, np.zeros(1))
    lowest = potential.argmin()
    assert_allclose(lowest / 48, 5.8, atol=0.2)
    assert potential[:lowest].max() > 0.1 * np.ptp(potential)
    assert potential[lowest:].max() > 0.1 * np.ptp(potential)


def test_muaps_are_within_one_percent_of_the_literal_model():
    rng = np.random.default_rng(0)
    sources = scatter(40, 1.8, rng)
    shifts = np.abs(rng.normal(0, 0.5, 40))
    fast = render_fibres(sources, shifts).sum(axis=0)
    literal = sum(
        delay(fibre_potential(*place, sfreq=192000, n_times=8192), shift, 192000)
        for *place, shift in zip(
            sources.x,
            sources.y,
            sources.diameter,
            sources.endplate,
            shifts,
            strict=True,
        )
    )[::4]
    assert_allclose(fast, literal, rtol=0, atol=0.01 * np.ptp(literal))


def test_every_muap_has_no_net_charge(emg):
    for templates in emg.templates:
        charge = np.abs(templates.mean(axis=1, dtype=float))
        assert np.all(charge < 1e-6 * np.ptp(templates, axis=1))


@pytest.mark.parametrize("sfreq", [96000, 23437.5, 10000])
def test_potentials_do_not_depend_on_the_sampling_frequency(sfreq):
    sources = scatter(5, 0.6, np.random.default_rng(1))
    fine = render_fibres(sources, np.zeros(5))
    other = render_fibres(sources, np.zeros(5), sfreq)
    times, other_times = np.arange(2048) / 48000, np.arange(other.shape[1]) / sfreq
    for expected, potential in zip(fine, other, strict=True):
        inside = other_times < times[-1]
        expected = np.interp(other_times[inside], times, expected)
        assert_allclose(potential[inside], expected, atol=0.02 * np.ptp(expected))


# Reinnervation and firing


def test_lost_units_leave_a_tenth_of_their_fibres_to_nobody():
    rng = np.random.default_rng(0)
    muscle = draw_muscle(draw_patient("neuropathic", 0.5, rng), rng)
    n_units = len(muscle.x)
    n_fibres = 20000
    fibres = Fibres(
        unit=rng.integers(n_units, size=n_fibres),
        x=rng.uniform(-5, 5, n_fibres),
        y=rng.uniform(-5, 5, n_fibres),
        adopted=np.zeros(n_fibres, bool),
    )
    lost = draw_lost_units(n_units, 0.6, rng)
    left = reinnervate(fibres, muscle, lost, rng)
    n_orphans = lost[fibres.unit].sum()
    assert not lost[left.unit].any()
    assert (~left.adopted).sum() == n_fibres - n_orphans
    assert_allclose(left.adopted.sum(), 0.9 * n_orphans, rtol=0.02)


def test_adopted_fibres_of_a_patch_belong_to_at_most_two_units():
    rng = np.random.default_rng(0)
    muscle = draw_muscle(draw_patient("neuropathic", 0.5, rng), rng)
    lost = draw_lost_units(len(muscle.x), 0.6, rng)
    orphans = Fibres(
        unit=np.repeat(np.flatnonzero(lost)[0], 500),
        x=rng.uniform(-0.5, 0.0, 500),
        y=rng.uniform(1.0, 1.5, 500),
        adopted=np.zeros(500, bool),
    )
    assert len(np.unique(reinnervate(orphans, muscle, lost, rng).unit)) == 2


def test_a_muscle_never_loses_all_its_units():
    rng = np.random.default_rng(0)
    assert all((~draw_lost_units(110, 1.0, rng)).sum() == 2 for _ in range(10))


def test_rates_grow_linearly_with_drive_up_to_a_limit():
    rng = np.random.default_rng(0)
    for above, expected in [(0.0, 7.0), (0.3, 19.5), (0.6, 32.0), (5.0, 32.0)]:
        rates = draw_rates(np.full(4000, 0.1), 0.1 + above, 1.0, rng)
        assert_allclose(rates.mean(), expected, rtol=0.02)
    steep = draw_rates(np.full(4000, 0.1), 0.4, 1.6, rng)
    assert_allclose(steep.mean(), 7 + 25 * 0.8, rtol=0.02)


def test_intervals_have_the_asked_mean_and_a_spread_of_12_to_20_percent():
    trains = draw_discharges(np.full(40, 12.0), 200.0, np.random.default_rng(0))
    intervals = [np.diff(times) for times in trains]
    means = np.array([gaps.mean() for gaps in intervals])
    variation = np.array([gaps.std() for gaps in intervals]) / means
    assert_allclose(means, 1 / 12, rtol=0.02)
    assert_allclose(variation.mean(), 0.16, atol=0.01)
    assert np.all((variation > 0.11) & (variation < 0.21))
    assert min(gaps.min() for gaps in intervals) > 0.0099
    assert min(times[-1] for times in trains) > 199


# The truth and the recording


@pytest.fixture(scope="module")
def emg():
    return make_needle_emg(36, 2, 3.0, random_state=0)


@pytest.fixture(scope="module")
def measures(emg):
    """Measures of the templates by class: arrays over its patients."""
    classes = emg.frame["class"][emg.frame["recording"] == 0]
    by_patient = measure_recordings(emg)
    return {
        name: {key: values[classes == name] for key, values in by_patient.items()}
        for name in CLASSES
    }


@pytest.mark.parametrize(
    "measure, normal, neuropathic, myopathic",
    [
        ("duration", (8, 11), (11, 16), (5, 8)),
        ("amplitude", (300, 800), (600, 2000), (120, 430)),
    ],
)
def test_class_means_of_muaps_are_clinical(
    measures, measure, normal, neuropathic, myopathic
):
    bands = dict(zip(CLASSES, (normal, neuropathic, myopathic), strict=True))
    for name, (low, high) in bands.items():
        assert low < measures[name][measure].mean() < high


@pytest.mark.parametrize("measure", ["duration", "amplitude", "size_index"])
def test_neuropathic_muaps_are_largest_and_myopathic_smallest(measures, measure):
    normal, neuropathic, myopathic = (
        measures[name][measure].mean() for name in CLASSES
    )
    assert neuropathic > normal > myopathic


def test_polyphasic_muaps_are_rare_in_normal_muscle_only(measures):
    normal, *diseased = (measures[name]["polyphasic"].mean() for name in CLASSES)
    assert normal <= 0.2
    assert min(diseased) > normal


def test_a_myopathy_recruits_more_units_and_a_neuropathy_fewer_but_faster(measures):
    units = [measures[name]["units"].mean() for name in CLASSES]
    rates = [measures[name]["rate"].mean() for name in CLASSES]
    assert units[2] > units[0] > units[1]
    assert rates[1] > rates[0]


def test_patients_of_a_class_differ_and_classes_overlap(measures):
    normal = measures["normal"]["amplitude"]
    for name in CLASSES:
        assert 0.35 < measures[name]["duration"].std(ddof=1) < 2.5
        distance = np.abs(measures[name]["amplitude"] - normal.mean())
        assert np.any(distance < 2 * normal.std(ddof=1))


def test_recordings_are_finite_and_all_different(emg):
    assert np.isfinite(emg.data.values).all()
    assert emg.data.values.dtype == np.float32
    assert len(np.unique([x[1000] for x in emg.data])) == len(emg.data)


def test_templates_at_the_discharges_give_the_recording():
    emg = make_needle_emg({"normal": 3}, 1, 2.0, random_state=0)
    for recorded, templates, discharges in zip(
        emg.data, emg.templates, emg.discharges, strict=True
    ):
        n_before = templates.shape[1]
        rebuilt = np.zeros(n_before + len(recorded) + n_before)
        for template, times in zip(templates, discharges, strict=True):
            for start in np.rint(times * 48000).astype(int) + n_before:
                rebuilt[start : start + n_before] += template
        rebuilt = rebuilt[n_before : n_before + len(recorded)]
        assert np.corrcoef(rebuilt, recorded)[0, 1] > 0.98


def test_a_muscle_at_rest_gives_the_noise_of_the_amplifier():
    patient = draw_patient("normal", 0.0, np.random.default_rng(0))
    resting = dataclasses.replace(patient, last_threshold=100.0)
    for sfreq in (48000, 8000):
        rng = np.random.default_rng(1)
        recording = simulate_recording(resting, 2.0, sfreq, rng)
        assert len(recording.templates) == len(recording.discharges) == 0
        assert 3 < recording.signal.std() < 6


def test_the_recorder_keeps_20_hz_to_10_khz(emg):
    signals = emg.data.values.reshape(len(emg.data), -1).astype(float)
    frequency, power = signal.welch(signals, 48000, nperseg=48000, detrend=False)
    power = power.mean(axis=0)
    inside = power[(frequency > 100) & (frequency < 1000)].mean()
    assert power[frequency < 4].max() < 1e-3 * inside
    assert power[frequency > 20000].max() < 1e-6 * inside


# Streams of randomness


@pytest.fixture(scope="module")
def small():
    return make_needle_emg(6, 2, 0.5, random_state=3)


def test_recordings_are_the_same_on_any_number_of_jobs(small):
    parallel = make_needle_emg(6, 2, 0.5, random_state=3, n_jobs=2)
    assert parallel.data == small.data
    for ours, theirs in zip(parallel.templates, small.templates, strict=True):
        assert_array_equal(ours, theirs)


def test_more_patients_leave_the_earlier_ones_as_they_were(small):
    more = make_needle_emg(8, 2, 0.5, random_state=3)
    assert more.data[:12] == small.data
    assert_array_equal(more.frame["effort"][:12], small.frame["effort"])


def test_more_recordings_leave_the_earlier_ones_as_they_were(small):
    more = make_needle_emg(6, 3, 0.5, random_state=3)
    assert more.data[more.frame["recording"] < 2] == small.data


@pytest.mark.parametrize(
    "chosen",
    [
        {"classes": ("myopathic", "normal"), "n_patients": 4},
        {"n_patients": {"normal": 2, "myopathic": 2}},
    ],
)
def test_a_class_has_the_same_patients_beside_other_classes(small, chosen):
    subset = make_needle_emg(**chosen, n_recordings=2, duration=0.5, random_state=3)
    assert set(subset.target) == {"normal", "myopathic"}
    for patient in np.unique(subset.groups):
        theirs = small.data[small.groups == patient]
        assert subset.data[subset.groups == patient] == theirs


def test_the_seed_decides_and_a_random_state_goes_on():
    shape = {"n_patients": 1, "n_recordings": 1, "duration": 0.1}
    again = [make_needle_emg(**shape, random_state=5).data for _ in range(2)]
    state = np.random.RandomState(5)
    first, second = (make_needle_emg(**shape, random_state=state).data for _ in "ab")
    assert again[0] == again[1] == first
    assert second != first
    assert make_needle_emg(**shape).data != make_needle_emg(**shape).data


def test_a_fixed_severity_leaves_the_person_behind_the_disease():
    mild, severe = (
        make_needle_emg(3, 1, 0.1, severity=s, random_state=0).frame for s in (0.2, 0.9)
    )
    assert_array_equal(mild["severity"], [0, 0.2, 0.2])
    assert_array_equal(severe["severity"], [0, 0.9, 0.9])
    assert_array_equal(mild["gain"], severe["gain"])


def test_severity_follows_the_beta_distribution_that_is_asked_for():
    rng = np.random.default_rng(0)
    drawn = [draw_patient("myopathic", (2.0, 6.0), rng).severity for _ in range(2000)]
    assert_allclose(np.mean(drawn), 0.25, atol=0.01)


# What the user gets


def test_the_bunch_describes_each_recording():
    emg = make_needle_emg(5, 2, 0.25, sfreq=8000, random_state=0)
    assert isinstance(emg.data, Recordings)
    assert emg.data.unit == "uV"
    assert_array_equal(emg.data.sfreq, 8000)
    assert_array_equal(emg.data.n_times, 2000)
    assert_array_equal(emg.target, np.repeat([*CLASSES, *CLASSES[:2]], 2))
    assert list(emg.groups[::2]) == [
        *("normal-01", "neuropathic-01", "myopathic-01", "normal-02", "neuropathic-02")
    ]
    assert_array_equal(emg.data.groups, emg.groups)
    assert_array_equal(emg.frame["recording"], [0, 1] * 5)
    assert np.all((emg.frame["effort"] > 0.04) & (emg.frame["effort"] < 0.18))
    for n_units, templates, discharges in zip(
        emg.frame["n_units"], emg.templates, emg.discharges, strict=True
    ):
        assert templates.shape == (n_units, 341)
        assert templates.dtype == np.float32
        assert len(discharges) == n_units
        for times in discharges:
            assert np.all(
                (times > -0.043) & (times < 0.25) & (np.diff(times, append=1) > 0)
            )


def test_a_frame_is_a_data_frame_where_asked():
    pd = pytest.importorskip("pandas")
    shape = {"n_patients": 3, "n_recordings": 1, "duration": 0.1, "random_state": 0}
    columns = make_needle_emg(**shape).frame
    table = make_needle_emg(**shape, as_frame=True).frame
    pd.testing.assert_frame_equal(table, pd.DataFrame(columns))


def test_x_and_y_alone_are_those_of_the_bunch():
    shape = {"n_patients": 3, "n_recordings": 1, "duration": 0.1, "random_state": 0}
    emg = make_needle_emg(**shape)
    X, y = make_needle_emg(**shape, return_X_y=True)
    assert emg.data == X
    assert_array_equal(y, emg.target)


def test_patients_of_unequal_classes_take_turns():
    counts = {"myopathic": 3, "normal": 1}
    emg = make_needle_emg(counts, 1, 0.1, random_state=0)
    assert list(emg.groups) == [
        *("myopathic-01", "normal-01", "myopathic-02", "myopathic-03")
    ]


@pytest.mark.parametrize(
    "wrong, error, message",
    [
        ({"n_patients": 0}, ValueError, "n_patients == 0, must be >= 1"),
        ({"n_patients": 2.0}, TypeError, "n_patients must be an instance"),
        ({"n_patients": {"normal": 0}}, ValueError, "'normal'.* == 0, must be >= 1"),
        ({"n_patients": {}}, ValueError, "at least one"),
        ({"n_patients": {"als": 2}}, ValueError, "unknown class 'als'.*neuropathic"),
        ({"n_recordings": 0}, ValueError, "n_recordings == 0, must be >= 1"),
        ({"classes": ("normal", "myopathy")}, ValueError, "'myopathy'.* myopathic"),
        ({"classes": "normal"}, ValueError, "a sequence of names, got 'normal'"),
        ({"classes": ("normal", "normal")}, ValueError, "must be different"),
        ({"classes": ()}, ValueError, "at least one"),
        ({"duration": 0}, ValueError, "duration must be .* got 0"),
        ({"duration": -1.0}, ValueError, "at least one sample, got -1.0"),
        ({"duration": np.nan}, ValueError, "got nan"),
        ({"duration": "4"}, TypeError, "duration must be an instance"),
        ({"sfreq": 1000}, ValueError, "at least 4000.* Hz, got 1000"),
        ({"sfreq": np.inf}, ValueError, "got inf"),
        ({"severity": 1.5}, ValueError, "from 0 to 1 .* got 1.5"),
        ({"severity": (4, 0)}, ValueError, "positive parameters .*, got"),
        ({"severity": np.nan}, ValueError, "got nan"),
        ({"random_state": "seed"}, ValueError, "cannot be used to seed"),
    ],
)
def test_what_cannot_be_simulated_is_refused(wrong, error, message):
    with pytest.raises(error, match=message):
        make_needle_emg(**wrong)


@pytest.mark.parametrize("severity", [0.0, 1.0])
def test_the_ends_of_severity_can_be_simulated(severity):
    emg = make_needle_emg(3, 2, 0.5, severity=severity, random_state=1)
    assert np.isfinite(emg.data.values).all()
    assert np.all([x.std() > 3 for x in emg.data])

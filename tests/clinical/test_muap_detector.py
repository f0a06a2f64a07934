"""Motor units of signals whose motor units are known."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import uniform_filter1d

from skemg._kernels.expectation import expect
from skemg.clinical import MUAPDetector, measure_muap
from skemg.clinical._decomposition.rhythm import interval_table
from skemg.clinical._decomposition.trains import merge
from skemg.datasets import fetch_algiers, make_needle_emg
from skemg.exceptions import SignalError
from skemg.signals import Recordings

SFREQ = 48000


def potential(amplitude, width_ms, n_spikes=1):
    """Return a potential of 20 ms with a triphasic spike, or several, in its middle."""
    t = (np.arange(960) - 480) / (width_ms * SFREQ / 1e3)
    wave = sum(
        (1 - (t - 2 * s) ** 2) * np.exp(-((t - 2 * s) ** 2) / 2)
        for s in range(n_spikes)
    )
    return -amplitude * wave


def train(rate, seconds, rng):
    intervals = rng.normal(1 / rate, 0.15 / rate, int(2 * rate * seconds))
    times = 0.02 + np.cumsum(np.maximum(intervals, 0.02))
    return times[times < seconds - 0.03]


def sum_of_trains(potentials, trains, seconds, rng, noise=4.0):
    x = rng.normal(0, noise, round(seconds * SFREQ))
    for wave, times in zip(potentials, trains, strict=True):
        for start in np.round(times * SFREQ).astype(int) - 480:
            x[max(0, start) : start + 960] += wave[max(0, -start) :]
    return x


@pytest.fixture(scope="module")
def three_units():
    """Return a signal, the potentials in it, and when they are."""
    rng = np.random.default_rng(5)
    potentials = [potential(600, 0.5), potential(350, 0.3, 2), potential(150, 0.8)]
    trains = [train(rate, 6.0, rng) for rate in (12, 9, 10)]
    return sum_of_trains(potentials, trains, 6.0, rng), potentials, trains


def detect(signals, **parameters):
    data = Recordings.from_list(signals, sfreq=SFREQ, unit="uV")
    return MUAPDetector(**parameters).fit_transform(data)


def share_in_common(one, other, tolerance=0.001):
    """Return the share of discharges of one train that are in the other."""
    nearest = np.abs(one[:, np.newaxis] - other).min(axis=1)
    return np.mean(nearest <= tolerance)


def test_units_of_a_sum_of_trains_are_found(three_units):
    x, potentials, trains = three_units
    (units,) = detect([x])
    assert units.n_units == 3
    for k, (wave, times) in enumerate(zip(potentials, trains, strict=True)):
        found = units.discharges[k] + (480 - np.abs(wave).argmax()) / SFREQ
        assert share_in_common(times, found) > 0.95
        assert share_in_common(found, times) > 0.95
        assert_allclose(np.ptp(units.templates[k]), np.ptp(wave), rtol=0.05)
        ours = measure_muap(units.templates[k], sfreq=SFREQ)
        truth = measure_muap(wave, sfreq=SFREQ)
        assert_allclose(ours["duration_ms"], truth["duration_ms"], atol=0.5)
        assert ours["phases"] == truth["phases"]
    assert units.unexplained < 0.1
    assert (units.jiggle < 0.2).all()


def test_superpositions_are_resolved():
    """Two units that discharge within 1 ms of each other, again and again."""
    rng = np.random.default_rng(1)
    potentials = [potential(400, 0.5), potential(-300, 0.4, 2)]
    first = train(10, 8.0, rng)
    second = train(10, 8.0, rng)
    close = np.arange(0, min(len(first), len(second)), 3)
    second[close] = first[close] + rng.uniform(-0.001, 0.001, len(close))
    second = np.sort(second)
    second = second[np.append(True, np.diff(second) > 0.03)]
    together = np.abs(second[:, np.newaxis] - first).min(axis=1) < 0.0012
    assert together.sum() > 15
    (units,) = detect([sum_of_trains(potentials, [first, second], 8.0, rng)])
    assert units.n_units == 2
    k = np.argmin(np.abs(np.ptp(units.templates, axis=1) - np.ptp(potentials[1])))
    peak = np.abs(potentials[1]).argmax()
    found = units.discharges[k] + (480 - peak) / SFREQ
    assert share_in_common(second[together], found) > 0.9


def test_halves_of_a_train_are_one_unit_and_alike_units_are_two():
    rng = np.random.default_rng(0)
    templates = np.tile(potential(1.0, 1.0), (2, 1))
    # At 40 Hz the halves discharge within 30 ms of each other all the time.
    whole = train(40, 10.0, rng) * SFREQ
    first = rng.random(len(whole)) < 0.5
    alike = [train(rate, 10.0, rng) * SFREQ for rate in (11, 14)]
    for times, n_units in [((whole[first], whole[~first]), 1), (alike, 2)]:
        unit, delay = merge(templates, times, rate=SFREQ, seconds=10.0, rest=0.012)
        assert len(np.unique(unit)) == n_units
        assert_array_equal(delay, 0)


def test_simulated_units_are_found_as_well_as_the_guide_says():
    emg = make_needle_emg(3, 2, 6.0, random_state=11)
    n_found, n_large, sensitivity, precision = 0, 0, [], []
    for units, trains, templates in zip(
        MUAPDetector().fit_transform(emg.data),
        emg.discharges,
        emg.templates,
        strict=True,
    ):
        for times, template in zip(trains, templates, strict=True):
            if np.ptp(template) < 80:
                continue
            times = times[(times > 0) & (times < 5.98)]
            peak = np.abs(template).argmax() / SFREQ
            shares = [
                (
                    share_in_common(times + delay, found),
                    share_in_common(found, times + delay),
                )
                for found in units.discharges
                for delay in peak + np.arange(-0.004, 0.005, 0.001)
            ]
            best = max(shares, key=sum, default=(0, 0))
            n_large += 1
            if min(best) > 0.5:
                n_found += 1
                sensitivity.append(best[0])
                precision.append(best[1])
    assert n_found / n_large >= 0.85
    assert np.mean(sensitivity) >= 0.90
    assert np.mean(precision) >= 0.90


@pytest.mark.parametrize("scale", [1e-3, -1.0, 50.0])
def test_scale_and_polarity_change_nothing_but_the_templates(three_units, scale):
    x, _, _ = three_units
    (one,), (other,) = detect([x]), detect([scale * x])
    assert other.n_units == one.n_units
    for times, scaled in zip(one.discharges, other.discharges, strict=True):
        assert_allclose(scaled, times, atol=2e-4)
    assert_allclose(other.templates, scale * one.templates, rtol=1e-3, atol=abs(scale))


def silent(kind):
    rng = np.random.default_rng(0)
    n_times = 4 * SFREQ
    if kind == "flat":
        return np.full(n_times, 7.0)
    if kind == "noise":
        return rng.normal(0, 5, n_times)
    if kind == "coloured noise":
        return np.convolve(rng.normal(0, 20, n_times), np.ones(12) / 12, "same")
    if kind == "clipped":
        return np.clip(rng.normal(0, 3000, n_times), -3000, 3000)
    if kind == "mains":
        t = np.arange(n_times) / SFREQ
        hum = np.sin(2 * np.pi * 50 * t) + 0.5 * np.sin(2 * np.pi * 650 * t)
        return 100 * hum * np.abs(hum) + rng.normal(0, 2, n_times)
    return rng.normal(0, 5, 1000)


@pytest.mark.parametrize(
    "kind", ["flat", "noise", "coloured noise", "clipped", "mains", "short"]
)
def test_a_recording_without_motor_units_has_none(kind):
    (units,) = detect([silent(kind)])
    assert units.n_units == 0
    assert units.templates.shape == (0, 1440)
    assert units.discharges == []
    assert np.isnan(units.unexplained)


def test_potentials_at_random_times_are_no_units():
    rng = np.random.default_rng(4)
    potentials = [potential(400, 0.5), potential(250, 0.3, 2), potential(150, 0.8)]
    trains = [
        0.02 + np.cumsum(0.012 + rng.exponential(1 / 12 - 0.012, 110))
        for _ in potentials
    ]
    trains = [times[times < 7.97] for times in trains]
    (units,) = detect([sum_of_trains(potentials, trains, 8.0, rng)])
    assert units.n_units == 0


def test_noise_with_spectrum_and_envelope_of_real_contractions_has_no_units(skemg_data):
    data = fetch_algiers(skemg_data / "algiers-needle").data[::34]
    rng = np.random.default_rng(0)
    n_envelope = round(0.05 * data.sfreq[0])
    fakes = []
    for x in data:
        spectrum = np.abs(np.fft.rfft(x - np.mean(x)))
        phases = rng.uniform(0, 2 * np.pi, len(spectrum))
        noise = np.fft.irfft(spectrum * np.exp(1j * phases), len(x))
        power, its_own = (
            uniform_filter1d(y.astype(float) ** 2, n_envelope) for y in (x, noise)
        )
        fakes.append(noise * np.sqrt(power / its_own))
    fakes = Recordings.from_list(fakes, sfreq=data.sfreq[0], unit="uV")
    assert [units.n_units for units in MUAPDetector().fit_transform(data)] != [0] * 8
    assert [units.n_units for units in MUAPDetector().fit_transform(fakes)] == [0] * 8


def test_a_discharge_is_expected_half_way_between_two_that_are_two_intervals_apart():
    times = np.arange(0, 12_000, 800)
    table = interval_table(times)

    def bell(share, n):
        spread = 0.2 * np.sqrt(n)
        return np.exp(-0.5 * ((share - n) / spread) ** 2) / spread / np.sqrt(2 * np.pi)

    def log_density(share):
        return np.log(sum(0.8 * 0.2 ** (n - 1) * bell(share, n) for n in range(1, 5)))

    assert_allclose(table[[800, 1000, 1600]], log_density(np.array([1, 1.25, 2])), 1e-2)
    assert_allclose(table[100], -4)
    seen = np.delete(times, 7)
    worth = np.full(12_000, 3, np.float32)
    score, expectation = np.ones_like(worth), np.zeros_like(worth)
    for _ in range(2):  # a new expectation takes the place of the old one
        expect(seen, table, 96, worth, score, expectation)
    one, two = log_density(1), log_density(2)
    assert_allclose(expectation[5600], 3 * (2 * one - two), rtol=1e-2)
    # Around a discharge, it is compared to those before and after.
    assert_allclose(expectation[3240], 3 * (2 * log_density(1.05) - two), rtol=0.05)
    # Half an interval after one, and a half before the next.
    assert_allclose(expectation[2000], 3 * (2 * log_density(0.5) - one), rtol=1e-2)
    assert_allclose(score, 1 + expectation, rtol=1e-5)


@pytest.mark.parametrize("factor", [0.45, 2.2])
def test_units_that_change_their_rate_half_way_are_found(factor):
    rng = np.random.default_rng(3)
    potentials = [potential(600, 0.5), potential(350, 0.3, 2), potential(150, 0.8)]
    trains = []
    for rate in (9, 10, 11):
        intervals = np.repeat([1, 1 / factor], [5 * rate, round(5 * rate * factor)])
        intervals *= np.maximum(rng.normal(1, 0.2, len(intervals)), 0.3) / rate
        times = 0.02 + np.cumsum(intervals)
        trains.append(times[times < 9.97])
    (units,) = detect([sum_of_trains(potentials, trains, 10.0, rng)])
    assert units.n_units == 3
    for k, (wave, times) in enumerate(zip(potentials, trains, strict=True)):
        found = units.discharges[k] + (480 - np.abs(wave).argmax()) / SFREQ
        assert share_in_common(times, found) > 0.95


def test_small_units_are_left_out_on_demand(three_units):
    x, potentials, _ = three_units
    (units,) = detect([x], min_amplitude=np.ptp(potentials[2]) + 30)
    assert units.n_units == 2


def test_a_repeated_run_and_two_jobs_give_the_same_bits(three_units):
    x, _, _ = three_units
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    once = detect([x, x[: 4 * SFREQ]])
    again = detect([x, x[: 4 * SFREQ]], n_jobs=2)
    for one, other in zip(once, again, strict=True):
        assert_array_equal(one.templates, other.templates)
        for times, repeated in zip(one.discharges, other.discharges, strict=True):
            assert_array_equal(times, repeated)
    assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize("size", [1e4, 1e6])
@pytest.mark.parametrize("seconds", [0.0002, 0.1])
def test_one_artefact_changes_nothing_but_the_discharges_in_it(
    three_units, size, seconds
):
    x, potentials, trains = three_units
    disturbed = x.copy()
    disturbed[100_000 : 100_000 + round(seconds * SFREQ)] += size
    (units,) = detect([disturbed])
    assert units.n_units == 3
    for k, (wave, times) in enumerate(zip(potentials, trains, strict=True)):
        found = units.discharges[k] + (480 - np.abs(wave).argmax()) / SFREQ
        assert share_in_common(times, found) > 0.95
        assert share_in_common(found, times) > 0.95
        assert_allclose(np.ptp(units.templates[k]), np.ptp(wave), rtol=0.05)
    assert (units.noise < 2).all()


def test_a_recording_that_is_lost_for_the_most_part_has_units_in_the_rest():
    rng = np.random.default_rng(6)
    x = sum_of_trains([potential(600, 0.5)], [train(12, 6.0, rng)], 6.0, rng)
    x[2 * SFREQ :] = 0
    (units,) = detect([x])
    assert units.n_units == 1
    assert units.discharges[0].max() < 2
    assert 0.3 < units.noise[0] < 2


def test_where_the_largest_potentials_are_cut_off_there_are_no_units(three_units):
    x, _, _ = three_units
    lowest = -400.0
    assert 0 < np.mean(x < lowest) < 0.01
    for clipped in (np.maximum(x, lowest), np.minimum(-x, -lowest).astype(np.int16)):
        (units,) = detect([clipped])
        assert units.n_units == 0


def test_a_coarse_resolution_is_no_clipping(three_units):
    x, _, _ = three_units
    (units,) = detect([20 * np.round(x / 20)])
    assert units.n_units == 3


def test_no_kernel_reads_beyond_its_arrays():
    """Without compilation, numpy checks each index; few samples make it quick."""
    code = """
import numpy as np
from skemg.clinical import MUAPDetector

t = (np.arange(40) - 20) / 2000
for seed in range(6):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 4, 6000)
    for size in (200, 400, 800):
        wave = size * np.exp(-((t / 7e-4) ** 2) / 2) * np.cos(t * rng.uniform(5e2, 4e3))
        for start in np.cumsum(rng.normal(150, 20, 60)).astype(int) - 160:
            part = x[max(0, start) : max(0, start + 40)]
            part += wave[max(0, -start) :][: len(part)]
    MUAPDetector(sfreq=2000).fit_transform([x, x[:400]])
"""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


@pytest.mark.parametrize(
    "change",
    [
        read_only,
        lambda x: x.astype(">f8"),
        lambda x: np.repeat(x, 2)[::2],
        lambda x: x[::-1].copy()[::-1],
        lambda x: x.astype(np.int16),
    ],
    ids=["read-only", "byte order", "strided", "reversed", "int16"],
)
def test_any_layout_gives_the_units_of_a_copy_as_plain_floats(three_units, change):
    given = change(np.round(three_units[0][: 3 * SFREQ]))
    before = given.tobytes()
    (units,) = detect([given])
    (expected,) = detect([np.array(given, np.float64)])
    assert expected.n_units > 0
    assert_array_equal(units.templates, expected.templates)
    for times, others in zip(units.discharges, expected.discharges, strict=True):
        assert_array_equal(times, others)
    assert given.tobytes() == before


def test_recordings_of_several_rates_and_plain_lists_are_taken(three_units):
    x, _, _ = three_units
    mixed = Recordings.from_list([x, x[::2]], sfreq=[SFREQ, SFREQ / 2])
    full, half = MUAPDetector().fit_transform(mixed)
    assert full.n_units == half.n_units == 3
    assert half.templates.shape[1] == full.templates.shape[1] // 2
    (plain,) = MUAPDetector(sfreq=SFREQ).fit_transform([x])
    assert plain.unit is None
    assert_array_equal(plain.templates, full.templates)


@pytest.mark.parametrize(
    "detector, X, message",
    [
        (MUAPDetector(), [np.zeros(999)], "sampling rate is unknown"),
        (MUAPDetector(sfreq=1000), [np.zeros(999)], "at least 2000 Hz"),
        (MUAPDetector(sfreq=48000), [np.zeros((2, 999))], "one channel"),
        (MUAPDetector(50.0, sfreq=48000), [np.zeros(999)], "min_amplitude=None"),
        (MUAPDetector(template_length=5.0, sfreq=48000), [np.zeros(9)], "template_len"),
    ],
)
def test_what_cannot_be_decomposed_is_refused(detector, X, message):
    with pytest.raises((SignalError, ValueError), match=message):
        detector.fit(X)


def test_motor_units_are_pickled_and_stacked_where_they_are_alike(three_units):
    x, _, _ = three_units
    units = detect([x, x])
    assert np.asarray(units).shape == (2, 3, 1440)
    copy = pickle.loads(pickle.dumps(units))
    assert_array_equal(copy[1].templates, units[1].templates)
    with pytest.raises(TypeError, match="no array"):
        np.asarray(detect([x, x[: SFREQ // 2]]))

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.testing import assert_array_equal

from skemg._kernels.rhythm import find_rhythms

N_TIMES = 20_000
WAVE = np.hanning(21) * np.sin(np.arange(21))


def signal_of(trains, noise=0.0):
    """Return a signal with a wave at each time, its peaks and the train of each."""
    x = noise * np.random.default_rng(0).normal(size=N_TIMES)
    times, labels = [], []
    for label, (peaks, height) in enumerate(trains):
        for peak in peaks:
            x[peak - 10 : peak + 11] += height * WAVE
            times.append(peak)
            labels.append(label)
    order = np.argsort(times)
    return x, np.array(times)[order], np.array(labels)[order]


def run(x, peaks, fewest=5, bounds=(50, 3000), tolerance=0.3, share=0.25, floor=0.0):
    return find_rhythms(x, peaks, 12, 12, bounds, tolerance, share, floor, fewest)


def same_parts(one, other):
    """Whether two labellings divide alike, whatever the labels are called."""
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


def test_two_trains_of_other_heights_are_told_apart():
    x, peaks, labels = signal_of(
        [(range(100, 19_000, 700), 1.0), (range(333, 19_000, 510), 4.0)], 0.01
    )
    train, beats = run(x, peaks)
    alone = train >= 0  # where two waves overlap, they are like neither
    assert alone.mean() > 0.9
    assert same_parts(train[alone], labels[alone])
    assert_array_equal(np.diff(peaks[train == 0]) / 700, beats[train == 0][1:])


def test_two_trains_of_one_height_are_told_apart_by_their_rhythm():
    x, peaks, labels = signal_of(
        [(range(100, 19_000, 1000), 1.0), (range(390, 19_000, 617), 1.0)]
    )
    keep = np.diff(peaks, append=N_TIMES) > 40  # waves that overlap are like neither
    train, _ = run(x, peaks[keep])
    for label in (0, 1):
        longest = np.bincount(train[(labels[keep] == label) & (train >= 0)]).argmax()
        assert (labels[keep][train == longest] == label).mean() > 0.9


def test_one_missed_discharge_counts_two_beats_and_two_end_the_train():
    peaks = np.arange(500, 19_000, 500)
    x, peaks, _ = signal_of([(np.delete(peaks, 7), 1.0)])
    train, beats = run(x, peaks)
    assert_array_equal(train, 0)
    assert_array_equal(np.flatnonzero(beats == 2), [7])
    x, peaks, _ = signal_of([(np.delete(np.arange(500, 19_000, 500), [7, 8]), 1.0)])
    train, _ = run(x, peaks)
    assert_array_equal(train, np.repeat([0, 1], [7, len(peaks) - 7]))


def test_fewer_discharges_than_asked_for_are_no_train():
    x, peaks, _ = signal_of([(range(500, 3000, 500), 1.0)])
    assert len(peaks) == 5
    assert_array_equal(run(x, peaks, fewest=5)[0], 0)
    assert_array_equal(run(x, peaks, fewest=6)[0], -1)


def test_a_train_may_grow_and_quicken():
    times = np.cumsum(np.geomspace(800, 100, 40)).astype(int)
    x, peaks, _ = signal_of([([time], 1 + 0.1 * i) for i, time in enumerate(times)])
    assert_array_equal(run(x, peaks)[0], 0)


def test_irregular_potentials_are_no_train():
    steps = np.array([300, 1100, 180, 2500, 90, 1400, 400, 2900, 130, 900])
    x, peaks, _ = signal_of([(np.cumsum(steps), 1.0)])
    assert_array_equal(run(x, peaks)[0], -1)


def test_nothing_is_no_train():
    train, beats = run(np.zeros(N_TIMES), np.array([], int))
    assert train.shape == beats.shape == (0,)


def test_eight_threads_at_once_give_what_one_gives():
    x, peaks, _ = signal_of([(range(100, 19_000, 700), 1.0)], 0.01)
    expected = run(x, peaks)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: run(x, peaks), range(16)):
            assert_array_equal(found, expected)

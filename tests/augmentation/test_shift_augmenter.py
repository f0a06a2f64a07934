"""Shifts: a ramp becomes a rolled ramp, by every allowed number of samples."""

import numpy as np
from numpy.testing import assert_array_equal

from skemg.augmentation import ShiftAugmenter

RAMP = np.arange(1.0, 31)
RAMPS = np.array([[RAMP, RAMP + 100], [RAMP + 200, RAMP + 300]])


def shifts_of(windows):
    """Return by how much the rolled ramps of one-channel windows are later."""
    return (1 - windows[..., 0].astype(int) + 15) % 30 - 15


def test_a_shifted_ramp_is_a_rolled_ramp_in_all_channels_alike():
    sampler = ShiftAugmenter(0.2, n_copies=50, random_state=0)
    X_new, _ = sampler.fit_resample(RAMPS, [0, 1])
    for window, source in zip(X_new, sampler.sample_indices_, strict=True):
        by = shifts_of(window[0] - RAMPS[source, 0, 0] + 1)
        assert_array_equal(window, np.roll(RAMPS[source], by, axis=-1))


def test_every_shift_up_to_the_share_is_equally_likely():
    sampler = ShiftAugmenter(0.1, n_copies=7000, random_state=0)
    X_new, _ = sampler.fit_resample([RAMP, RAMP], [0, 1])
    shifts, counts = np.unique(shifts_of(np.array(X_new)[2:]), return_counts=True)
    assert_array_equal(shifts, [-3, -2, -1, 0, 1, 2, 3])
    assert np.abs(counts - 2000).max() < 5 * np.sqrt(2000 * 6 / 7)


def test_a_true_shift_brings_in_zeros():
    circular = ShiftAugmenter(1.0, n_copies=100, random_state=0)
    zeros = ShiftAugmenter(1.0, n_copies=100, random_state=0, circular=False)
    X_new, _ = zeros.fit_resample(RAMPS, [0, 1])
    rolled, _ = circular.fit_resample(RAMPS, [0, 1])
    n_zeros = np.unique((X_new[2:] == 0).sum(axis=-1))
    assert_array_equal(n_zeros, np.arange(31))  # from none to all of the window
    earlier, later = 0, 0
    for window, source, roll in zip(X_new, zeros.sample_indices_, rolled, strict=True):
        kept = np.flatnonzero(window[0])
        if len(kept) == 0:
            continue
        by = -1 if kept[0] == 0 else 1  # earlier, or later
        by *= 30 - len(kept)
        padded = np.pad(RAMPS[source], ((0, 0), (30, 30)))
        assert_array_equal(window, padded[:, 30 - by : 60 - by])
        assert_array_equal(window[:, kept], roll[:, kept])
        earlier, later = earlier + (by < 0), later + (by > 0)
    assert min(earlier, later) > 70


def test_a_shift_of_less_than_a_sample_is_none():
    X = RAMPS[..., :9]
    assert_array_equal(ShiftAugmenter(0.1).fit_resample(X, [0, 1])[0][2:], X)

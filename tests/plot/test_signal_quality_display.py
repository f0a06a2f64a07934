"""Recordings by checks, as they are drawn."""

import matplotlib.pyplot as plt
import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from skemg.plot import SignalQualityDisplay
from skemg.quality import SignalQuality
from skemg.signals import Recordings

SFREQ = 10_000


def cohort():
    emg = 100 * np.random.default_rng(0).normal(size=(4, 2, 10_000))
    emg[1, 1] /= 1e6  # one channel of two
    emg[2, :, :1000] = 0
    return Recordings.from_array(emg, sfreq=SFREQ, unit="uV")


def test_a_cell_is_the_share_of_the_limit_of_the_worst_channel():
    quality = SignalQuality.from_recordings(cohort())
    display = SignalQualityDisplay.from_quality(quality, names=list("abcd"))
    column = display.checks.index("drift")
    worst = np.max(quality.values["drift"].reshape(4, 2), axis=1)
    assert_allclose(display.values[:, column], worst)
    assert_allclose(display.image_.get_array()[:, column], worst / 0.2)
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == list("abcd")
    assert [t.get_text() for t in display.ax_.get_xticklabels()] == display.checks


def test_flags_are_written_and_the_same_as_in_words():
    quality = SignalQuality.from_recordings(cohort())
    display = SignalQualityDisplay.from_quality(quality)
    rows, columns = np.nonzero(display.values > display.limits)
    drawn = {(int(i), display.checks[j]) for i, j in zip(rows, columns, strict=True)}
    assert drawn == {(f["recording"], f["check"]) for f in quality.flags}
    assert drawn == {(1, "amplitude"), (2, "flat")}
    assert [text.get_text() for text in display.texts_] == ["9.8e+03", "0.1"]


def test_what_is_not_known_is_masked_and_what_is_left_out_has_no_column():
    display = SignalQualityDisplay.from_recordings(
        cohort(), thresholds={"mains": None}, ax=plt.subplots()[1]
    )
    assert "mains" not in display.checks
    masked = np.ma.getmaskarray(display.image_.get_array())
    unknown = [display.checks[j] for j in np.flatnonzero(masked.all(axis=0))]
    assert unknown == ["rate", "gaps", "jitter", "backwards"]


def test_many_recordings_are_drawn_without_numbers():
    X = Recordings.from_array(np.zeros((60, 500)), sfreq=SFREQ)
    display = SignalQualityDisplay.from_recordings(X)
    assert display.texts_ == []
    assert_array_equal(display.values[:, display.checks.index("flat")], 1)

"""What the displays of clinical measures draw is what was measured."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.signal import sawtooth
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skemg.clinical import InterferencePattern, MotorUnits, interference_points
from skemg.plot import FiringDisplay, InterferenceCloudDisplay, MotorUnitsDisplay
from skemg.plot._axes import color_of_each
from skemg.signals import Recordings

SFREQ = 10_000


def triangles(frequencies, heights):
    times = np.arange(2 * SFREQ) / SFREQ
    return [
        height / 2 * sawtooth(2 * np.pi * frequency * times + 1, width=0.5)
        for frequency, height in zip(frequencies, heights, strict=True)
    ]


@pytest.fixture(scope="module")
def pattern():
    """Return a region around 100 turns a second of 500 µV, from ten normal people."""
    rng = np.random.default_rng(0)
    frequencies = 50 * np.exp(rng.normal(scale=0.2, size=10))
    heights = 500 * np.exp(rng.normal(scale=0.1, size=10))
    X = Recordings.from_list(
        triangles(frequencies, heights), sfreq=SFREQ, unit="uV", groups=np.arange(10)
    )
    return InterferencePattern(normal="normal").fit(X, ["normal"] * 10)


def test_points_are_the_turns_and_the_amplitude_of_each_epoch():
    waves = [*triangles([25, 50], [400, 900]), np.zeros(SFREQ)]
    one, two, flat = interference_points(
        Recordings.from_list(waves, sfreq=SFREQ, unit="uV")
    )
    assert_allclose(one, [[50, 400]] * 4, rtol=0.05)
    assert_allclose(two, [[100, 900]] * 4, rtol=0.05)
    assert_array_equal(flat, [[0, np.nan]] * 2)


def test_the_border_is_as_far_from_the_centre_as_the_region_says(pattern):
    border = pattern.cloud_.border(50)
    assert_allclose(pattern.cloud_.distance(border), stats.chi2.ppf(0.95, 2))
    assert_allclose(border[0], border[-1])
    assert (border.min(axis=0) < np.exp(pattern.cloud_.centre)).all()


def test_epochs_are_drawn_by_the_side_on_which_they_lie(pattern):
    waves = [*triangles([50, 50, 50], [500, 2000, 120]), np.zeros(SFREQ)]
    X = Recordings.from_list(waves, sfreq=SFREQ, unit="uV")
    display = InterferenceCloudDisplay.from_estimator(pattern, X)
    inside, above, below = (line.get_ydata() for line in display.points_)
    assert_allclose(inside, 500, rtol=0.01)
    assert_allclose(above, 2000, rtol=0.01)
    assert_allclose(below, 120, rtol=0.01)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == [
        "region of normal",
        "inside: 4 of 14 epochs",
        "above: 4 of 14 epochs",
        "below: 4 of 14 epochs",
        "without turns: 2",
    ]
    assert display.ax_.get_xscale() == display.ax_.get_yscale() == "log"
    assert display.ax_.get_ylabel() == "Mean turn amplitude (µV)"
    shares = pattern.transform(X[[0, 1, 2]])[:, 7:]
    assert_array_equal(shares, [[0, 0, 0], [1, 1, 0], [1, 0, 1]])


def test_a_pattern_without_a_region_is_refused():
    X = Recordings.from_list(triangles([50], [500]), sfreq=SFREQ, unit="uV")
    with pytest.raises(NotFittedError, match="fit it with normal="):
        InterferenceCloudDisplay.from_estimator(InterferencePattern().fit(X), X)


def test_the_step_of_a_pipeline_is_asked_for():
    X = Recordings.from_list(triangles([50], [500]), sfreq=SFREQ, unit="uV")
    pipeline = make_pipeline(InterferencePattern()).fit(X)
    with pytest.raises(
        ValueError, match=r"got Pipeline; .* as pipeline\[-1\], and its"
    ):
        InterferenceCloudDisplay.from_estimator(pipeline, X)


def test_points_are_drawn_without_a_region_and_without_a_unit():
    display = InterferenceCloudDisplay(np.array([[10.0, 3.0]]), unit=None).plot()
    assert display.border_ is None
    assert len(display.points_) == 1
    assert display.ax_.get_ylabel() == "Mean turn amplitude (unit of the signal)"


def test_a_line_is_a_discharge_and_rates_are_one_over_the_interval():
    steady, speeding = np.arange(0, 2, 0.1), np.array([0.2, 0.4, 0.5])
    display = FiringDisplay([steady, speeding], seconds=2.0).plot()
    assert_allclose(display.rasters_[0].get_positions(), steady)
    assert_allclose(display.rasters_[1].get_positions(), speeding)
    assert [raster.get_lineoffset() for raster in display.rasters_] == [0, 1]
    assert_allclose(display.lines_[0].get_ydata(), 10)
    assert_allclose(display.lines_[1].get_xdata(), [0.3, 0.45])
    assert_allclose(display.lines_[1].get_ydata(), [5, 10])
    words = [label.get_text() for label in display.axes_[0].get_yticklabels()]
    assert words == ["1: 10.0 Hz", "2: 6.7 Hz"]
    assert display.axes_[1].get_xlim() == (0, 2)


def test_rates_break_off_where_a_discharge_was_missed():
    times = np.delete(np.arange(0, 2, 0.1), 10)
    display = FiringDisplay([times], seconds=2.0).plot()
    rates = display.lines_[0].get_ydata()
    assert np.flatnonzero(np.isnan(rates)).tolist() == [9]
    assert_allclose(rates[~np.isnan(rates)], 10)


def test_a_single_discharge_has_no_rate():
    display = FiringDisplay([np.array([0.5])], seconds=1.0).plot()
    assert len(display.lines_[0].get_ydata()) == 0
    (label,) = display.axes_[0].get_yticklabels()
    assert label.get_text() == "1: unknown"


def test_given_axes_are_drawn_on():
    axes = plt.subplots(2)[1]
    display = FiringDisplay([np.arange(5.0)], seconds=5.0).plot(axes=axes)
    assert list(display.axes_) == list(axes)
    assert display.figure_ is axes[0].figure


@pytest.fixture
def units():
    """A triphasic unit of 800 µV, and one that stays below every level."""
    lobe = np.bartlett(97)
    wave = np.concatenate([200 * lobe, -600 * lobe, 200 * lobe])
    templates = [np.pad(wave, (480, 669)), np.full(1440, 2.0)]
    times = np.arange(0.05, 2.0, 0.1)
    return MotorUnits(templates, [times, times], sfreq=48_000, seconds=2.0, unit="uV")


def test_duration_amplitude_and_phases_are_drawn_where_they_are(units):
    display = MotorUnitsDisplay.from_units(units)
    # from sample 480 to 770; flanks of 48 samples exceed 15 of 200 µV at the fourth
    assert_allclose(display.bars_[0].get_xdata(), [484 / 48, 766 / 48])
    words = display.text_[0].get_text()
    assert words == "unit 1: 5.9 ms, 800 µV, 3 phases, 3 turns"
    fills = display.ax_.collections
    assert len(fills) == 3
    drawn = display.lines_[0].get_ydata()
    assert_allclose(np.ptp(drawn), 800)
    low, high = display.ax_.get_ylim()
    assert low > high  # the negative side is up
    assert display.text_[1].get_text() == "unit 2: below the level"
    assert len(display.bars_) == 1


@pytest.mark.parametrize("noise, n_phases", [(0.0, 5), (9.0, 2)])
def test_as_many_phases_are_filled_as_are_counted(noise, n_phases):
    lobes = np.array([200, -25, 200, -600, 30])  # with noise of 9 a phase has 36 µV
    wave = np.concatenate([height * np.hanning(96) for height in lobes])
    units = MotorUnits(
        [np.pad(wave, 480)],
        [np.arange(0.05, 2.0, 0.1)],
        sfreq=48_000,
        seconds=2.0,
        unit="uV",
        noise=[noise],
    )
    display = MotorUnitsDisplay.from_units(units)
    assert display.measures[0]["phases"] == n_phases
    fills = display.ax_.collections
    assert len(fills) == n_phases
    left = [fill.get_paths()[0].vertices[:, 0].min() for fill in fills]
    starts = [0, 1, 2, 3, 4] if n_phases == 5 else [0, 3]
    assert_allclose(left, [10 + 2 * start for start in starts], atol=0.5)


def test_one_phase_and_one_turn_are_no_plural():
    wave = np.pad(-300 * np.bartlett(97), 480)
    times = np.arange(0.05, 2.0, 0.1)
    units = MotorUnits([wave], [times], sfreq=48_000, seconds=2.0, unit="uV")
    words = MotorUnitsDisplay.from_units(units).text_[0].get_text()
    assert words.endswith("300 µV, 1 phase, 1 turn")


def test_the_words_of_a_raster_stay_within_the_figure():
    for discharges in ([], [np.arange(0.0, 2.0, 0.1)]):
        display = FiringDisplay(discharges, seconds=2.0).plot()
        display.figure_.canvas.draw()
        box = display.axes_[0].get_tightbbox()
        assert display.figure_.bbox.y1 >= box.y1
        assert box.y0 >= display.axes_[1].get_tightbbox().y1


def test_the_rule_of_the_onset_is_that_of_the_measures(units):
    by_level, by_slope = (
        MotorUnitsDisplay.from_units(units, onset=onset).bars_[0].get_xdata()
        for onset in ("level", "slope")
    )
    assert by_slope[0] < by_level[0]
    assert by_slope[1] > by_level[1]


def test_uncalibrated_units_are_refused(units):
    units.unit = None
    with pytest.raises(ValueError, match="uncalibrated"):
        MotorUnitsDisplay.from_units(units)


def test_no_units_give_empty_figures_that_say_so():
    none = MotorUnits(np.empty((0, 480)), [], sfreq=48_000, seconds=2.0, unit="uV")
    assert MotorUnitsDisplay.from_units(none).ax_.get_title() == "no motor units"
    assert FiringDisplay.from_units(none).axes_[0].get_title() == "no motor units"


@pytest.mark.parametrize("display", [MotorUnitsDisplay, FiringDisplay])
def test_the_units_of_several_recordings_are_refused(display, units):
    with pytest.raises(ValueError, match=r"got list; pass MUAPDetector.*\[i\]"):
        display.from_units([units])


@pytest.mark.parametrize("times", [[0.5, 0.1], [0.1, 0.1], [0.1, np.nan, 0.3]])
def test_discharges_that_do_not_ascend_are_refused(times):
    with pytest.raises(ValueError, match="discharges of unit 2 do not ascend"):
        FiringDisplay([[0.1, 0.2], times], seconds=1.0).plot()


def test_one_pair_of_axes_is_not_enough_for_discharges(units):
    with pytest.raises(ValueError, match="axes must be two"):
        FiringDisplay.from_units(units, axes=plt.subplots()[1])


def test_a_silent_muscle_gives_a_figure_without_points():
    display = InterferenceCloudDisplay(np.full((3, 2), np.nan)).plot()
    display.figure_.canvas.draw()
    words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert words == ["epochs", "without turns: 3"]


def test_a_diagnosis_has_its_colour_by_either_name():
    names = ["healthy", "myopathy", "neuropathy", "other"]
    assert color_of_each(names)[:3] == color_of_each(
        ["normal", "myopathic", "neuropathic"]
    )
    assert len(set(color_of_each(names))) == 4

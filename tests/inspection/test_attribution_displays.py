"""What the displays store and draw."""

import functools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from numpy.testing import assert_allclose, assert_array_equal
from planted import N_TIMES, NET, spike_net, spiky_recordings, spiky_windows
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.inspection import (
    AttentionDisplay,
    AttributionDisplay,
    integrated_gradients,
    occlusion,
    saliency,
)
from skemg.preprocessing import AmplitudeScaler, Bandpass
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowVotingClassifier

plain_saliency = functools.partial(saliency, n_samples=0)


def test_plot_draws_what_is_stored():
    signal, attribution = np.arange(5.0), np.array([0.0, 1.0, 2.0, np.nan, 1.0])
    display = AttributionDisplay(signal, attribution, sfreq=1000, unit="uV")
    assert display.plot() is display
    assert_array_equal(display.line_.get_xdata(), [0, 1, 2, 3, 4])
    assert_array_equal(display.line_.get_ydata(), signal)
    strip = display.strip_.get_array()
    assert_array_equal(np.ma.filled(strip, -1)[0], [0, 1, 2, -1, 1])
    assert display.strip_.get_extent()[:2] == [-0.5, 4.5]
    assert display.ax_.get_xlabel() == "Time (ms)"
    assert display.ax_.get_ylabel() == "Amplitude (µV)"
    assert display.colorbar_.ax.get_ylabel() == "Attribution"
    assert display.strip_.get_cmap().name == "Reds"
    assert display.strip_.get_clim()[0] == 0
    display.figure_.canvas.draw()


@pytest.mark.parametrize(
    "n_times, sfreq, last, name",
    [(100, 1000, 99, "Time (ms)"), (3000, 1000, 2.999, "Time (s)"), (9, None, 8, "S")],
)
def test_the_axis_has_milliseconds_seconds_or_samples(n_times, sfreq, last, name):
    display = AttributionDisplay(np.zeros(n_times), np.zeros(n_times), sfreq=sfreq)
    display.plot()
    assert_allclose(display.line_.get_xdata()[-1], last)
    assert display.ax_.get_xlabel().startswith(name)
    assert display.ax_.get_ylabel() == "Amplitude (a.u.)"


def test_two_signs_have_a_scale_with_zero_in_the_middle():
    display = AttributionDisplay(np.zeros(3), np.array([-1.0, 0.0, 3.0])).plot()
    low, high = display.strip_.get_clim()
    assert low == -high
    assert display.strip_.get_cmap().name == "RdBu_r"


def test_the_scale_ends_at_the_99th_percentile():
    display = AttributionDisplay(np.zeros(101), np.arange(101.0)).plot()
    assert display.strip_.get_clim() == (0, 99)
    alone = np.zeros(1000)
    alone[3] = 5
    display = AttributionDisplay(np.zeros(1000), alone).plot()
    assert display.strip_.get_clim() == (0, 5)


def test_a_peak_of_a_long_recording_keeps_its_column():
    attribution = np.zeros(50_000)
    attribution[[10_000, 10_001]] = 1.0, -3.0
    strip = AttributionDisplay(np.zeros(50_000), attribution).plot().strip_
    assert strip.get_array().shape == (1, 1000)
    assert_array_equal(np.flatnonzero(strip.get_array()[0] == -3.0), [200])


def test_axes_and_colours_can_be_given():
    ax = plt.subplots()[1]
    display = AttributionDisplay(np.zeros(3), np.ones(3))
    display.plot(ax=ax, color="b", cmap="viridis", label="Saliency")
    assert display.ax_ is ax and display.figure_ is ax.figure
    assert to_rgba(display.line_.get_color()) == to_rgba("b")
    assert display.strip_.get_cmap().name == "viridis"
    assert display.colorbar_.ax.get_ylabel() == "Saliency"


def test_a_window_of_an_array_is_explained():
    X, _ = spiky_windows()
    display = AttributionDisplay.from_estimator(
        spike_net(), X, index=40, method=plain_saliency, target="spike", sfreq=1000
    )
    assert_array_equal(display.signal, X[40])
    expected = plain_saliency(spike_net(), X[[40]], target="spike")[0]
    assert_array_equal(display.attribution, expected)
    assert display.sfreq == 1000 and display.line_ is not None


def test_a_recording_is_drawn_as_the_net_sees_it():
    emg, y = spiky_recordings()
    pipeline = make_pipeline(
        Bandpass(low=20),
        Windower(length=0.032, hop=0.032),
        WindowVotingClassifier(clone(NET).set_params(max_epochs=1)),
    ).fit(emg, y)
    display = AttributionDisplay.from_estimator(
        pipeline, emg, index=7, method=plain_saliency, target="spike"
    )
    assert_array_equal(display.signal, pipeline[0].transform(emg)[7])
    expected = plain_saliency(pipeline, emg[[7]], target="spike")[0]
    assert_array_equal(display.attribution, expected)
    assert display.sfreq == 1000 and display.unit is None
    windows = pipeline[:-1].transform(emg)
    again = AttributionDisplay.from_estimator(
        pipeline[-1], windows, index=7, method=plain_saliency, target="spike"
    )
    assert_array_equal(again.signal, display.signal)
    assert_array_equal(again.attribution, display.attribution)


def test_stored_windows_are_laid_together():
    X, y = spiky_windows()
    windows = Windows(
        X, np.arange(0, 61, 2), sfreq=1000, unit="uV", start=np.tile([0, 40], 30)
    )
    vote = WindowVotingClassifier(clone(NET).set_params(max_epochs=1))
    vote.fit(windows, y[::2], groups=np.arange(30))
    display = AttributionDisplay.from_estimator(vote, windows, method=plain_saliency)
    assert_array_equal(display.signal[:N_TIMES], X[0])
    assert np.isnan(display.signal[N_TIMES:40]).all()
    assert_array_equal(display.signal[40:], X[1])
    assert display.sfreq == 1000 and display.unit == "uV"


def test_a_recording_of_a_system_with_features_is_drawn_as_it_was_given():
    emg, y = spiky_recordings()
    pipeline = make_pipeline(
        Bandpass(low=20),
        Windower(length=0.032, hop=0.032),
        TimeDomainFeatures(("rms", "wl")),
        WindowVotingClassifier(),
    ).fit(emg, y)
    blank = functools.partial(occlusion, length=0.002)
    display = AttributionDisplay.from_estimator(pipeline, emg, index=7, method=blank)
    assert_array_equal(display.signal, emg[7])
    assert_array_equal(display.attribution, blank(pipeline, emg[[7]])[0])


def test_one_channel_is_drawn():
    X, y = spiky_windows()
    channels = np.stack([np.zeros_like(X), X], axis=1)
    net = clone(NET).set_params(max_epochs=1).fit(channels, y)
    method = functools.partial(integrated_gradients, n_steps=20)
    display = AttributionDisplay.from_estimator(net, channels, channel=1, method=method)
    assert_array_equal(display.signal, X[0])
    assert_array_equal(display.attribution, method(net, channels[:1])[0, 1])


# -- weights of windows ----------------------------------------------------------------


def test_bars_stand_over_their_windows():
    weights = Windows(
        np.array([0.1, 0.2, 0.7, 1.0]),
        [0, 3, 4],
        sfreq=1000,
        start=np.array([0, 100, 300, 0]),
    )
    display = AttentionDisplay.from_weights(weights)
    assert_allclose([bar.get_x() for bar in display.bars_], [0, 0.1, 0.3])
    assert_allclose([bar.get_height() for bar in display.bars_], [0.1, 0.2, 0.7])
    assert_allclose([bar.get_width() for bar in display.bars_], 0.09)
    assert display.ax_.get_xlabel() == "Time (s)"
    ax = plt.subplots()[1]
    alone = AttentionDisplay.from_weights(weights, 1, ax=ax)
    assert alone.ax_ is ax
    assert_array_equal(alone.weights, [1.0])


def test_a_table_of_weights_is_refused():
    for values, start in [(np.ones((2, 3)), np.array([0, 1])), (np.ones(2), None)]:
        windows = Windows(values, [0, 2], sfreq=1, start=start)
        with pytest.raises(SignalError, match="one number a window"):
            AttentionDisplay.from_weights(windows)


def test_a_pipeline_that_scales_is_drawn_in_microvolts():
    emg, y = spiky_recordings()
    emg = Recordings(1000 * emg.values, emg.offsets, sfreq=emg.sfreq, unit="uV")
    steps = (AmplitudeScaler(), Windower(length=0.032, hop=0.032))
    pipeline = make_pipeline(*steps, WindowVotingClassifier(clone(NET))).fit(emg, y)
    display = AttributionDisplay.from_estimator(pipeline, emg, method=plain_saliency)
    assert display.unit == "uV"
    assert_allclose(display.signal, emg[0])
    expected = plain_saliency(pipeline, emg[:1])
    assert_allclose(display.attribution, expected[0])


def test_units_other_than_microvolts_are_refused():
    with pytest.raises(ValueError, match=r"unit must be .* or None, got 'mV'"):
        AttributionDisplay(np.zeros(3), np.zeros(3), unit="mV")

"""Display of a signal in front of its attribution."""

import itertools

import numpy as np
from sklearn.pipeline import Pipeline

from skemg.preprocessing import AmplitudeScaler
from skemg.signals import Recordings, Windows

from ._doors import ends_in_vote
from ._recording_attribution import recording_attribution
from ._saliency import saliency


class AttributionDisplay:
    """A signal over time, in front of a strip with the colour of its attribution.

    Strips from 0 up are red, strips with both signs blue and red. The scale ends at the
    99th percentile of the sizes, or few samples would outshine all others; of more than
    1000 samples, those that share a column show the largest (both are our choice). Read
    more in the :ref:`User Guide <explanations>`.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        One channel of a window or recording.
    attribution : ndarray of shape (n_times,)
        What each sample was worth; NaN is left white.
    sfreq : float or None, default=None
        Sampling frequency in Hz; None counts samples.
    unit : {"uV", None}, default=None
        Unit of the signal; None is uncalibrated.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    line_ : matplotlib Line2D
        The signal.
    strip_ : matplotlib AxesImage
        The attribution.
    colorbar_ : matplotlib Colorbar
        Its scale.

    See Also
    --------
    AttentionDisplay : Weights of windows.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.inspection import AttributionDisplay
    >>> time = np.arange(1000) / 10_000
    >>> signal = 50 * np.sin(2 * np.pi * 100 * time)
    >>> display = AttributionDisplay(signal, np.abs(signal), sfreq=10_000, unit="uV")
    >>> display.plot().ax_.get_xlabel()
    'Time (ms)'
    """

    def __init__(self, signal, attribution, *, sfreq=None, unit=None):
        if unit not in (None, "uV"):
            raise ValueError(f'unit must be "uV" or None, got {unit!r}')
        self.signal = signal
        self.attribution = attribution
        self.sfreq = sfreq
        self.unit = unit

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        *,
        index=0,
        channel=0,
        method=saliency,
        target=None,
        sfreq=None,
        unit=None,
        ax=None,
    ):
        """Explain one window or recording and draw it.

        Of a pipeline that ends in a vote over signals, what is drawn is the recording
        as the vote sees it, filtered and downsampled but not scaled, and `method`
        explains its windows. Of any other pipeline it is the recording as it was given.

        Parameters
        ----------
        estimator : classifier
            What `method` takes.
        X : array-like of windows, Windows or Recordings
            What the estimator predicts.
        index : int, default=0
            Which window of an array, or which recording.
        channel : int, default=0
            Which channel is drawn.
        method : callable, default=saliency
            Called as `method(estimator, X, target=target)`; `functools.partial` sets
            more of its parameters.
        target : label, default=None
            The class that is explained; None is the predicted one.
        sfreq : float, default=None
            Sampling frequency of plain arrays in Hz.
        unit : {"uV", None}, default=None
            Unit of plain arrays.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AttributionDisplay
            The display, drawn.
        """
        carries = isinstance(X, Recordings | Windows)  # its rate and unit
        drawn = None
        one = X[[index]] if carries else np.asarray(X)[[index]]
        if isinstance(one, Recordings) and ends_in_vote(estimator):
            windows = estimator[:-1].transform(one)
            if windows.n_times is not None:
                drawn = _without_scaling(estimator[:-1]).transform(one)
                estimator, one = estimator[-1], windows
        attribution = method(estimator, one, target=target)
        if isinstance(one, Windows):
            attribution = recording_attribution(attribution, one)
            one = one if drawn is None else drawn
            unit = one.unit
            one = one._recordings or recording_attribution(one, one)
        elif carries:
            unit = one.unit
        if carries:
            sfreq = None if one.sfreq is None else one.sfreq[0]
        signal, attribution = (_channel(x[0], channel) for x in (one, attribution))
        return cls(signal, attribution, sfreq=sfreq, unit=unit).plot(ax=ax)

    def plot(self, *, ax=None, color="0.1", cmap=None, label="Attribution"):
        """Draw the signal and its attribution.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        color : color, default="0.1"
            Colour of the signal.
        cmap : str or Colormap, default=None
            Colours of the attribution; None is "Reds", or "RdBu_r" where there are
            negative ones.
        label : str, default="Attribution"
            Name of the scale.

        Returns
        -------
        display : AttributionDisplay
            The display.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            ax = plt.subplots(figsize=(8, 3), layout="constrained")[1]
        time, name = _time_axis(len(self.signal), self.sfreq)
        (self.line_,) = ax.plot(time, self.signal, color=color, linewidth=0.8)
        attribution = np.asarray(self.attribution)
        largest, signed = _scale(attribution[~np.isnan(attribution)])
        half = (time[1] - time[0]) / 2 if len(time) > 1 else 0.5
        low, high = ax.get_ylim()
        self.strip_ = ax.imshow(
            _columns(attribution)[np.newaxis],
            extent=(time[0] - half, time[-1] + half, low, high),
            aspect="auto",
            interpolation="nearest",
            cmap=cmap or ("RdBu_r" if signed else "Reds"),
            vmin=-largest if signed else 0,
            vmax=largest,
            zorder=0,  # behind the line
        )
        ax.set(xlabel=name, ylabel=f"Amplitude ({'µV' if self.unit else 'a.u.'})")
        self.colorbar_ = ax.figure.colorbar(
            self.strip_, ax=ax, label=label, extend="both" if signed else "max"
        )
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _without_scaling(pipeline):
    """Return the steps that leave microvolts what they are."""
    return Pipeline(
        [step for step in pipeline.steps if not isinstance(step[1], AmplitudeScaler)]
    )


def _columns(values, n_columns=1000):
    """Return no more values than a figure has columns, the largest in size of each."""
    if len(values) <= n_columns:
        return values
    edges = np.linspace(0, len(values), n_columns + 1).astype(int)
    size = np.nan_to_num(np.abs(values))
    largest = [i + size[i:j].argmax() for i, j in itertools.pairwise(edges)]
    return values[largest]


def _scale(values):
    """Return where the colours end, and whether there are two signs."""
    sizes = np.abs(values)
    if not sizes.any():
        return 1.0, False
    return np.percentile(sizes, 99) or sizes.max(), values.min() < 0


def _channel(values, channel):
    return values if values.ndim == 1 else values[channel]


def _time_axis(n_times, sfreq):
    """Return the time of each sample and the name of the axis."""
    samples = np.arange(n_times)
    if sfreq is None:
        return samples, "Sample"
    if n_times < sfreq:
        return samples * 1000 / sfreq, "Time (ms)"
    return samples / sfreq, "Time (s)"

"""Display of motor unit potentials with what is measured on them."""

import numpy as np

from skemg.clinical import measure_muap
from skemg.clinical._measure_muap import find_phases, find_span

from ._axes import axes_or_new
from ._checks import check_units

_COLORS = "#56B4E9", "#E69F00"  # phases to the negative and to the positive side


class MotorUnitsDisplay:
    """Potentials of motor units, with duration, amplitude and phases drawn in.

    All units share one scale, the negative side up as on the screen of an EMG machine.
    The grey bar runs from onset to end, the bracket from the largest to the smallest
    value, and each phase is filled. Read more in the
    :ref:`User Guide <clinical_displays>`.

    Parameters
    ----------
    templates : ndarray of shape (n_units, n_times)
        The potentials in µV, baseline 0.
    sfreq : float
        Their sampling frequency in Hz.
    measures : list of dict
        The measures of each, from :func:`~skemg.clinical.measure_muap`.
    spans : list of tuple of int or None
        First and last sample of each potential; None where nothing exceeds the level.
    noise : array-like of shape (n_units,), default=None
        Standard errors of the potentials in µV, below four of which no phase is; None
        is none.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    lines_ : list of matplotlib Line2D
        The potentials.
    bars_ : list of matplotlib Line2D
        From onset to end, of those that have them.
    text_ : list of matplotlib Text
        The measures in words.

    See Also
    --------
    FiringDisplay : When the units discharge.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.clinical import MotorUnits
    >>> from skemg.plot import MotorUnitsDisplay
    >>> wave = np.repeat([100.0, -300.0, 100.0], 96) * np.tile(np.hanning(96), 3)
    >>> units = MotorUnits(
    ...     [np.pad(wave, 480)], [[0.5]], sfreq=48000, seconds=1.0, unit="uV"
    ... )
    >>> MotorUnitsDisplay.from_units(units).text_[0].get_text()
    'unit 1: 5.5 ms, 400 µV, 3 phases, 3 turns'
    """

    def __init__(self, templates, *, sfreq, measures, spans, noise=None):
        self.templates = templates
        self.sfreq = sfreq
        self.measures = measures
        self.spans = spans
        self.noise = noise

    @classmethod
    def from_units(cls, units, *, onset="level", ax=None):
        """Measure the motor units of a recording and draw them.

        Parameters
        ----------
        units : MotorUnits
            From :class:`~skemg.clinical.MUAPDetector`, calibrated.
        onset : {"level", "slope", "fast"}, default="level"
            Where a potential begins and ends, see
            :func:`~skemg.clinical.measure_muap`.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : MotorUnitsDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If the units are uncalibrated, or the rule is unknown.
        """
        check_units(units)
        if units.unit is None:
            raise ValueError(
                "the measures of motor units are in µV, and these units are "
                'uncalibrated; find them in Recordings.from_list(..., unit="uV")'
            )
        kwargs = {"sfreq": units.sfreq, "onset": onset}
        pairs = list(zip(units.templates, units.noise, strict=True))
        return cls(
            units.templates,
            sfreq=units.sfreq,
            measures=[measure_muap(x, noise=noise, **kwargs) for x, noise in pairs],
            spans=[find_span(x, units.sfreq, onset, noise) for x, noise in pairs],
            noise=units.noise,
        ).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the potentials.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : MotorUnitsDisplay
            The display.
        """
        templates = np.asarray(self.templates, dtype=float)
        peak = np.abs(templates).max(initial=1.0)
        above = np.maximum(-templates.min(axis=1), 0) + 0.35 * peak  # with the words
        below = np.maximum(templates.max(axis=1), 0) + 0.15 * peak  # with the bar
        bases = np.cumsum(above + np.append(0, below[:-1]))
        bottom = np.sum(above + below) + 0.3 * peak
        ax = axes_or_new(ax, (6.5, 0.6 + 0.7 * bottom / peak))
        self.lines_, self.bars_, self.text_ = [], [], []
        ms = 1e3 * templates.shape[1] / self.sfreq
        ax.set(xlabel="Time (ms)", xlim=(0, ms), ylim=(bottom, 0), yticks=[])
        for i, base in enumerate(bases):
            self._draw(ax, i, base, peak)
        if len(templates):
            _draw_scale(ax, 0.98 * ms, bottom, _round(peak / 2))
        else:
            ax.set_title("no motor units")
        ax.spines[["left", "right", "top"]].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw(self, ax, i, base, peak):
        """Draw one potential around its baseline."""
        x = np.asarray(self.templates[i], dtype=float)
        times = 1e3 * np.arange(len(x)) / self.sfreq
        words = f"unit {i + 1}: "
        if self.spans[i] is None:
            words += "below the level"
        else:
            measures = self.measures[i]
            words += (
                f"{measures['duration_ms']:.1f} ms, {measures['amplitude_uv']:.0f} µV, "
                f"{_counted(measures['phases'], 'phase')}, "
                f"{_counted(measures['turns'], 'turn')}"
            )
            first, last = self.spans[i]
            noise = 0.0 if self.noise is None else self.noise[i]
            for low, high in _phases(x, (first, last), noise):
                side = _COLORS[int(x[low:high].sum() > 0)]
                ax.fill_between(
                    times[low:high], base, base + x[low:high], color=side, alpha=0.5
                )
            inside = x[first : last + 1]
            under = base + max(inside.max(), 0) + 0.06 * peak
            self.bars_ += ax.plot(
                times[[first, last]], [under, under], "|-", color="0.4", lw=2
            )
            right = min(times[last] + 0.02 * times[-1], 0.985 * times[-1])
            ends = base + np.array([min(inside.min(), 0), max(inside.max(), 0)])
            ax.plot([right, right], ends, "_-", color="0.4", lw=1)
        self.lines_ += ax.plot(times, base + x, color="k", lw=1)
        top = base + min(x.min(), 0) - 0.05 * peak
        self.text_.append(ax.text(0.01 * times[-1], top, words, va="bottom"))


def _draw_scale(ax, x, bottom, height):
    ax.plot([x, x], [bottom - height, bottom], color="k", lw=2)
    words = f"{height:g} µV, negative side up "
    ax.text(x, bottom - height / 2, words, ha="right", va="center")


def _phases(x, span, noise):
    """Return start and stop of the phases, from the baseline back to it."""
    first, last = span
    edges = first + np.flatnonzero(np.diff(x[first : last + 1] > 0)) + 1
    edges = np.array([first, *edges, last + 1])
    return [
        (edges[edges <= start][-1], edges[edges > stop][0])
        for start, stop in find_phases(x, span, noise)
    ]


def _counted(number, word):
    return f"{number:.0f} {word}{'s' * (number != 1)}"


def _round(value):
    """Return 1, 2 or 5 times a power of ten, at most the value."""
    power = 10.0 ** np.floor(np.log10(value))
    return power * max(factor for factor in (1, 2, 5) if factor * power <= value)

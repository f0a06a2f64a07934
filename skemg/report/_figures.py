"""The figures of a report: numbers first, drawn when they are asked for."""

from dataclasses import dataclass, field

import numpy as np

from skemg.clinical import MotorUnits
from skemg.plot import FiringDisplay, MotorUnitsDisplay, WindowVoteDisplay

_N_COLUMNS = 1500  # of a trace; more cannot be seen
_INK = "#1f3044"
_MARK = "#E69F00"


@dataclass(frozen=True)
class TraceFigure:
    """Channels over time.

    Parameters
    ----------
    signal : ndarray of shape (n_channels, n_times)
        The samples.
    sfreq : float
        Sampling frequency in Hz.
    unit : str
        Unit of the samples.
    channels : list of str
        Names of the channels.
    start : float
        Time of the first sample in seconds.
    alt : str
        What the figure shows, in words.
    """

    signal: np.ndarray
    sfreq: float
    unit: str
    channels: list
    start: float
    alt: str

    def draw(self):
        """Return the figure."""
        n_channels = len(self.signal)
        figure = _new_figure(0.7 + 1.3 * n_channels)
        axes = figure.subplots(n_channels, sharex=True, squeeze=False)[:, 0]
        for ax, x, name in zip(axes, self.signal, self.channels, strict=True):
            draw_trace(ax, x, self.sfreq, self.unit, self.start)
            if n_channels > 1:
                ax.set_title(name, loc="left", fontsize="small")
        axes[-1].set_xlabel("Time (s)")
        return figure


@dataclass(frozen=True)
class VoteFigure:
    """A signal above the probabilities of its windows.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The samples.
    sfreq : float
        Sampling frequency in Hz.
    unit : str
        Unit of the samples.
    proba : ndarray of shape (n_windows, n_classes)
        Probabilities of the windows.
    seconds : ndarray of shape (n_windows,)
        Start of each.
    classes : list of str
        The classes.
    spans : list of (float, float)
        Start and end, in seconds, of what is shaded.
    """

    signal: np.ndarray
    sfreq: float
    unit: str
    proba: np.ndarray
    seconds: np.ndarray
    classes: list
    spans: list
    alt: str = field(default="The signal and the probabilities of its windows")

    def draw(self):
        """Return the figure."""
        figure = _new_figure(4.4)
        above, below = figure.subplots(2, sharex=True, height_ratios=[2, 3])
        draw_trace(above, self.signal, self.sfreq, self.unit)
        for ax in (above, below):
            for start, stop in self.spans:
                ax.axvspan(start, stop, color=_MARK, alpha=0.35, lw=0)
        WindowVoteDisplay(self.proba, seconds=self.seconds, classes=self.classes).plot(
            ax=below
        )
        below.legend(
            title="Vote so far, at the end", loc="center left", bbox_to_anchor=(1, 0.5)
        )
        return figure


@dataclass(frozen=True)
class PartsFigure:
    """A signal above what a class loses without each of its parts.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The samples.
    sfreq : float
        Sampling frequency in Hz.
    unit : str
        Unit of the samples.
    edges : ndarray of shape (n_parts + 1,)
        Where the parts begin and end, in seconds.
    drops : ndarray of shape (n_parts,)
        What the probability loses.
    name : str
        The class.
    """

    signal: np.ndarray
    sfreq: float
    unit: str
    edges: np.ndarray
    drops: np.ndarray
    name: str
    alt: str = field(default="The signal, and what the class loses without its parts")

    def draw(self):
        """Return the figure."""
        figure = _new_figure(3.4)
        above, below = figure.subplots(2, sharex=True)
        draw_trace(above, self.signal, self.sfreq, self.unit)
        below.stairs(self.drops, self.edges, fill=True, color=_MARK)
        below.axhline(0, color="0.5", lw=0.8)
        below.set(xlabel="Time (s)", ylabel="Probability\nlost")
        return figure


@dataclass(frozen=True)
class MotorUnitsFigure:
    """The potentials of the largest motor units, with their measures.

    Parameters
    ----------
    units : MotorUnits
        The motor units, the largest first.
    n_shown : int
        How many are drawn.
    """

    units: MotorUnits
    n_shown: int
    alt: str = field(default="Potentials of the motor units, with their measures")

    def draw(self):
        """Return the figure."""
        shown = slice(self.n_shown)
        largest = MotorUnits(
            self.units.templates[shown],
            self.units.discharges[shown],
            sfreq=self.units.sfreq,
            seconds=self.units.seconds,
            unit=self.units.unit,
            noise=self.units.noise[shown],
        )
        figure = _new_figure(0.8 + 0.9 * self.n_shown)
        MotorUnitsDisplay.from_units(largest, ax=figure.subplots())
        return figure


@dataclass(frozen=True)
class FiringFigure:
    """When the motor units discharge, and how fast.

    Parameters
    ----------
    units : MotorUnits
        The motor units.
    """

    units: MotorUnits
    alt: str = field(default="Discharges and firing rates of the motor units")

    def draw(self):
        """Return the figure."""
        heights = 0.6 + 0.2 * self.units.n_units, 2.0
        figure = _new_figure(0.8 + sum(heights))
        axes = figure.subplots(2, height_ratios=heights, sharex=True)
        FiringDisplay.from_units(self.units, axes=axes)
        return figure


def draw_trace(ax, x, sfreq, unit, start=0.0):
    """Draw a signal; a long one by the smallest and largest value of each column.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    x : ndarray of shape (n_times,)
        The samples.
    sfreq : float
        Sampling frequency in Hz.
    unit : str
        Unit of the samples.
    start : float, default=0.0
        Time of the first sample in seconds.
    """
    n_times, first = len(x), np.arange(len(x))
    if len(x) > 4 * _N_COLUMNS:
        first = np.unique(np.linspace(0, len(x), _N_COLUMNS, endpoint=False, dtype=int))
        low, high = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
        x, first = np.column_stack([low, high]).ravel(), np.repeat(first, 2)
    ax.plot(start + first / sfreq, x, color=_INK, lw=0.6)
    ax.set_ylabel("Signal (µV)" if unit == "µV" else f"Signal\n({unit})")
    ax.set_xlim(start, start + n_times / sfreq)


def _new_figure(height):
    from matplotlib.figure import Figure  # without pyplot: nothing is left open

    return Figure(figsize=(9, height), layout="constrained")

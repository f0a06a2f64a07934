"""Display of the discharges of motor units and of their rates."""

import numpy as np

from skemg.clinical._firing import USUAL, firing_rate

from ._checks import check_units


class FiringDisplay:
    """When each motor unit discharges, and how fast, over time.

    Above, a line a discharge, a row a unit; below, the instantaneous rate, 1 / interval
    in the middle of each interval. It breaks off where an interval is longer than 1.8
    medians or shorter than 0.4, because a discharge was missed there or found in
    excess. Read more in the :ref:`User Guide <clinical_displays>`.

    Parameters
    ----------
    discharges : list of ndarray of shape (n_discharges,)
        Times of each unit in seconds, ascending.
    seconds : float
        Length of the recording.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (2,)
        Raster and rates.
    figure_ : matplotlib Figure
        Their figure.
    rasters_ : list of matplotlib EventCollection
        The discharges of each unit.
    lines_ : list of matplotlib Line2D
        The rates of each unit.

    See Also
    --------
    MotorUnitsDisplay : The potentials of the units.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import FiringDisplay
    >>> display = FiringDisplay([np.arange(0.0, 2.0, 0.1)], seconds=2.0).plot()
    >>> display.lines_[0].get_ydata()[:2].round()
    array([10., 10.])
    """

    def __init__(self, discharges, *, seconds):
        self.discharges = discharges
        self.seconds = seconds

    @classmethod
    def from_units(cls, units, *, axes=None):
        """Draw the motor units of a recording.

        Parameters
        ----------
        units : MotorUnits
            From :class:`~skemg.clinical.MUAPDetector`.
        axes : array-like of two matplotlib Axes, default=None
            Where to draw raster and rates; None makes a figure.

        Returns
        -------
        display : FiringDisplay
            The display, drawn.
        """
        check_units(units)
        return cls(units.discharges, seconds=units.seconds).plot(axes=axes)

    def plot(self, *, axes=None):
        """Draw discharges and rates.

        Parameters
        ----------
        axes : array-like of two matplotlib Axes, default=None
            Where to draw raster and rates; None makes a figure.

        Returns
        -------
        display : FiringDisplay
            The display.
        """
        import matplotlib.pyplot as plt

        n_units = len(self.discharges)
        for i, times in enumerate(self.discharges):
            if not (np.diff(times) > 0).all():
                raise ValueError(
                    f"the discharges of unit {i + 1} do not ascend: sort them, and "
                    "leave out NaN and what is there twice"
                )
        if axes is None:
            height = 0.8 + 0.25 * n_units, 2.5
            _, axes = plt.subplots(
                2,
                figsize=(8, 0.7 + sum(height)),
                height_ratios=height,
                sharex=True,
                layout="constrained",
            )
        if np.size(axes) != 2:
            raise ValueError(
                f"axes must be two, for raster and rates, got {np.size(axes)}"
            )
        raster, rates = axes
        colors = plt.get_cmap("viridis")(np.linspace(0, 0.9, max(n_units, 1)))
        self.rasters_, self.lines_ = [], []
        for i, (times, color) in enumerate(zip(self.discharges, colors, strict=False)):
            self.rasters_ += raster.eventplot(
                times, lineoffsets=i, linelengths=0.8, colors=[color]
            )
            self.lines_ += rates.plot(
                *_instantaneous(times),
                ".-",
                ms=4,
                lw=0.6,
                color=color,
                label=f"unit {i + 1}",
            )
        names = [f"{i}: {_in_words(t)}" for i, t in enumerate(self.discharges, 1)]
        raster.set_yticks(range(n_units), names)
        raster.set_ylim(max(n_units, 1) - 0.5, -0.5)
        rates.set(xlabel="Time (s)", ylabel="Rate (Hz)", xlim=(0, self.seconds))
        rates.set_ylim(bottom=0)
        if n_units:
            raster.set_title("Unit: mean rate", loc="left", fontsize="medium")
        else:
            raster.set_title("no motor units")
        self.axes_, self.figure_ = np.array([raster, rates]), raster.figure
        return self


def _in_words(times):
    rate = firing_rate(times)
    return f"{rate:.1f} Hz" if np.isfinite(rate) else "unknown"


def _instantaneous(times):
    """Return the middles of the intervals and the rates, NaN where it is unusual."""
    intervals = np.diff(times)
    if len(intervals) == 0:
        return np.empty(0), np.empty(0)
    low, high = np.multiply(USUAL, np.median(intervals))
    usual = (intervals >= low) & (intervals <= high)
    with np.errstate(divide="ignore"):
        rates = np.where(usual, 1 / intervals, np.nan)
    return times[:-1] + intervals / 2, rates

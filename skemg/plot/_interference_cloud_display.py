"""Display of turns against amplitude, with the region of normal muscles."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skemg.clinical import InterferencePattern, interference_points

from ._axes import axes_or_new, color_of_each

_KINDS = "normal", "neuropathic", "myopathic"  # where a point outside points to


class InterferenceCloudDisplay:
    """Turns and amplitudes of the epochs of recordings, and where normal ones lie.

    Both axes are logarithmic, as the region is learned. Epochs above the region point
    to neuropathy, below it to myopathy; they have the colours of these diagnoses. More
    than a tenth outside is abnormal by the usual rule. Read more in the
    :ref:`User Guide <interference_pattern>`.

    Parameters
    ----------
    points : ndarray of shape (n_epochs, 2)
        Turns per second and mean amplitude of each epoch. Epochs with NaN have no
        place and are counted in the legend.
    cloud : Cloud, default=None
        `cloud_` of a fitted :class:`~skemg.clinical.InterferencePattern`; None draws no
        region.
    unit : {"uV", None}, default="uV"
        Unit of the amplitudes; None is that of the signal as it comes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    points_ : list of matplotlib Line2D
        The epochs inside, above and below; all epochs where there is no region.
    border_ : matplotlib Line2D or None
        The border of the region.

    See Also
    --------
    skemg.clinical.interference_points : The points.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import InterferenceCloudDisplay
    >>> points = np.array([[200.0, 400.0], [300.0, 450.0], [0.0, np.nan]])
    >>> display = InterferenceCloudDisplay(points).plot()
    >>> display.points_[0].get_xdata()
    array([200., 300.])
    """

    def __init__(self, points, *, cloud=None, unit="uV"):
        self.points = points
        self.cloud = cloud
        self.unit = unit

    @classmethod
    def from_estimator(cls, pattern, X, *, ax=None):
        """Measure the epochs of recordings and draw them with the region.

        Parameters
        ----------
        pattern : InterferencePattern
            Fitted with `normal`, on other patients.
        X : Recordings, list of ndarray, or array-like of shape (n_recordings, n_times)
            What is drawn, all epochs together; `X[[3]]` is one recording.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : InterferenceCloudDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the pattern has no region.
        ValueError
            If it is another step, or a pipeline.
        SignalError
            If the recordings cannot be measured.
        """
        if not isinstance(pattern, InterferencePattern):
            raise ValueError(
                "from_estimator draws a fitted InterferencePattern, got "
                f"{type(pattern).__name__}; of a pipeline pass that step, as "
                "pipeline[-1], and its input, as pipeline[:-1].transform(X)"
            )
        check_is_fitted(
            pattern,
            "cloud_",
            msg="This %(name)s has no region: fit it with normal= and the classes",
        )
        points = interference_points(
            X,
            epoch=pattern.epoch,
            threshold=pattern.threshold,
            threshold_unit=pattern.threshold_unit,
            sfreq=pattern.sfreq,
        )
        unit = getattr(X, "unit", None)
        return cls(np.concatenate(points), cloud=pattern.cloud_, unit=unit).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the epochs and the region.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : InterferenceCloudDisplay
            The display.
        """
        from matplotlib.ticker import LogFormatter

        ax = axes_or_new(ax, (7.5, 4.5))
        points = np.asarray(self.points)
        known = points[np.isfinite(points).all(axis=1)]
        self.points_, self.border_ = [], None
        if self.cloud is None:
            self.points_ += ax.plot(*known.T, ".", color="0.3", label="epochs")
        else:
            border = self.cloud.border()
            (self.border_,) = ax.plot(*border.T, color="0.4", label="region of normal")
            ax.fill(*border.T, color="0.5", alpha=0.12, lw=0)
            for part, kind, name in zip(
                self._parts(known),
                color_of_each(_KINDS),
                ("inside", "above", "below"),
                strict=True,
            ):
                label = f"{name}: {part.sum()} of {len(points)} epochs"
                self.points_ += ax.plot(
                    *known[part].T, "o", ms=5, alpha=0.7, color=kind, label=label
                )
        if len(known) < len(points):
            n_silent = len(points) - len(known)
            ax.plot([], [], " ", label=f"without turns: {n_silent}")
        unit = "unit of the signal" if self.unit is None else "µV"
        ax.set(
            xlabel="Turns (1/s)",
            ylabel=f"Mean turn amplitude ({unit})",
            xscale="log",
            yscale="log",
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.6)))
        if self.cloud is None and len(known) == 0:  # no axis can be logarithmic
            ax.set(xlim=(1, 10), ylim=(1, 10), xticks=[], yticks=[])
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _parts(self, points):
        outside = self.cloud.distance(points) > self.cloud.limit
        above = self.cloud.above(points)
        return ~outside, outside & above, outside & ~above

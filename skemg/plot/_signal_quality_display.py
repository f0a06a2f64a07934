"""Display of what may be wrong with recordings."""

import numpy as np

from skemg.quality import SignalQuality

from ._axes import axes_or_new

_FLAG = "#D55E00"
_UNKNOWN = "0.9"
_N_WRITTEN = 40  # recordings; of more, the values would not be legible


class SignalQualityDisplay:
    """Recordings by checks: how near each value is to its limit, and what is flagged.

    The colour is the share of the limit that a value reaches, of the worst channel. A
    flag is a cell of another colour with the value in it. Grey is not known, such as
    gaps without time stamps. Read more in the :ref:`User Guide <quality>`.

    Parameters
    ----------
    values : ndarray of shape (n_recordings, n_checks)
        What was measured; NaN where it is not known.
    limits : ndarray of shape (n_checks,)
        A value above it is flagged.
    checks : sequence of str of length n_checks
        Names of the checks.
    names : sequence of length n_recordings, default=None
        Names of the recordings; None numbers them.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    image_ : matplotlib AxesImage
        The colours.
    texts_ : list of matplotlib Text
        The values of the flags.

    See Also
    --------
    skemg.quality.SignalQuality : The numbers, and the flags in words.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import SignalQualityDisplay
    >>> emg = np.random.default_rng(0).normal(size=(2, 10000))
    >>> emg[1, :2000] = 0
    >>> display = SignalQualityDisplay.from_recordings(emg, sfreq=10000)
    >>> [text.get_text() for text in display.texts_]
    ['0.2']
    """

    def __init__(self, values, limits, checks, *, names=None):
        self.values = values
        self.limits = limits
        self.checks = checks
        self.names = names

    @classmethod
    def from_quality(cls, quality, *, names=None, ax=None):
        """Draw what was measured.

        Parameters
        ----------
        quality : SignalQuality
            Table and limits; checks without a limit are left out.
        names : sequence of length n_recordings, default=None
            Names of the recordings; None numbers them.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : SignalQualityDisplay
            The display, drawn.
        """
        checks = [n for n, limit in quality.thresholds.items() if limit is not None]
        (starts,) = np.nonzero(np.diff(quality.table["recording"], prepend=-1))
        values = quality.values
        worst = [np.fmax.reduceat(values[name], starts) for name in checks]
        limits = np.array([quality.thresholds[name] for name in checks])
        return cls(np.stack(worst, axis=1), limits, checks, names=names).plot(ax=ax)

    @classmethod
    def from_recordings(cls, X, *, names=None, ax=None, **options):
        """Measure recordings and draw.

        Parameters
        ----------
        X : Recordings, list of arrays, or array-like
            As for `SignalQuality.from_recordings`.
        names : sequence of length n_recordings, default=None
            Names of the recordings; None numbers them.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **options
            Options of `SignalQuality.from_recordings`.

        Returns
        -------
        display : SignalQualityDisplay
            The display, drawn.
        """
        quality = SignalQuality.from_recordings(X, **options)
        return cls.from_quality(quality, names=names, ax=ax)

    def plot(self, *, ax=None, cmap="Blues"):
        """Draw the table.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        cmap : str or Colormap, default="Blues"
            Colours of values within the limits.

        Returns
        -------
        display : SignalQualityDisplay
            The display.
        """
        import matplotlib as mpl

        n_recordings, n_checks = self.values.shape
        height = min(12, 2.0 + 0.28 * n_recordings)
        ax = axes_or_new(ax, (2.4 + 0.55 * n_checks, height))
        flagged = self.values > self.limits
        colors = mpl.colormaps[cmap].with_extremes(bad=_UNKNOWN, over=_FLAG)
        self.image_ = ax.imshow(
            np.ma.masked_invalid(np.where(flagged, 9.0, self._shares())),
            cmap=colors,
            norm=mpl.colors.Normalize(0, 1),
            aspect="auto",
            interpolation="none",
        )
        cells = np.argwhere(flagged) if n_recordings <= _N_WRITTEN else []
        style = {"ha": "center", "va": "center", "color": "white", "fontsize": 8}
        self.texts_ = [
            ax.text(j, i, f"{self.values[i, j]:.2g}", **style) for i, j in cells
        ]
        ax.set_xticks(np.arange(n_checks), self.checks, rotation=45, ha="right")
        ax.xaxis.set_tick_params(rotation_mode="anchor")
        if self.names is not None:
            ax.set_yticks(np.arange(n_recordings), self.names)
        else:
            ax.yaxis.get_major_locator().set_params(integer=True)
        ax.set_xticks(np.arange(n_checks - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(n_recordings - 1) + 0.5, minor=True)
        ax.tick_params(which="minor", length=0)
        if n_recordings <= _N_WRITTEN:
            ax.grid(which="minor", color="white", linewidth=1)
        ax.set_ylabel("Recording")
        ax.figure.colorbar(
            self.image_, ax=ax, extend="max", label="Value / limit; orange: flagged"
        )
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _shares(self):
        """Return how much of its limit each value reaches; a limit of 0 has no way."""
        limits = np.where(self.limits > 0, self.limits, 1)
        return np.where(self.limits > 0, self.values / limits, 0 * self.values)

"""Display of the losses of a net, epoch by epoch."""

import numpy as np
from sklearn.pipeline import Pipeline

from ._axes import axes_or_new


class LossCurveDisplay:
    """Losses of what a net is trained on and of the patients that it holds out.

    The epoch with the least held-out loss is marked: its weights are those that early
    stopping restores. Read more in the :ref:`User Guide <displays>`.

    Parameters
    ----------
    train_loss : array-like of shape (n_epochs,)
        Training loss of each epoch.
    valid_loss : array-like of shape (n_epochs,), default=None
        Loss of what was held out; None where nothing was.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    lines_ : list of matplotlib Line2D
        The curves.

    Examples
    --------
    >>> from skemg.plot import LossCurveDisplay
    >>> display = LossCurveDisplay([1.1, 0.7, 0.4, 0.2], [1.1, 0.9, 0.8, 1.0]).plot()
    >>> display.best_epoch
    3
    """

    def __init__(self, train_loss, valid_loss=None):
        self.train_loss = train_loss
        self.valid_loss = valid_loss

    @classmethod
    def from_estimator(cls, estimator, *, ax=None):
        """Draw the losses of a fitted net.

        Parameters
        ----------
        estimator : classifier
            A net of `skemg.nn`, or a pipeline, vote or search with one inside.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LossCurveDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If no net with a `history_` is inside.
        """
        history = _net_of(estimator).history_
        # a warm start may have held nothing out in its first epochs
        valid = [epoch.get("valid_loss", np.nan) for epoch in history]
        held_out = not np.isnan(valid).all()
        return cls(history[:, "train_loss"], valid if held_out else None).plot(ax=ax)

    @property
    def best_epoch(self):
        """The epoch with the least held-out loss, from 1, or None."""
        if self.valid_loss is None:
            return None
        return int(np.nanargmin(self.valid_loss)) + 1

    def plot(self, *, ax=None):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LossCurveDisplay
            The display.
        """
        from matplotlib.ticker import MaxNLocator

        ax = axes_or_new(ax, (6, 4))
        epochs = np.arange(1, len(self.train_loss) + 1)
        self.lines_ = ax.plot(
            epochs, self.train_loss, ".-", color="#0072B2", label="training"
        )
        if self.valid_loss is not None:
            self.lines_ += ax.plot(
                epochs, self.valid_loss, ".-", color="#D55E00", label="held out"
            )
            ax.axvline(
                self.best_epoch,
                color="0.5",
                linestyle="--",
                label=f"least held-out loss: epoch {self.best_epoch}",
            )
        ax.set(xlabel="Epoch", ylabel="Loss", ylim=(0, None))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _net_of(estimator):
    """Return the net inside searches, pipelines and votes."""
    inner = estimator
    while not hasattr(inner, "history_"):
        if isinstance(inner, Pipeline):
            inner = inner[-1]
            continue
        inside = [
            getattr(inner, name)
            for name in ("best_estimator_", "estimator_")
            if hasattr(inner, name)
        ]
        if not inside:
            raise TypeError(
                "LossCurveDisplay needs a fitted net of skemg.nn, alone or inside a "
                f"pipeline, vote or search, got {estimator!r}"
            )
        inner = inside[0]
    return inner

"""Display of what a model loses without each feature."""

import numpy as np

from skemg.inspection import patient_importance

from ._axes import axes_or_new


class ImportanceDisplay:
    """Loss of score when a feature is permuted, the largest on top.

    A point is the mean over the permutations, its bar their range. Features that never
    change the score are counted in the title and have no row. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    importances : ndarray of shape (n_features, n_repeats)
        Loss of score of each permutation.
    names : array-like of shape (n_features,)
        The features.
    score : str, default="score"
        Name of the score.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    points_ : matplotlib ErrorbarContainer
        Means and ranges.

    See Also
    --------
    skemg.inspection.patient_importance : The numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import ImportanceDisplay
    >>> losses = np.array([[0.0, 0.1], [0.3, 0.4]])
    >>> display = ImportanceDisplay(losses, ["rms", "turns"]).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['turns', 'rms']
    """

    def __init__(self, importances, names, *, score="score"):
        self.importances = importances
        self.names = names
        self.score = score

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        y,
        *,
        groups=None,
        features=None,
        scoring="balanced_accuracy",
        n_repeats=5,
        random_state=None,
        n_largest=15,
        ax=None,
    ):
        """Permute the features and draw the losses.

        Parameters
        ----------
        estimator, X, y, groups, features, scoring, n_repeats, random_state : object
            As in :func:`skemg.inspection.patient_importance`.
        n_largest : int, default=15
            Draw only so many features, those with the largest mean loss.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ImportanceDisplay
            The display, drawn.
        """
        result = patient_importance(
            estimator,
            X,
            y,
            groups=groups,
            features=features,
            scoring=scoring,
            n_repeats=n_repeats,
            random_state=random_state,
        )
        display = cls(result.importances, result.names, score=scoring)
        return display.plot(ax=ax, n_largest=n_largest)

    def plot(self, *, ax=None, n_largest=15, color="#0072B2"):
        """Draw the features.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        n_largest : int, default=15
            Draw only so many features, those with the largest mean loss.
        color : color, default="#0072B2"
            Colour of the points.

        Returns
        -------
        display : ImportanceDisplay
            The display.
        """
        losses = np.asarray(self.importances)
        mean = losses.mean(axis=1)
        used = np.flatnonzero(losses.any(axis=1))
        order = used[np.argsort(-mean[used], kind="stable")][:n_largest]
        ax = axes_or_new(ax, (6, 1.2 + 0.28 * len(order)))
        height = np.arange(len(order))
        bars = mean - losses.min(axis=1), losses.max(axis=1) - mean
        self.points_ = ax.errorbar(
            mean[order],
            height,
            xerr=np.array(bars)[:, order],
            fmt="o",
            capsize=3,
            color=color,
        )
        ax.axvline(0, color="0.5", linestyle="--")
        ax.set_yticks(height, [str(self.names[i]) for i in order])
        ax.set_ylim(max(len(order), 1) - 0.5, -0.5)
        if len(used) < len(losses):
            n_unused = len(losses) - len(used)
            ax.set_title(f"{n_unused} of {len(losses)} features change nothing")
        score = self.score.replace("_", " ")
        ax.set_xlabel(f"Loss of {score} over patients when permuted")
        self.ax_, self.figure_ = ax, ax.figure
        return self

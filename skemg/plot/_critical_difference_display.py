"""Display of the average ranks of several models."""

import numbers

import numpy as np
from sklearn.utils import (
    assert_all_finite,
    check_consistent_length,
    check_scalar,
    column_or_1d,
)

from ._axes import axes_or_new


class CriticalDifferenceDisplay:
    """Average ranks of models; a bar joins those that cannot be told apart.

    The best model stands on the left. Two models differ where their average ranks are
    at least the critical difference apart [1]_. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    ranks : array-like of shape (n_models,)
        Average rank of each model over patients or data sets, 1 for the best.
    names : array-like of shape (n_models,)
        Names of the models.
    critical_difference : float
        Smallest difference of average ranks that counts.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    bars_ : list of matplotlib Line2D
        The bars that join models.

    Raises
    ------
    ValueError
        If the lengths differ or a number is out of range.

    See Also
    --------
    skemg.model_selection.friedman_nemenyi : Ranks and critical difference.

    References
    ----------
    .. [1] Demšar, J. (2006). "Statistical comparisons of classifiers over multiple data
       sets." Journal of Machine Learning Research, 7, 1-30.

    Examples
    --------
    >>> from skemg.plot import CriticalDifferenceDisplay
    >>> display = CriticalDifferenceDisplay(
    ...     [1.4, 1.9, 3.1, 3.6], ["forest", "SVM", "net", "guess"],
    ...     critical_difference=0.9,
    ... )
    >>> display.cliques()
    [['forest', 'SVM'], ['net', 'guess']]
    """

    def __init__(self, ranks, names, *, critical_difference):
        self.ranks = ranks
        self.names = names
        self.critical_difference = critical_difference

    def cliques(self):
        """Return the largest sets of models that cannot be told apart.

        Returns
        -------
        cliques : list of list of str
            At least two names each, the best first.
        """
        ranks, names = self._sorted()
        return [names[first:stop].tolist() for first, stop in self._spans(ranks)]

    def plot(self, *, ax=None, color="#0072B2"):
        """Draw the ranks.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        color : color, default="#0072B2"
            Colour of the bars.

        Returns
        -------
        display : CriticalDifferenceDisplay
            The display.
        """
        ranks, names = self._sorted()
        spans, n = self._spans(ranks), len(ranks)
        n_left = (n + 1) // 2
        ax = axes_or_new(ax, (8, 1.6 + 0.16 * len(spans) + 0.3 * n_left))
        depth = -0.35 - 0.3 * len(spans)  # the names begin below the bars
        for i, (rank, name) in enumerate(zip(ranks, names, strict=True)):
            left = i < n_left
            y = depth - 0.55 * (i if left else n - 1 - i)
            end = 1 - 0.1 if left else n + 0.1
            ax.plot([rank, rank, end], [0, y, y], color="0.3", linewidth=1)
            ax.text(
                end,
                y,
                f"{name} ({rank:.2f}) " if left else f" {name} ({rank:.2f})",
                ha="right" if left else "left",
                va="center",
            )
        self.bars_ = []
        for i, (first, stop) in enumerate(spans):
            x = [ranks[first] - 0.03, ranks[stop - 1] + 0.03]
            y = -0.3 * (i + 1)
            self.bars_ += ax.plot([*x], [y, y], color=color, linewidth=5, alpha=0.8)
        width = self.critical_difference
        ax.errorbar(1 + width / 2, 0.75, xerr=width / 2, color="k", capsize=4)
        ax.text(
            1 + width / 2,
            0.9,
            f"critical difference {width:.2f}",
            ha="center",
            va="bottom",
        )
        ax.set_xlim(1 - 0.1, n + 0.1)
        ax.set_ylim(depth - 0.55 * n_left, 1.4)
        ax.spines[["left", "right", "bottom"]].set_visible(False)
        ax.spines["top"].set_position(("data", 0))
        ax.xaxis.tick_top()
        ax.set_xticks(range(1, n + 1))
        ax.set_yticks([])
        ax.set_title("Average rank (1 is best)", fontsize="medium")
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _sorted(self):
        ranks, names = column_or_1d(self.ranks), column_or_1d(self.names)
        check_consistent_length(ranks, names)
        assert_all_finite(ranks, input_name="ranks")
        check_scalar(
            self.critical_difference,
            "critical_difference",
            numbers.Real,
            min_val=0,
            include_boundaries="neither",
        )
        order = np.argsort(ranks, kind="stable")
        return ranks[order], names[order]

    def _spans(self, ranks):
        """Return first and one past last of each set that no other set contains."""
        stops = np.searchsorted(ranks, ranks + self.critical_difference)
        spans, reached = [], 0
        for first, stop in enumerate(stops):
            if stop > max(reached, first + 1):
                spans.append((first, int(stop)))
                reached = stop
        return spans

"""Display of one model under several splits."""

import numpy as np

from skemg.model_selection import leakage_gap

COLORS = {"by window": "#D55E00", "by recording": "#E69F00", "by patient": "#0072B2"}


class LeakageGapDisplay:
    """Scores by window, by recording and by patient at each level.

    A bar is the interval of the score, of shuffled classes the range over the shuffles.
    Read more in the :ref:`User Guide <leakage>`.

    Parameters
    ----------
    scores : list of dict
        Records of `LeakageGapResult.scores`, of one metric.
    metric : str
        Name of the metric.
    chance : float or None, default=None
        Where to draw the line of chance.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    points_ : dict of ErrorbarContainer
        The points of each (classes, split), where classes is "true" or "shuffled".

    See Also
    --------
    skemg.model_selection.leakage_gap : The numbers.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skemg.plot import LeakageGapDisplay
    >>> X = [[0.0], [0.1], [4.0], [4.1], [2.0], [2.1], [6.0], [6.1]]
    >>> y = ["normal"] * 4 + ["myopathic"] * 4
    >>> nearest, patients = KNeighborsClassifier(n_neighbors=1), list("aabbccdd")
    >>> display = LeakageGapDisplay.from_estimator(
    ...     nearest, X, y, groups=patients, n_splits=2
    ... )
    >>> display.chance
    0.5
    """

    def __init__(self, scores, *, metric, chance=None):
        self.scores = scores
        self.metric = metric
        self.chance = chance

    @classmethod
    def from_estimator(
        cls, estimator, X, y, *, metric="balanced_accuracy", ax=None, **options
    ):
        """Run `leakage_gap` and draw it.

        Parameters
        ----------
        estimator : classifier
            Recordings in, a class a recording out.
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        metric : str, default="balanced_accuracy"
            What to draw.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **options : dict
            More parameters of `leakage_gap`.

        Returns
        -------
        display : LeakageGapDisplay
            The display, drawn.
        """
        gap = leakage_gap(estimator, X, y, **options)
        return cls.from_result(gap, metric=metric, ax=ax)

    @classmethod
    def from_result(cls, gap, *, metric="balanced_accuracy", ax=None):
        """Draw what `leakage_gap` has returned.

        Parameters
        ----------
        gap : LeakageGapResult
            The result.
        metric : str, default="balanced_accuracy"
            What to draw.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LeakageGapDisplay
            The display, drawn.
        """
        scores = [record for record in gap.scores if record["metric"] == metric]
        if not scores:
            known = sorted({record["metric"] for record in gap.scores})
            raise ValueError(f"metric must be one of {known}, got {metric!r}")
        n_classes = len(gap.results["by patient"].classes)
        chance = {"balanced_accuracy": 1 / n_classes, "roc_auc_ovr": 0.5}.get(metric)
        return cls(scores, metric=metric, chance=chance).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw a point with its interval for each split and level.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : LeakageGapDisplay
            The display.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            ax = plt.subplots(figsize=(8, 4), layout="constrained")[1]
        series = {}
        for record in self.scores:
            series.setdefault((record["classes"], record["split"]), []).append(record)
        levels = list(dict.fromkeys(record["level"] for record in self.scores))
        self.points_ = {}
        for i, ((classes, split), records) in enumerate(series.items()):
            place = np.arange(len(records)) + 0.12 * (i - (len(series) - 1) / 2)
            score, low, high = (
                np.array([record[name] for record in records])
                for name in ("score", "low", "high")
            )
            # rounding may put an end on the wrong side of the score
            reach = np.maximum([score - low, high - score], 0)
            color, shuffled = COLORS[split], classes == "shuffled"
            self.points_[classes, split] = ax.errorbar(
                place,
                score,
                reach,
                fmt="o",
                color=color,
                markerfacecolor="white" if shuffled else color,
                capsize=3,
                label=split + (", classes shuffled" if shuffled else ""),
            )
        handles = list(self.points_.values())
        if self.chance is not None:
            line = ax.axhline(self.chance, color="0.4", linestyle="--", label="chance")
            handles.append(line)
        ax.set_xticks(range(len(levels)), [f"{level}s" for level in levels])
        ax.set(
            xlabel="What is counted",
            ylabel=self.metric.replace("_", " ").capitalize(),
            xlim=(-0.5, len(levels) - 0.5),
        )
        ax.grid(axis="y", color="0.9")
        ax.set_axisbelow(True)
        ax.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(1, 1), frameon=False
        )
        self.ax_, self.figure_ = ax, ax.figure
        return self

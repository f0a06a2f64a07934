"""Display of what probabilities are worth."""

import numbers

import numpy as np
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.metrics import wilson_interval
from skemg.metrics._probabilities import check_probabilities
from skemg.utils._number import check_share

from ._axes import axes_or_new
from ._checks import check_answers, patients_of


class ReliabilityDisplay:
    """Share of right answers against the probability that was given for them.

    Each answer counts with the probability of its winning class. The answers are sorted
    by it and cut into bins of about equal size, because a cohort is small. A bar is the
    Wilson interval of a bin; points under the diagonal are over-confident. Read more
    in the :ref:`User Guide <displays>`.

    Parameters
    ----------
    confidence : ndarray of shape (n_bins,)
        Mean probability of the answers in each bin.
    accuracy : ndarray of shape (n_bins,)
        Share of them that is right.
    interval : ndarray of shape (n_bins, 2)
        Lower and upper end of its interval.
    counts : ndarray of shape (n_bins,)
        Number of answers in each bin.
    unit : str, default="recordings"
        What was counted.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    points_ : matplotlib ErrorbarContainer
        The bins.

    References
    ----------
    .. [1] Guo, C. et al. (2017). "On calibration of modern neural networks." ICML.
       arXiv:1706.04599

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import ReliabilityDisplay
    >>> proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    >>> display = ReliabilityDisplay.from_predictions(
    ...     [0, 0, 1, 0], proba, n_bins=2, groups=["p1", "p2", "p3", "p4"]
    ... )
    >>> display.confidence, display.accuracy
    (array([0.65, 0.85]), array([0.5, 1. ]))
    """

    def __init__(self, confidence, accuracy, *, interval, counts, unit="recordings"):
        self.confidence = confidence
        self.accuracy = accuracy
        self.interval = interval
        self.counts = counts
        self.unit = unit

    @classmethod
    def from_predictions(
        cls,
        y_true,
        proba,
        *,
        groups=None,
        classes=None,
        n_bins=5,
        confidence=0.95,
        ax=None,
    ):
        """Bin the answers and draw the bins.

        Parameters
        ----------
        y_true : array-like of shape (n_recordings,)
            True classes.
        proba : array-like of shape (n_recordings, n_classes)
            Probabilities for recordings that were not trained on.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording; they vote first, so that patients are
            counted. Without them every row counts, and the bars are too short where a
            patient has several.
        classes : array-like of shape (n_classes,), default=None
            The columns of `proba`; None takes the sorted classes of `y_true`.
        n_bins : int, default=5
            Number of bins (our choice). Answers of one probability share a bin.
        confidence : float, default=0.95
            Confidence of the bars.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ReliabilityDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If a parameter is out of range, there are more bins than answers, or `proba`
            holds no probabilities.
        """
        check_scalar(n_bins, "n_bins", numbers.Integral, min_val=1)
        check_share(confidence, "confidence")
        codes, proba, _ = check_answers(y_true, proba, classes)
        check_probabilities(proba)
        codes, proba = patients_of(codes, proba, groups)
        if n_bins > len(codes):
            raise SignalError(f"n_bins={n_bins} is more than the {len(codes)} answers")
        sure, right = proba.max(axis=1), proba.argmax(axis=1) == codes
        edges = np.quantile(sure, np.linspace(0, 1, n_bins + 1)[1:-1])
        number = np.unique(np.searchsorted(edges, sure), return_inverse=True)[1]
        counts = np.bincount(number)
        n_right = np.bincount(number, right)
        interval = np.array(
            [
                wilson_interval(int(k), int(n), confidence=confidence)
                for k, n in zip(n_right, counts, strict=True)
            ]
        )
        return cls(
            np.bincount(number, sure) / counts,
            n_right / counts,
            interval=interval,
            counts=counts,
            unit="recordings" if groups is None else "patients",
        ).plot(ax=ax)

    def plot(self, *, ax=None, label=None, color="#0072B2"):
        """Draw the bins and the diagonal of perfect calibration.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        label : str, default=None
            Name in the legend; None names what was counted.
        color : color, default="#0072B2"
            Colour of the points.

        Returns
        -------
        display : ReliabilityDisplay
            The display.
        """
        ax = axes_or_new(ax, (5, 4.5))
        low, high = self.interval.T
        # at 0 and 1 the Wilson interval may miss the point by a rounding error
        bars = np.maximum([self.accuracy - low, high - self.accuracy], 0)
        if label is None:
            label = f"{self.counts.sum()} {self.unit}"
        if not ax.lines:
            ax.plot([0, 1], [0, 1], color="0.5", linestyle="--", label="calibrated")
        self.points_ = ax.errorbar(
            self.confidence,
            self.accuracy,
            yerr=bars,
            fmt="o-",
            capsize=3,
            color=color,
            label=label,
        )
        ax.set(
            xlabel="Probability of the answer",
            ylabel="Share of answers that are right",
            xlim=(0, 1.02),
            ylim=(-0.02, 1.02),
        )
        ax.legend(loc="upper left")
        self.ax_, self.figure_ = ax, ax.figure
        return self

"""Display of one ROC curve a class, with bands that resample patients."""

import numbers

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skemg.metrics import patient_interval
from skemg.signals._checks import as_groups
from skemg.utils._number import check_share

from ._axes import axes_or_new, color_of_each
from ._checks import check_answers

_GRID = np.linspace(0, 1, 201)  # false positive rates at which curves are averaged
_CELLS = 1 << 22  # weights that are held at once


class RocDisplay:
    """ROC curve of each class against the rest, with the spread over patients.

    A band is the pointwise bootstrap percentile interval of the true positive rate:
    patients are drawn with replacement within their class, with all of their rows, so
    that rows of one patient do not count as independent. Like every percentile interval
    it is too narrow for few patients; the interval of the area is not. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    tpr : ndarray of shape (n_classes, n_grid)
        True positive rates of each class.
    low, high : ndarray of shape (n_classes, n_grid)
        Lower and upper end of their bands; nan, and not drawn, where a class has one
        patient only: how patients of that class differ is then unknown.
    auc : ndarray of shape (n_classes,)
        Area under each curve.
    auc_interval : ndarray of shape (n_classes, 2)
        The interval of :func:`skemg.metrics.patient_interval` for it, nan where the
        class or the rest has one patient only.
    classes : array-like of shape (n_classes,)
        The classes.
    fpr : ndarray of shape (n_grid,)
        False positive rates of all curves.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    lines_, bands_ : list
        Curve and band of each class.

    See Also
    --------
    sklearn.metrics.RocCurveDisplay : One curve, or one a fold.

    References
    ----------
    .. [1] Fawcett, T. (2006). "An introduction to ROC analysis." Pattern Recognition
       Letters, 27(8). doi:10.1016/j.patrec.2005.10.010

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.plot import RocDisplay
    >>> proba = np.array([0.9, 0.7, 0.6, 0.4, 0.3, 0.2])
    >>> display = RocDisplay.from_predictions(
    ...     ["als", "als", "normal", "als", "normal", "normal"],
    ...     np.column_stack([proba, 1 - proba]),
    ...     groups=["p1", "p2", "p3", "p4", "p5", "p6"],
    ...     random_state=0,
    ... )
    >>> display.auc.round(3)
    array([0.889, 0.889])
    """

    def __init__(self, tpr, *, low, high, auc, auc_interval, classes, fpr=_GRID):
        self.tpr = tpr
        self.low = low
        self.high = high
        self.auc = auc
        self.auc_interval = auc_interval
        self.classes = classes
        self.fpr = fpr

    @classmethod
    def from_predictions(
        cls,
        y_true,
        proba,
        *,
        groups,
        classes=None,
        n_resamples=1000,
        confidence=0.95,
        random_state=None,
        ax=None,
    ):
        """Resample the patients and draw the curves.

        Parameters
        ----------
        y_true : array-like of shape (n_rows,)
            True classes of windows, recordings or patients.
        proba : array-like of shape (n_rows, n_classes)
            Probabilities for rows that were not trained on.
        groups : array-like of shape (n_rows,)
            The patient of each row.
        classes : array-like of shape (n_classes,), default=None
            The columns of `proba`; None takes the sorted classes of `y_true`.
        n_resamples : int, default=1000
            Number of bootstrap cohorts (our choice).
        confidence : float, default=0.95
            Confidence of bands and intervals.
        random_state : int, RandomState instance or None, default=None
            Seed of the cohorts.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RocDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If a class has no row, all rows are of one class, a patient has two classes
            or a parameter is out of range.
        """
        check_scalar(n_resamples, "n_resamples", numbers.Integral, min_val=1)
        check_share(confidence, "confidence")
        codes, proba, classes = check_answers(y_true, proba, classes)
        absent = classes[np.bincount(codes, minlength=len(classes)) == 0]
        if len(absent) or len(classes) < 2:
            raise ValueError(
                "a ROC curve needs rows of its class and of another, got classes "
                f"{classes.tolist()} of which {absent.tolist()} have no row"
            )
        patient = _number_of_patient(groups, codes)
        weights = _multiplicities(patient, codes, n_resamples, random_state)
        tails = np.array([0.5 - confidence / 2, 0.5 + confidence / 2])
        curves = []
        for i in range(len(classes)):
            order = np.argsort(-proba[:, i], kind="stable")
            rows = proba[order, i], codes[order] == i, patient[order]
            tpr, auc = _curves(*rows, np.ones((1, weights.shape[1])))
            tprs, _ = _curves(*rows, weights)
            bounds = np.quantile(tprs, tails, axis=0)
            interval = patient_interval(
                "roc_auc_ovr",
                codes == i,
                np.column_stack([-proba[:, i], proba[:, i]]),
                groups=patient,
                classes=[False, True],
                confidence=confidence,
            )
            curves.append((tpr[0], *bounds, auc[0], interval))
        tpr, low, high, auc, interval = map(np.array, zip(*curves, strict=True))
        if min(len(np.unique(patient[codes == c])) for c in np.unique(codes)) < 2:
            # a patient alone in a class is the same in every cohort
            low, high = np.full_like(low, np.nan), np.full_like(high, np.nan)
        return cls(
            tpr, low=low, high=high, auc=auc, auc_interval=interval, classes=classes
        ).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the curves and the diagonal of a guess.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : RocDisplay
            The display.
        """
        ax = axes_or_new(ax, (5.5, 5))
        self.lines_, self.bands_ = [], []
        for i, color in enumerate(color_of_each(self.classes)):
            low, high = self.auc_interval[i]
            label = f"{self.classes[i]}: {self.auc[i]:.2f}"
            if np.isfinite(low):
                label += f" [{low:.2f}, {high:.2f}]"
            self.lines_ += ax.plot(self.fpr, self.tpr[i], color=color, label=label)
            band = ax.fill_between(
                self.fpr, self.low[i], self.high[i], color=color, alpha=0.15, lw=0
            )
            self.bands_.append(band)
        ax.plot([0, 1], [0, 1], color="0.5", linestyle="--", label="a guess: 0.50")
        ax.set(
            xlabel="False positive rate (1 - specificity)",
            ylabel="True positive rate (sensitivity)",
            xlim=(-0.01, 1.01),
            ylim=(-0.01, 1.01),
            aspect="equal",
        )
        ax.legend(loc="lower right", title="Class against the rest: area")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _number_of_patient(groups, codes):
    """Return a number for each row's patient; refuse a patient of two classes."""
    groups = as_groups(groups, len(codes))
    if groups is None:
        raise ValueError(
            "RocDisplay needs groups, the patient of each row; it never takes a row "
            "for a patient"
        )
    names, patient = np.unique(groups, return_inverse=True)
    first = np.full(len(names), -1)
    first[patient] = codes
    two = np.flatnonzero(first[patient] != codes)
    if len(two):
        raise ValueError(
            f"patient {groups[two[0]]!r} has two classes, so patients cannot be drawn "
            "within their class"
        )
    return patient


def _multiplicities(patient, codes, n_resamples, random_state):
    """Return how often each patient is in each cohort, all classes of full size."""
    rng = check_random_state(random_state)
    class_of = np.zeros(patient.max() + 1, int)
    class_of[patient] = codes
    weights = np.zeros((n_resamples, len(class_of)))
    for code in np.unique(class_of):
        members = np.flatnonzero(class_of == code)
        share = np.full(len(members), 1 / len(members))
        weights[:, members] = rng.multinomial(len(members), share, size=n_resamples)
    return weights


def _curves(scores, positive, patient, weights):
    """Return true positive rates on the grid and areas, a row a row of `weights`.

    Scores fall; rows of one score are passed at once.
    """
    last = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    tprs, aucs = [], []
    step = max(1, _CELLS // len(scores))
    for start in range(0, len(weights), step):
        of_row = weights[start : start + step, patient]
        true, false = (
            np.pad(np.cumsum(of_row * side, axis=1)[:, last], ((0, 0), (1, 0)))
            for side in (positive, ~positive)
        )
        true, false = true / true[:, -1:], false / false[:, -1:]
        aucs.append(np.trapezoid(true, false, axis=1))
        tprs += [_at_grid(f, t) for f, t in zip(false, true, strict=True)]
    return np.array(tprs), np.concatenate(aucs)


def _at_grid(false, true):
    """Return the curve on the grid; a vertical step counts with its upper end."""
    upper = np.append(np.diff(false) > 0, True)
    curve = np.interp(_GRID, false[upper], true[upper])
    curve[0] = true[false == 0].max()
    return curve

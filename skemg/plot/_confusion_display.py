"""Display of a confusion matrix with its spread over folds."""

import warnings

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.utils import check_consistent_length, column_or_1d

from ._axes import axes_or_new


class ConfusionDisplay:
    """Confusion matrix in per cent of the true class, mean and deviation over folds.

    A fold is a share of the patients, so the deviation says how far the answers change
    from patients to patients; it is no standard error. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    mean : ndarray of shape (n_classes, n_classes)
        Per cent of the true class (row) that got the answer (column); nan where no
        sample is of that class.
    sd : ndarray of shape (n_classes, n_classes) or None
        Standard deviation over the folds; None draws none, nor does nan, of a class
        that is in one fold only.
    classes : array-like of shape (n_classes,)
        The classes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    image_ : matplotlib AxesImage
        The matrix.
    text_ : ndarray of shape (n_classes, n_classes)
        The text of each cell.

    See Also
    --------
    sklearn.metrics.ConfusionMatrixDisplay : Counts of one split.

    References
    ----------
    .. [1] Tatlidil, E. et al. (2025), figure 2. doi:10.20883/medical.e1391

    Examples
    --------
    >>> from skemg.plot import ConfusionDisplay
    >>> y_true = ["rest", "rest", "active", "rest", "active", "active"]
    >>> y_pred = ["rest", "active", "active", "rest", "active", "rest"]
    >>> display = ConfusionDisplay.from_predictions(
    ...     y_true, y_pred, fold=[0, 0, 0, 1, 1, 1]
    ... )
    >>> display.classes
    array(['active', 'rest'], dtype='<U6')
    >>> display.mean
    array([[75., 25.],
           [25., 75.]])
    """

    def __init__(self, mean, sd=None, *, classes):
        self.mean = mean
        self.sd = sd
        self.classes = classes

    @classmethod
    def from_predictions(cls, y_true, y_pred, *, fold=None, classes=None, ax=None):
        """Count the answers fold by fold and draw the matrix.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n_samples,)
            True and predicted classes of windows, recordings or patients.
        fold : array-like of shape (n_samples,), default=None
            The fold in which each was tested. None takes all as one, without a
            deviation.
        classes : array-like of shape (n_classes,), default=None
            The classes in the order of the figure; None takes all, sorted.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ConfusionDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If `classes` leaves out a class, or has one that is nobody's and no answer.
        """
        y_true, y_pred = column_or_1d(y_true), column_or_1d(y_pred)
        fold = np.zeros(len(y_true), int) if fold is None else column_or_1d(fold)
        check_consistent_length(y_true, y_pred, fold)
        present = np.unique(np.concatenate([y_true, y_pred]))
        classes = present if classes is None else np.asarray(classes)
        left_out = sorted(set(present.tolist()) - set(classes.tolist()), key=str)
        if left_out:
            raise ValueError(f"classes={classes.tolist()} leaves out {left_out}")
        folds = np.unique(fold)
        counts = np.array(
            [
                confusion_matrix(y_true[fold == f], y_pred[fold == f], labels=classes)
                for f in folds
            ]
        )
        absent = sorted(set(classes.tolist()) - set(present.tolist()), key=str)
        if absent:
            raise ValueError(
                f"no sample and no answer is of class {absent}; leave it out of classes"
            )
        with np.errstate(
            invalid="ignore"
        ):  # a fold without a class tells nothing of it
            percent = 100 * counts / counts.sum(axis=2, keepdims=True)
        with warnings.catch_warnings():
            # a class of one fold, or of none
            warnings.simplefilter("ignore", RuntimeWarning)
            mean = np.nanmean(percent, axis=0)
            sd = np.nanstd(percent, axis=0, ddof=1) if len(folds) > 1 else None
        return cls(mean, sd, classes=classes).plot(ax=ax)

    def plot(self, *, ax=None, cmap="Blues"):
        """Draw the matrix.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        cmap : str or Colormap, default="Blues"
            Colours of 0 to 100 %.

        Returns
        -------
        display : ConfusionDisplay
            The display.
        """
        n = len(self.classes)
        ax = axes_or_new(ax, (2.4 + 0.9 * n, 1.6 + 0.9 * n))
        self.image_ = ax.imshow(self.mean, cmap=cmap, vmin=0, vmax=100)
        self.text_ = np.empty((n, n), object)
        for i, j in np.ndindex(n, n):
            text = f"{self.mean[i, j]:.1f}" if np.isfinite(self.mean[i, j]) else ""
            if self.sd is not None and np.isfinite(self.sd[i, j]):
                text += f"\n± {self.sd[i, j]:.1f}"
            color = "white" if self.mean[i, j] > 55 else "black"
            self.text_[i, j] = ax.text(j, i, text, ha="center", va="center", c=color)
        names = [str(name) for name in self.classes]
        ax.set_xticks(range(n), names)
        ax.set_yticks(range(n), names)
        ax.set(xlabel="Predicted class", ylabel="True class")
        bar = ax.figure.colorbar(self.image_, ax=ax, shrink=0.8)
        bar.set_label("Share of the true class (%)")
        self.ax_, self.figure_ = ax, ax.figure
        return self

"""Display of errors against answers."""

from skemg.decision import risk_coverage_curve
from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import num_samples


class RiskCoverageDisplay:
    """Error rate of the surest answers over the share of patients that get one.

    Read more in the :ref:`User Guide <risk_coverage>`.

    Parameters
    ----------
    coverage, risk : ndarray of shape (n_thresholds,)
        Share of patients that get an answer, and the error rate among them.
    aurc : float, default=None
        Area under the curve, for the legend.
    name : str, default=None
        Name of the classifier, for the legend.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    line_ : matplotlib Line2D
        The curve.

    See Also
    --------
    skemg.decision.risk_coverage_curve : The numbers.

    Examples
    --------
    >>> from skemg.plot import RiskCoverageDisplay
    >>> proba = [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.4, 0.6]]
    >>> display = RiskCoverageDisplay.from_predictions(
    ...     ["als", "normal", "normal", "normal"], proba, name="votes"
    ... )
    >>> display.line_.get_label()
    'votes (AURC 0.146)'
    """

    def __init__(self, coverage, risk, *, aurc=None, name=None):
        self.coverage = coverage
        self.risk = risk
        self.aurc = aurc
        self.name = name

    @classmethod
    def from_predictions(
        cls, y_true, proba, *, groups=None, classes=None, name=None, ax=None, **line_kw
    ):
        """Compute the curve of probabilities and draw it.

        Parameters
        ----------
        y_true : array-like of shape (n_recordings,)
            The true classes.
        proba : array-like of shape (n_recordings, n_classes)
            Probabilities of recordings that were not trained on.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording; None says that the rows are patients.
        classes : array-like of shape (n_classes,), default=None
            The columns of `proba`. None takes the sorted classes of `y_true`.
        name : str, default=None
            For the legend.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **line_kw : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : RiskCoverageDisplay
            The display, drawn.
        """
        curve = risk_coverage_curve(y_true, proba, groups=groups, classes=classes)
        display = cls(curve.coverage, curve.risk, aurc=curve.aurc, name=name)
        return display.plot(ax=ax, **line_kw)

    @classmethod
    def from_estimator(
        cls, estimator, X, y, *, groups=None, name=None, ax=None, **line_kw
    ):
        """Let a fitted classifier answer for test patients and draw the curve.

        Parameters
        ----------
        estimator : classifier
            Fitted, with `predict_proba`.
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            Data of patients that it was not fitted on.
        y : array-like of shape (n_recordings,)
            The true classes.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them. Without either,
            the rows are patients.
        name : str, default=None
            For the legend; None is the class of the estimator.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **line_kw : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : RiskCoverageDisplay
            The display, drawn.
        """
        return cls.from_predictions(
            y,
            estimator.predict_proba(X),
            groups=resolve_groups(groups, X, num_samples(X)),
            classes=estimator.classes_,
            name=type(estimator).__name__ if name is None else name,
            ax=ax,
            **line_kw,
        )

    def plot(self, *, ax=None, **line_kw):
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **line_kw : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : RiskCoverageDisplay
            The display.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            ax = plt.subplots(layout="constrained")[1]
        area = None if self.aurc is None else f"AURC {self.aurc:.3f}"
        label = area if self.name is None else self.name
        if area and self.name is not None:
            label = f"{self.name} ({area})"
        style = {"drawstyle": "steps-post", "label": label} | line_kw
        (self.line_,) = ax.plot(self.coverage, self.risk, **style)
        ax.set(
            xlabel="Coverage (share of patients with an answer)",
            ylabel="Risk (share of wrong answers)",
            xlim=(0, 1),
        )
        ax.set_ylim(bottom=0)
        if label:
            ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self

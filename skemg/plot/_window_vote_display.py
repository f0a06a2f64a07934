"""Display of the vote of the windows of one recording."""

import numpy as np

from skemg.exceptions import SignalError
from skemg.metrics._scorers import _vote_and_windows as vote_and_windows

from ._axes import axes_or_new, color_of_each


class WindowVoteDisplay:
    """Class probabilities of the windows of one recording, and how the vote settles.

    Points are windows, where they start; lines are the mean of all windows so far,
    which ends as the answer for the recording. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    proba : ndarray of shape (n_windows, n_classes)
        Probabilities of the windows, in order of time.
    seconds : ndarray of shape (n_windows,)
        Start of each window, in seconds.
    classes : array-like of shape (n_classes,)
        The classes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    points_, lines_ : list of matplotlib Line2D
        Windows and running vote of each class.

    See Also
    --------
    skemg.inspection.AttentionDisplay : One number a window.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skemg.features import TimeDomainFeatures
    >>> from skemg.plot import WindowVoteDisplay
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower, WindowVotingClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> rng = np.random.default_rng(0)
    >>> emg = Recordings.from_array(
    ...     rng.normal(size=(4, 1000)) * [[1], [9], [1], [9]], sfreq=1000, unit="uV"
    ... )
    >>> pipe = make_pipeline(
    ...     Windower(length=0.2, hop=0.2),
    ...     TimeDomainFeatures(["rms"]),
    ...     WindowVotingClassifier(LogisticRegression()),
    ... ).fit(emg, ["rest", "active", "rest", "active"])
    >>> display = WindowVoteDisplay.from_estimator(pipe, emg, recording=1)
    >>> display.seconds
    array([0. , 0.2, 0.4, 0.6, 0.8])
    """

    def __init__(self, proba, *, seconds, classes):
        self.proba = proba
        self.seconds = seconds
        self.classes = classes

    @classmethod
    def from_estimator(cls, estimator, X, recording=0, *, ax=None):
        """Predict the windows of one recording and draw them.

        Parameters
        ----------
        estimator : Pipeline or WindowVotingClassifier
            Fitted; a pipeline ends in `WindowVotingClassifier`.
        X : Recordings, Windows or list of arrays
            What the estimator predicts.
        recording : int, default=0
            Which recording.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : WindowVoteDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If the estimator has no vote over windows.
        SignalError
            If the windows do not know where they start, or their rate.
        """
        X = X[[recording]] if hasattr(X, "offsets") else [X[recording]]
        vote, X = vote_and_windows(estimator, X, who=cls.__name__)
        windows = vote.predict_proba_windows(X)
        if windows.start is None or windows.sfreq is None:
            raise SignalError(
                "the windows do not know where they start; cut them with Windower or "
                "pass Windows(..., start=..., sfreq=...)"
            )
        seconds = windows.start / windows.sfreq
        display = cls(windows.values, seconds=seconds, classes=vote.classes_)
        return display.plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the windows and the running vote.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : WindowVoteDisplay
            The display.
        """
        ax = axes_or_new(ax, (8, 3.5))
        so_far = np.cumsum(self.proba, axis=0)
        so_far /= np.arange(1, len(self.proba) + 1)[:, np.newaxis]
        self.points_, self.lines_ = [], []
        for i, color in enumerate(color_of_each(self.classes)):
            self.points_ += ax.plot(
                self.seconds, self.proba[:, i], ".", color=color, alpha=0.4
            )
            label = f"{self.classes[i]}: {so_far[-1, i]:.2f}"
            self.lines_ += ax.plot(
                self.seconds, so_far[:, i], color=color, linewidth=2, label=label
            )
        ax.set(
            xlabel="Start of the window (s)", ylabel="Probability", ylim=(-0.02, 1.02)
        )
        ax.legend(title="Vote so far, at the end")
        self.ax_, self.figure_ = ax, ax.figure
        return self

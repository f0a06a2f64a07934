"""Display of the weights of the windows of one recording."""

import numpy as np

from skemg.exceptions import SignalError


class AttentionDisplay:
    """A bar for each window of a recording, over the seconds that it covers.

    For any number a window: weights of an attention, or the probability of one class.
    Read more in the :ref:`User Guide <explanations>`.

    Parameters
    ----------
    weights : ndarray of shape (n_windows,)
        A number for each window.
    start : ndarray of shape (n_windows,)
        When each window starts, in seconds.
    width : float
        Width of a bar in seconds.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Its figure.
    bars_ : matplotlib BarContainer
        The bars.

    See Also
    --------
    AttributionDisplay : Attributions of samples.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.inspection import AttentionDisplay
    >>> from skemg.signals import Windows
    >>> start = np.array([0, 100, 200])
    >>> weights = Windows(np.array([0.2, 0.7, 0.1]), [0, 3], sfreq=1000, start=start)
    >>> display = AttentionDisplay.from_weights(weights)
    >>> display.start
    array([0. , 0.1, 0.2])
    """

    def __init__(self, weights, *, start, width):
        self.weights = weights
        self.start = start
        self.width = width

    @classmethod
    def from_weights(cls, windows, recording=0, *, ax=None):
        """Draw the weights of one recording.

        Parameters
        ----------
        windows : Windows
            Values of shape (n_windows,), with start and rate. A bar reaches to the
            start of the next window, at most.
        recording : int, default=0
            Which recording.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : AttentionDisplay
            The display, drawn.
        """
        weights = windows[recording]
        if weights.ndim != 1 or windows.start is None or windows.sfreq is None:
            raise SignalError(
                "expected Windows with one number a window that know their start and "
                f"rate, got {windows!r}; take one column with with_values"
            )
        start = windows[[recording]].start / windows.sfreq
        steps = np.diff(start)
        width = steps.min() if len(steps) else 1.0
        return cls(weights, start=start, width=width).plot(ax=ax)

    def plot(self, *, ax=None, color="C0"):
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        color : color, default="C0"
            Colour of the bars.

        Returns
        -------
        display : AttentionDisplay
            The display.
        """
        import matplotlib.pyplot as plt

        if ax is None:
            ax = plt.subplots(figsize=(8, 2.5), layout="constrained")[1]
        self.bars_ = ax.bar(
            self.start, self.weights, 0.9 * self.width, align="edge", color=color
        )
        ax.set(xlabel="Time (s)", ylabel="Weight")
        self.ax_, self.figure_ = ax, ax.figure
        return self

"""The exceptions that skemg raises."""

__all__ = ["SignalError"]


class SignalError(ValueError):
    """A recording or window that cannot be used, and what to do about it.

    The message names the recording, what was found and what is accepted. It is a
    `ValueError`, so code that already catches those keeps working.

    Examples
    --------
    >>> from skemg.exceptions import SignalError
    >>> from skemg.signals import Recordings
    >>> try:
    ...     Recordings.from_list([[1.0, 2.0], []], sfreq=1000)
    ... except SignalError as error:
    ...     print(error)
    recording 1 is empty; leave it out or read it again
    """

"""One rule for the patients: the data's own, else the argument, never two at once."""

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._checks import as_groups


def resolve_groups(groups, X, n_recordings):
    """Return the patient of each recording, or None where nobody knows them.

    Parameters
    ----------
    groups : array-like of shape (n_recordings,) or None
        The argument.
    X : object
        The data; `Recordings` and `Windows` may carry patients.
    n_recordings : int
        Number of recordings.

    Returns
    -------
    groups : ndarray of shape (n_recordings,) or None
        The patients.

    Raises
    ------
    SignalError
        If argument and data differ, or the argument has another length.
    """
    carried = X.groups if isinstance(X, Recordings | Windows) else None
    groups = as_groups(groups, n_recordings)
    if groups is None or carried is None:
        return carried if groups is None else groups
    pairs = zip(groups.tolist(), carried.tolist(), strict=True)
    for i, (said, known) in enumerate(pairs):
        if said != known:
            raise SignalError(
                f"groups says that recording {i} is of patient {said!r}, the data say "
                f"{known!r}; leave groups out, or use with_groups to replace them"
            )
    return carried

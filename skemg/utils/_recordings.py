"""The door of every step that takes recordings, and the way back out."""

import numpy as np
from sklearn.utils.validation import validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._mapped import allocate, release
from skemg.signals._values import as_native, as_type, refuse_masked

from ._finite import refuse_not_finite
from ._rate import resolve_rate

FLOATS = [np.float64, np.float32]


def check_recordings(estimator, X, *, reset):
    """Return X as `Recordings` of finite floats, with the rate where it is known.

    Rectangular arrays go through scikit-learn's `validate_data`; containers and lists
    of arrays take our own checks, because their lengths are no number of features.

    Parameters
    ----------
    estimator : estimator
        Whose input it is; its `sfreq` is the fall-back for plain arrays.
    X : Recordings, list of arrays, or array-like of shape (n_recordings, n_times) or \
            (n_recordings, n_channels, n_times)
        The recordings.
    reset : bool
        Whether this is `fit`.

    Returns
    -------
    recordings : Recordings
        float64 or float32; shares the values of X wherever they need no change.
    """
    if isinstance(X, Windows):
        name = type(estimator).__name__
        raise SignalError(
            f"{name} works on recordings; put it before Windower, not after"
        )
    if isinstance(X, Recordings):
        recordings = X
    elif is_list_of_signals(X):
        recordings = Recordings.from_list(X, sfreq=None)
    else:
        refuse_masked(X, "X")
        refuse_one_signal(X, "recording")
        X = validate_data(
            estimator,
            as_native(X),
            reset=reset,
            dtype=FLOATS,
            order="C",
            allow_nd=True,
            ensure_all_finite=False,  # ours names the recording
        )
        recordings = Recordings.from_array(X, sfreq=None)
    if len(recordings) == 0:
        raise SignalError("Found array with 0 sample(s): there is no recording")
    sfreq = resolve_rate(estimator, recordings.sfreq)
    values = recordings.values
    if values.dtype not in FLOATS:
        values = as_type(values, np.float64)
    if values is not recordings.values or sfreq is not recordings.sfreq:
        recordings = recordings.with_values(values, sfreq=sfreq)
    refuse_not_finite(recordings)
    return recordings


def refuse_one_signal(X, noun):
    """Raise where X has one axis, as an entry of recordings or windows has.

    Parameters
    ----------
    X : object
        What the user gave.
    noun : str
        What a row of it must be.
    """
    if getattr(X, "ndim", None) == 1:
        raise SignalError(
            f"X is one signal of {len(X)} samples; one {noun} is a list of one: pass "
            f"X[[i]] of {noun}s, or [signal]. Reshape your data to a row a {noun}"
        )


def refuse_channels(estimator, recordings):
    """Raise where recordings have more than the one channel that a step measures.

    Parameters
    ----------
    estimator : estimator
        The step.
    recordings : Recordings
        From `check_recordings`.
    """
    if recordings.n_channels > 1:
        known = recordings.channel_names
        names = "" if known is None else f", {', '.join(map(repr, known))}"
        raise SignalError(
            f"{type(estimator).__name__} works on one channel, the recordings have "
            f"{recordings.n_channels}{names}; read one alone, read(path, "
            "channels=[i]), or take it: Recordings(X.values[i], X.offsets, "
            "sfreq=X.sfreq, groups=X.groups, unit=X.unit, metadata=X.metadata)"
        )


def is_list_of_signals(X):
    """Whether X is a list or 1-D object array of arrays, and no table of numbers."""
    if isinstance(X, np.ndarray):
        if X.dtype != object or X.ndim != 1:
            return False
        _refuse_no_arrays(X)
        return True
    if not isinstance(X, list | tuple) or len(X) == 0:
        return False
    if any(isinstance(signal, np.ndarray) and signal.ndim for signal in X):
        return True
    try:
        return len({np.shape(signal) for signal in X}) > 1
    except ValueError:  # a signal that is itself ragged
        return True


def _refuse_no_arrays(X):
    for i, signal in enumerate(X):
        if isinstance(signal, str) or np.ndim(signal) == 0:
            raise TypeError(
                f"recording {i} is {signal!r}; expected an array of shape (n_times,) "
                "or (n_channels, n_times)"
            )


def map_recordings(
    function, recordings, *, given, n_times=None, sfreq=None, unit="same"
):
    """Apply a function to each recording, with room for one of them more in memory.

    The results are on a temporary file where the recordings are on a large one.

    Parameters
    ----------
    function : callable
        Called as `function(signal, sfreq)`, gives a signal of `n_times` samples.
    recordings : Recordings
        From `check_recordings`.
    given : object
        What the user gave. Where the door made a copy of it, that copy is overwritten.
    n_times : ndarray of int of shape (n_recordings,), default=None
        Samples of each result; None keeps the lengths.
    sfreq : ndarray of shape (n_recordings,), default=None
        Rates of the results; None keeps them.
    unit : {"same", "uV", None}, default="same"
        Unit of the results.

    Returns
    -------
    recordings : Recordings
        The results.
    """

    def fill(signal, rate, out):
        out[...] = function(signal, rate)

    return fill_recordings(
        fill, recordings, given=given, n_times=n_times, sfreq=sfreq, unit=unit
    )


def fill_recordings(
    function, recordings, *, given, n_times=None, sfreq=None, unit="same"
):
    """Do what `map_recordings` does with a function that needs no room of its own.

    Parameters
    ----------
    function : callable
        Called as `function(signal, sfreq, out)`, writes a signal of `n_times` samples
        into `out`, which may be the signal itself.
    recordings, given, n_times, sfreq, unit
        As for `map_recordings`.

    Returns
    -------
    recordings : Recordings
        The results.
    """
    values = recordings.values
    offsets, out = recordings.offsets, values
    if n_times is not None:
        offsets = np.concatenate([[0], np.cumsum(n_times)])
    if n_times is not None or not _is_our_copy(values, given):
        out = allocate((*values.shape[:-1], offsets[-1]), values.dtype, like=values)
    rates = [None] * len(recordings) if recordings.sfreq is None else recordings.sfreq
    for i, (signal, rate) in enumerate(zip(recordings, rates, strict=True)):
        result = out[..., offsets[i] : offsets[i + 1]]
        function(signal, rate, result)
        release(signal, result)
    return recordings.with_values(out, offsets=offsets, sfreq=sfreq, unit=unit)


def _is_our_copy(values, given):
    """Whether the door has copied what was given, for certain."""
    if is_list_of_signals(given):
        return True
    if isinstance(given, Recordings):
        given = given.values
    return isinstance(given, np.ndarray) and not np.may_share_memory(values, given)


def like(recordings, given):
    """Return recordings in the form in which the user gave them."""
    if isinstance(given, Recordings):
        return recordings
    if is_list_of_signals(given):
        signals = recordings.to_list()
        if not isinstance(given, np.ndarray):
            return signals
        array = np.empty(len(signals), dtype=object)
        array[:] = signals
        return array
    return np.asarray(recordings)

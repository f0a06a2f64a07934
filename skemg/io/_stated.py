"""What a file states, what the caller states, and which of the two counts."""

import warnings

import numpy as np

from skemg.exceptions import SignalError

UNCALIBRATED = "uncalibrated"
_UNITS = {"uv": "uV", "µv": "uV", "μv": "uV", "mv": "mV", "v": "V"}
_UNITS |= {"microvolt": "uV", "microvolts": "uV", "millivolt": "mV"}
_UNITS |= {"millivolts": "mV", "volt": "V", "volts": "V"}
MICROVOLTS = {"uV": 1.0, "mV": 1e3, "V": 1e6}


def known_unit(text):
    """Return "uV", "mV" or "V" for the spellings of files, None for anything else.

    Parameters
    ----------
    text : str or None
        The unit as a file spells it, such as "µV", "mv" or "Volts".

    Returns
    -------
    unit : {"uV", "mV", "V"} or None
        None where the text names no voltage.
    """
    return None if text is None else _UNITS.get(text.strip().strip("[]()").lower())


def resolve_rate(path, stated, given, *, on_mismatch="raise"):
    """Return the sampling frequency that the file or the caller states.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    stated : float or None
        Rate in the file, in Hz.
    given : float or None
        The caller's `sfreq`.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the two differ; "warn" takes the caller's.

    Returns
    -------
    sfreq : float
        In Hz, positive and finite.

    Raises
    ------
    SignalError
        If neither is there, one is no possible rate, or they differ.
    """
    check_on_mismatch(on_mismatch)
    if given is not None:
        _check_rate(given, "sfreq")
    if stated is None:
        if given is None:
            raise SignalError(
                f"{path} does not state its sampling rate; pass sfreq=... in Hz"
            )
        return float(given)
    if not (np.isfinite(stated) and stated > 0):
        if given is None:
            raise SignalError(
                f"{path} states the impossible sampling rate {stated} Hz; pass "
                "sfreq=... in Hz"
            )
        return float(given)
    if given is None or given == stated:
        return float(stated)
    disagree(
        f"{path} states {stated:.10g} Hz, but sfreq={given:.10g} was given", on_mismatch
    )
    return float(given)


def resolve_unit(path, stated, given, *, on_mismatch="raise"):
    """Return the unit that the file or the caller states.

    Parameters
    ----------
    path : path-like
        The file, for the message.
    stated : str or None
        Unit in the file, in its own spelling.
    given : {"uV", "mV", "V", "uncalibrated"} or None
        The caller's `unit`.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the two differ; "warn" takes the caller's.

    Returns
    -------
    unit : {"uV", "mV", "V"} or None
        As `Recordings` takes it; None is uncalibrated.

    Raises
    ------
    SignalError
        If neither names a voltage, or they differ.
    """
    known = known_unit(stated)
    if given is None:
        if known is None:
            found, how = "does not state its unit", ""
            if stated:
                found, how = f"is in {stated!r}", ' and on_mismatch="warn"'
            raise SignalError(
                f'{path} {found}; pass unit="uV", "mV" or "V"{how}, or '
                'unit="uncalibrated" to take the numbers as they are'
            )
        return known
    if given == UNCALIBRATED:
        return None
    wanted = check_unit(given)
    if stated and known != wanted:
        disagree(f"{path} is in {stated}, but unit={given!r} was given", on_mismatch)
    return wanted


def check_unit(given):
    """Return the caller's `unit`, "uV", "mV" or "V", or raise."""
    wanted = known_unit(given) if isinstance(given, str) else None
    if wanted is None:
        raise ValueError(
            f'unit must be "uV", "mV", "V" or "uncalibrated", got {given!r}'
        )
    return wanted


def disagree(text, on_mismatch):
    """Raise, or warn if the caller asked for it, that two statements differ.

    Parameters
    ----------
    text : str
        The two statements.
    on_mismatch : {"raise", "warn"}
        What the caller asked for.
    """
    if on_mismatch == "warn":
        warnings.warn(text, UserWarning, stacklevel=4)
    elif on_mismatch == "raise":
        raise SignalError(f'{text}; correct one, or pass on_mismatch="warn"')
    else:
        check_on_mismatch(on_mismatch)


def check_on_mismatch(on_mismatch):
    """Raise if it is none of the two words."""
    if on_mismatch not in ("raise", "warn"):
        raise ValueError(f'on_mismatch must be "raise" or "warn", got {on_mismatch!r}')


def _check_rate(sfreq, name):
    number = isinstance(sfreq, int | float | np.integer | np.floating)
    if not number or isinstance(sfreq, bool) or not np.isfinite(sfreq) or sfreq <= 0:
        raise ValueError(f"{name} must be a positive number in Hz, got {sfreq!r}")

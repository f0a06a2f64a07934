"""A table of what may be wrong with recordings, before anything is learned."""

import hashlib
import html

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._recordings import is_list_of_signals

from ._checks import CHECKS, PLAUSIBLE, check_limits, compute_values, sentence
from ._clock import UNKNOWN, check_timestamps, measure_clock
from ._power import measure_power
from ._samples import measure_samples

_N_SHOWN = 12  # sentences of a repr


class SignalQuality:
    """What may be wrong with recordings: measures, limits and plain sentences.

    Made by `from_recordings`. Nothing is changed, dropped or repaired: `flags` says
    what was found, `ok` which recordings have no flag, so `X[quality.ok]` leaves the
    others out. NaN is accepted here, as finding it is the task. Read more in the
    :ref:`User Guide <quality>`.

    ================= ============================================== ================
    check             value                                          flagged above
    ================= ============================================== ================
    `missing`         share of samples that are NaN or infinite      0
    `flat`            share in runs of one value of 0.1 s or more    0.01
    `clipped`         share at an end of the range                   0.01
    `wrapped`         steps of more than half of a range of 16 bits  0
    `mains`           share of hum, of the power above 10 Hz         0.1
    `drift`           share of the power below 10 Hz                 0.2
    `offset`          level over RMS                                 1
    `amplitude`       how many times the RMS lies outside the        1
                      plausible range; below 1 is inside
    `repeated_rows`   share of samples that repeat the one before    0.5
                      in all channels, flat lines left out
    `repeated`        the same in this channel and not in all        0.5
    `copy`            1 where all samples equal those of an earlier  0
                      recording
    `rate`            distance of the rate of the time stamps from   0.01
                      the nominal one, as a share
    `gaps`            intervals above 1.5 nominal ones               0
    `jitter`          standard deviation of the other intervals, in  0.01
                      nominal ones
    `backwards`       time stamps that stand still or run back       0
    `axes`            channels over samples                          1
    ================= ============================================== ================

    The limits, and where the measures draw their lines, are our choice. A value that
    cannot be known is NaN, and no flag: amplitude without a unit, hum in less than
    0.5 s or at rates below some 120 Hz, the last ones without time stamps.

    Parameters
    ----------
    table : dict of ndarray of shape (n_rows,)
        The measures, a row a recording and channel.
    kind : {"needle", "surface"}
        The electrode.
    thresholds : dict of {str: float or None}
        The limit of every check.

    Attributes
    ----------
    table : dict of ndarray of shape (n_rows,)
        `recording` (its number), `channel` (its name or number), `patient` where
        known, `n_times`, `n_channels`, `sfreq` and `seconds`; `calibrated` (whether the
        unit is known); `mean`, `rms` (without the mean), `min` and `max` of the finite
        samples, in µV where calibrated; `missing`, `flat`, `longest_flat` (seconds),
        `clipped`, `wrapped`, `repeated`, `drift`, `mains` and `mains_frequency` (50 or
        60 Hz, the stronger one); and of the whole recording `repeated_rows`,
        `distinct_rate` (rows a second that are no repetition), `copy_of` (an earlier
        recording, or -1), `clock_rate`, `n_gaps`, `longest_gap` (seconds), `jitter` and
        `n_backwards`.
    values : dict of ndarray of shape (n_rows,)
        What each check compares with its limit.
    flags : list of dict
        A record a finding: `recording`, `channel` (None where it is about all of
        them), `check`, `value` and `text`.
    ok : ndarray of bool of shape (n_recordings,)
        Whether a recording has no flag.

    See Also
    --------
    skemg.plot.SignalQualityDisplay : The same as a picture.
    skemg.windowing.WindowSelector : Leaves out windows, not recordings.
    skemg.model_selection.audit_split : Finds changed copies, and classes that can be
        told by hum, drift or length.

    Notes
    -----
    An end of the range is where samples pile up: in runs of two or more at the smallest
    or largest value, which then is more frequent than the value next to it. With
    `limits`, every sample at or beyond them counts.

    Values beyond 16 bits come in at the other end where a file or a program does not
    check. Such steps are looked for where the values fill a range of 65536 times their
    resolution without piling up at its ends.

    Hum is the power within 1 Hz of 50 or 60 Hz and their multiples up to the fifth,
    less what the neighbours up to 8 Hz away would have there.

    Examples
    --------
    A volt that was read as a microvolt, and a line that went flat:

    >>> import numpy as np
    >>> from skemg.quality import SignalQuality
    >>> from skemg.signals import Recordings
    >>> rng = np.random.default_rng(0)
    >>> emg = 100 * rng.normal(size=(3, 20000))  # in µV
    >>> emg[0] /= 1e6
    >>> emg[2, 5000:9000] = 0
    >>> X = Recordings.from_array(emg, sfreq=10000, unit="uV")
    >>> quality = SignalQuality.from_recordings(X)
    >>> quality.ok
    array([False,  True, False])
    >>> [(flag["recording"], flag["check"]) for flag in quality.flags]
    [(0, 'amplitude'), (2, 'flat')]
    >>> print(quality.flags[0]["text"])
    an RMS of 9.96e-05 µV is outside 1 to 20000 µV, where needle EMG lies; the values
    look 1,000,000 times too small, as V read as µV
    """

    def __init__(self, table, *, kind, thresholds):
        self.table = table
        self.kind = kind
        self.thresholds = thresholds

    @classmethod
    def from_recordings(
        cls,
        X,
        *,
        kind="needle",
        timestamps=None,
        limits=None,
        thresholds=None,
        sfreq=None,
    ):
        """Measure recordings.

        Parameters
        ----------
        X : Recordings, list of arrays, or array-like of shape \
                (n_recordings, n_times) or (n_recordings, n_channels, n_times)
            The recordings; NaN and infinity are allowed.
        kind : {"needle", "surface"}, default="needle"
            Which RMS is plausible: 1 µV to 20 mV for the needle, 0.1 µV to 10 mV for
            the surface. The ranges are wide, to catch slips of the unit and nothing
            else.
        timestamps : sequence of array-like of shape (n_times,), default=None
            Time of each sample of each recording, in seconds.
        limits : tuple of two floats, default=None
            Ends of the range of the amplifier, in µV, or in the unit of uncalibrated
            data, such as `(0, 4095)`. None finds them where samples pile up.
        thresholds : dict of {str: float or None}, default=None
            Other limits for some checks; None leaves a check out.
        sfreq : float, default=None
            Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

        Returns
        -------
        quality : SignalQuality
            Table and flags.

        Raises
        ------
        SignalError
            If the rate is unknown, or time stamps do not fit.
        ValueError
            If a parameter is out of range.
        """
        if kind not in PLAUSIBLE:
            raise ValueError(f'kind must be "needle" or "surface", got {kind!r}')
        thresholds = check_limits(thresholds)
        if limits is not None and not (len(limits) == 2 and limits[0] < limits[1]):
            raise ValueError(
                f"limits must be the two ends of the range, low < high, got {limits!r}"
            )
        recordings = _as_recordings(X, sfreq)
        stamps = check_timestamps(timestamps, recordings)
        with np.errstate(over="ignore", invalid="ignore"):  # samples near 1e308
            table = _measure(recordings, stamps, limits)
        return cls(table, kind=kind, thresholds=thresholds)

    @property
    def values(self):
        return compute_values(self.table, self.kind)

    @property
    def flags(self):
        flags = []
        values, rows = self.values, _rows(self.table)
        is_first = np.diff(self.table["recording"], prepend=-1) > 0
        for i, row in enumerate(rows):
            for name, check in CHECKS.items():
                limit = self.thresholds[name]
                if limit is None or not (check.of_channel or is_first[i]):
                    continue
                if values[name][i] > limit:
                    flags.append(
                        {
                            "recording": row["recording"],
                            "channel": row["channel"] if check.of_channel else None,
                            "check": name,
                            "value": values[name][i].item(),
                            "text": sentence(name, row, self.kind),
                        }
                    )
        return flags

    @property
    def ok(self):
        ok = np.ones(self.table["recording"][-1] + 1, bool)
        ok[[flag["recording"] for flag in self.flags]] = False
        return ok

    def raise_for(self, *checks):
        """Raise where one of these checks has a flag.

        Parameters
        ----------
        *checks : str
            Names of checks; none means all.

        Returns
        -------
        quality : SignalQuality
            The object itself, where nothing was found.

        Raises
        ------
        SignalError
            With the sentences.
        """
        unknown = [name for name in checks if name not in CHECKS]
        if unknown:
            raise ValueError(f"unknown checks {unknown}; they are {', '.join(CHECKS)}")
        lines = [_line(f) for f in self.flags if f["check"] in (checks or CHECKS)]
        if lines:
            raise SignalError("\n".join(lines))
        return self

    def to_frame(self, table="table"):
        """Return the measures or the flags as a DataFrame; needs pandas.

        Parameters
        ----------
        table : {"table", "values", "flags"}, default="table"
            Which one.

        Returns
        -------
        frame : DataFrame
            A row a recording and channel, or a row a flag.
        """
        if table not in ("table", "values", "flags"):
            raise ValueError(
                f'table must be "table", "values" or "flags", got {table!r}'
            )
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_frame needs pandas: pip install pandas") from error
        return pd.DataFrame(getattr(self, table))

    def _title(self):
        ok = self.ok
        return f"{len(ok)} recordings, {len(ok) - ok.sum()} with flags"

    def __repr__(self):
        lines = [_line(flag) for flag in self.flags]
        if len(lines) > _N_SHOWN:
            lines[_N_SHOWN:] = [f"and {len(lines) - _N_SHOWN} more in .flags"]
        return "\n".join([f"<SignalQuality: {self._title()}>", *lines])

    def _repr_html_(self):
        items = "".join(f"<li>{html.escape(_line(flag))}</li>" for flag in self.flags)
        return f"<p>{self._title()}</p><ul>{items}</ul>"


def _line(flag):
    channel = "" if flag["channel"] is None else f", channel {flag['channel']}"
    return f"recording {flag['recording']}{channel}: {flag['text']}"


def _rows(table):
    """Yield the rows of a table as dicts of plain values."""
    columns = [column.tolist() for column in table.values()]
    return (dict(zip(table, row, strict=True)) for row in zip(*columns, strict=True))


def _as_recordings(X, sfreq):
    if isinstance(X, Windows):
        raise SignalError("SignalQuality works on recordings; give what was cut")
    if isinstance(X, Recordings):
        rates = X.sfreq
        if rates is not None and sfreq is not None and (rates != sfreq).any():
            raise SignalError(
                f"sfreq={sfreq:g} but the recordings have {rates[0]:g} Hz; leave sfreq "
                "out, they carry their rate"
            )
        recordings = X if rates is not None else X.with_values(X.values, sfreq=sfreq)
    elif is_list_of_signals(X):
        recordings = Recordings.from_list(X, sfreq=sfreq)
    else:
        recordings = Recordings.from_array(X, sfreq=sfreq)
    if recordings.sfreq is None:
        raise SignalError(
            "the sampling rate is unknown: use Recordings.from_list(..., sfreq=...) or "
            "from_recordings(X, sfreq=...)"
        )
    if len(recordings) == 0:
        raise SignalError("there is no recording")
    return recordings


def _measure(recordings, stamps, limits):
    """Return the table, a row a recording and channel."""
    channels = recordings.channel_names or list(range(recordings.n_channels))
    rows, seen = [], {}
    for i, (signal, sfreq) in enumerate(
        zip(recordings, recordings.sfreq.tolist(), strict=True)
    ):
        # One recording at a time as floats, however the values are stored.
        signal = np.atleast_2d(signal).astype(np.float64)
        of_all = _measure_rows(signal, sfreq)
        of_all |= UNKNOWN if stamps is None else measure_clock(stamps[i], sfreq)
        of_all["copy_of"] = _earlier_copy(signal, i, seen)
        for name, x in zip(channels, signal, strict=True):
            row = {"recording": i, "channel": name}
            if recordings.groups is not None:
                row["patient"] = recordings.groups[i]
            rows.append(
                row
                | {
                    "n_times": signal.shape[1],
                    "n_channels": len(signal),
                    "sfreq": sfreq,
                    "seconds": signal.shape[1] / sfreq,
                    "calibrated": recordings.unit is not None,
                }
                | measure_samples(x, sfreq, limits)
                | measure_power(x, sfreq)
                | of_all
            )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _measure_rows(signal, sfreq):
    repeats = (signal[:, 1:] == signal[:, :-1]).all(axis=0)
    n_times = signal.shape[1]
    return {
        "repeated_rows": np.count_nonzero(repeats) / max(len(repeats), 1),
        "distinct_rate": (n_times - np.count_nonzero(repeats)) / n_times * sfreq,
    }


def _earlier_copy(signal, index, seen):
    """Return the first recording with the same samples, or -1."""
    signal = signal + 0.0  # -0.0 equals 0.0
    key = signal.shape, hashlib.blake2b(signal.tobytes(), digest_size=16).digest()
    first = seen.setdefault(key, index)
    return -1 if first == index else first

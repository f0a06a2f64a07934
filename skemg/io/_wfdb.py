"""Records of PhysioNet and EMGLAB: a WFDB header and its data."""

import warnings

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES
from ._channels import as_recording, check_dtype, choose_channels, distinct_names
from ._identity import keep_unidentifying
from ._stated import disagree, resolve_rate
from ._wfdb_header import comment_fields, is_wfdb, read_header
from ._wfdb_samples import read_samples

__all__ = ["is_wfdb", "read_wfdb"]

_GAINS = (1e-12, 1e12)
_WRAP_STEP = 0.75  # of the range; our choice


def read_wfdb(
    path,
    *,
    channels=None,
    sfreq=None,
    unit=None,
    gain=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read a WFDB record, the format of PhysioNet and of EMGLAB.

    A record is a text header (`.hea`) and one or several files of integers beside it
    [1]_ [2]_. Formats 16, 24, 32, 61, 80 and 212 are read, with byte offsets
    (`16+20`), interleaved signals, and several samples a frame (`16x4`). Records of
    several segments, skewed signals (`16:3`) and compressed formats are refused by
    name.

    Nothing is filled in that the header does not state. The WFDB library takes 250 Hz,
    200 steps per unit and millivolts where the rate, the gain or the unit is missing;
    here they are asked for. Length, first sample and checksum of each channel must
    agree with the header.

    Parameters
    ----------
    path : path-like
        The header, the record without suffix, or one of its data files.
    channels : list of str or int, str, int, or None, default=None
        Channels to read, by name or position; None reads all.
    sfreq : float, default=None
        Sampling frequency of the channels in Hz, where the header states none.
    unit : {"uV", "mV", "V", "uncalibrated"} or None, default=None
        Unit, where the header states none. "uncalibrated" takes the numbers as they
        are, in whatever unit.
    gain : float, default=None
        Steps of the converter per unit, where the header states none.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=2 GiB
        Largest data that are read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where two statements differ. "warn" takes the caller's rate, unit or
        gain, and the samples that both header and data have.

    Returns
    -------
    recordings : Recordings of length 1
        In µV. Its metadata holds `format`, `verified` (length and checksums were stated
        and agree), `n_invalid` and `n_wraps` (see Notes), age, sex, muscle and the like
        where the header has them, and `n_withheld`, how many comments were left out.

    Raises
    ------
    SignalError
        If the record is damaged or incomplete, leads out of its folder, or states
        neither rate, gain nor unit; the message names the parameter to pass.
    ValueError
        If a parameter is none of those above.

    Warns
    -----
    UserWarning
        If samples are invalid or may have wrapped round.

    See Also
    --------
    read_eaf : The discharges that EMGLAB found in a record.
    skemg.datasets.fetch_emglab_n2001 : Needle EMG in this format.

    Notes
    -----
    The smallest integer of a format (-32768 for 16 bits, -2048 for 212) marks a sample
    that is not there. It becomes NaN, which every later step refuses by name.

    A signal beyond the range of its integers may come out on the other side, as in the
    record `emg_neuropathy` of PhysioNet's emgdb. Steps from one sample to the next of
    more than three quarters of the range are taken as a sign of it (our choice); the
    samples stay as they are, so get the record in another form.

    References
    ----------
    .. [1] Moody, G. B. "WFDB Applications Guide", sections header(5) and signal(5).
       PhysioNet.
    .. [2] Goldberger, A. L. et al. (2000). "PhysioBank, PhysioToolkit, and PhysioNet."
       Circulation, 101(23), e215-e220.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from skemg.io import read_wfdb
    >>> folder = Path(tempfile.mkdtemp())
    >>> steps = np.array([0, 100, -200, 300], "<i2")
    >>> n_bytes = (folder / "r1.dat").write_bytes(steps.tobytes())
    >>> n_bytes = (folder / "r1.hea").write_text(
    ...     "r1 1 4000 4\\nr1.dat 16 10000/mV 16 0 0 200 0 EMG\\n"
    ... )
    >>> emg = read_wfdb(folder / "r1")
    >>> emg
    <Recordings: 1 recordings, 0.001 s at 4000 Hz, in µV>
    >>> emg[0]
    array([  0.,  10., -20.,  30.], dtype=float32)
    """
    dtype = check_dtype(dtype)
    _check_gain(gain)
    header = read_header(path, on_mismatch=on_mismatch)
    path = header.path
    names = distinct_names(
        [signal.name or f"signal {i}" for i, signal in enumerate(header.signals)]
    )
    index = choose_channels(path, names, channels)
    names = [names[i] for i in index]
    signals = [header.signals[i] for i in index]
    _refuse_rates(path, names, signals)
    samples = read_samples(
        header, signals, max_bytes=max_bytes, on_mismatch=on_mismatch
    )
    values, n_invalid, n_wraps = [], 0, 0
    for name, signal, sample in zip(names, signals, samples, strict=True):
        place = f"{path}, channel {name!r},"
        steps = _resolve_gain(place, signal.gain, gain, on_mismatch)
        n_wraps += _warn(
            _count_wraps(sample),
            place,
            f"steps of about the full range of {sample.bits} bits: samples may have "
            "wrapped round. Look at them, or get the record in another form",
        )
        invalid = sample.values == -(2 ** (sample.bits - 1))
        n_invalid += _warn(np.count_nonzero(invalid), place, "invalid samples, now NaN")
        values.append(_physical(sample.values, signal.baseline, steps, dtype))
        values[-1][invalid] = np.nan
    return as_recording(
        path,
        values,
        names,
        [signal.unit for signal in signals],
        sfreq=resolve_rate(
            path,
            _stated_rate(header, signals[0], samples[0]),
            sfreq,
            on_mismatch=on_mismatch,
        ),
        unit=unit,
        dtype=dtype,
        on_mismatch=on_mismatch,
        metadata={
            "format": "wfdb",
            "verified": all(sample.verified for sample in samples),
            "n_invalid": n_invalid,
            "n_wraps": n_wraps,
            **keep_unidentifying(comment_fields(header.comments)),
        },
    )


def _refuse_rates(path, names, signals):
    if len({signal.per_frame for signal in signals}) > 1:
        rates = {
            name: signal.per_frame for name, signal in zip(names, signals, strict=True)
        }
        raise SignalError(
            f"{path} has channels of different rates (samples a frame: {rates}); pass "
            "channels=[...] with those of one rate"
        )


def _stated_rate(header, signal, samples):
    """Return the rate of a channel; None where the number is the length instead."""
    if header.sfreq is None:
        return None
    n_frames = len(samples.values) // signal.per_frame
    if header.n_frames is None and header.sfreq == n_frames:
        return None
    return header.sfreq * signal.per_frame


def _resolve_gain(place, stated, given, on_mismatch):
    low, high = _GAINS
    if stated is None or not low <= stated <= high:
        if given is None:
            found = "no gain" if stated is None else f"the impossible gain {stated:g}"
            raise SignalError(
                f"{place} states {found}; pass gain=... in steps of the converter per "
                "unit"
            )
        return float(given)
    if given is not None and given != stated:
        disagree(
            f"{place} states the gain {stated:g}, but {given:g} was given", on_mismatch
        )
        return float(given)
    return stated


def _check_gain(gain):
    number = isinstance(gain, int | float | np.integer | np.floating)
    if gain is not None and not (
        number and not isinstance(gain, bool) and _GAINS[0] <= gain <= _GAINS[1]
    ):
        raise ValueError(f"gain must be a positive number or None, got {gain!r}")


def _physical(steps, baseline, gain, dtype):
    values = np.empty(len(steps), dtype)
    np.subtract(steps, float(baseline), out=values, casting="unsafe")
    values /= gain
    return values


def _count_wraps(samples):
    wide = np.int64 if samples.bits == 32 else np.int32
    steps = np.subtract(samples.values[1:], samples.values[:-1], dtype=wide)
    np.abs(steps, out=steps)
    return int(np.count_nonzero(steps > _WRAP_STEP * 2**samples.bits))


def _warn(count, place, text):
    if count:
        warnings.warn(f"{place} has {count} {text}", UserWarning, stacklevel=3)
    return int(count)

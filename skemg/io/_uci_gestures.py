"""Text files of the UCI set "EMG data for gestures"."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._stated import disagree, resolve_rate

_CHANNELS = [f"channel{i}" for i in range(1, 9)]
_HEADER = re.compile(rb"time\t" + "\t".join(_CHANNELS).encode() + rb"\tclass\r?\n")
_VOLTS = rb"-?\d(?:\.\d{1,7})?+(?:e-\d\d)?+"
_ROWS = re.compile(rb"(?:\d{1,9}+\t(?:" + _VOLTS + rb"\t){8}+[0-7]\r?\n)*+")
_STEP = 1e-5  # V, one of the 256 steps of the armband
_PIECE = 1 << 20
_FARTHEST = 0.1  # of the nominal rate; the published files are 3 to 5 % slower


def is_uci_gestures(head, path):
    """Tell whether a file is one of the UCI set "EMG data for gestures".

    Parameters
    ----------
    head : bytes
        Its first 4096 bytes, unpacked.
    path : path-like
        Not used: the header says it.

    Returns
    -------
    known : bool
        Whether it begins with the header of these files.
    """
    return _HEADER.match(head) is not None


def read_uci_gestures(
    path,
    *,
    channels=None,
    sfreq=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    r"""Read a text file of the UCI set "EMG data for gestures".

    A series of gestures [1]_, with eight channels of a Myo armband and a class in each
    row. Recording and classes are both what :func:`~skemg.windowing.make_windows`
    takes. The file may be packed (`.txt.gz`). Read more in the
    :ref:`User Guide <label_tracks>`.

    The only clock of the file is its column of times in milliseconds. The nominal rate
    is one sample in the median time step, 1000 Hz in all published files, and the rows
    are taken as equally spaced though the times jitter. Nothing is resampled, and rows
    that repeat the row before stay; `metadata` says how many there are.

    Parameters
    ----------
    path : path-like
        The file.
    channels : list of str or int, str, int or None, default=None
        "channel1" to "channel8", or numbers from 0; None reads all.
    sfreq : float, default=None
        Rate in Hz. None takes the nominal one.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the samples.
    max_bytes : int, default=2 GiB
        Longest text that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where `sfreq` is not the nominal rate, the times of the rows make
        another rate than the nominal one by more than 10 % (our choice), or the last
        row is incomplete: "warn" takes the caller's rate, and leaves the row out.

    Returns
    -------
    recording : Recordings of length 1
        In µV, as the source says. The values are the 256 steps of the armband, 10 µV
        each, and are not calibrated. Its metadata:

        n_incomplete_rows : left out at the end, 0 or 1
        rows_per_second : by the times
        n_jumps, longest_step_ms : steps longer than the median, and the longest
        share_repeated : of the rows, those equal to the row before
        distinct_rows_per_second : how often a new row came
    track : Recordings of length 1
        The class of each row (uint8), at the same rate: 0 unmarked, 1 rest, 2 fist,
        3 wrist flexion, 4 wrist extension, 5 radial deviation, 6 ulnar deviation,
        7 extended palm.

    Raises
    ------
    SignalError
        If the file is not as published: another header, a row that is no row, a value
        that no Myo armband gives, times that do not increase.
    ValueError
        If a parameter is not known.

    See Also
    --------
    skemg.datasets.fetch_uci_gestures : All series with their subjects.

    References
    ----------
    .. [1] Lobov, S. et al. (2018). "Latent Factors Limiting the Performance of
       sEMG-Interfaces." Sensors, 18(4), 1122. Data: doi:10.24432/C5ZP5C

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_uci_gestures
    >>> names = [f"channel{i}" for i in range(1, 9)]
    >>> rows = [[1, *[1e-05] * 8, 0], [2, *[-2e-05] * 8, 2], [3, *[-2e-05] * 8, 2]]
    >>> lines = [["time", *names, "class"], *rows]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "1.txt")
    ...     text = "".join("\t".join(map(str, line)) + "\n" for line in lines)
    ...     _ = path.write_text(text)
    ...     recording, track = read_uci_gestures(path, channels="channel1")
    >>> recording
    <Recordings: 1 recordings, 0.003 s at 1000 Hz, in µV>
    >>> recording[0], track[0]
    (array([ 10., -20., -20.], dtype=float32), array([0, 2, 2], dtype=uint8))
    """
    dtype = check_dtype(dtype)
    index = choose_channels(path, _CHANNELS, channels)
    content = read_packed_bytes(path, max_bytes=max_bytes)
    begin, end = _find_rows(path, content, on_mismatch)
    time, steps, labels = _parse(path, content, begin, end)
    nominal = 1000 / float(np.median(np.diff(time)))
    sfreq = resolve_rate(path, nominal, sfreq, on_mismatch=on_mismatch)
    metadata = {
        "format": "uci-gestures",
        "n_incomplete_rows": int(end < len(content)),
        **_clock(time, steps),
    }
    measured = metadata["rows_per_second"]
    if abs(measured - nominal) > _FARTHEST * nominal:
        disagree(
            f"{path} has rows at {nominal:g} Hz by the median time step, but "
            f"{measured:g} rows a second",
            on_mismatch,
        )
    recording = as_recording(
        path,
        [steps[i] * 10.0 for i in index],
        [_CHANNELS[i] for i in index],
        ["uV"] * len(index),
        sfreq=sfreq,
        unit=None,
        dtype=dtype,
        metadata=metadata,
    )
    return recording, Recordings(labels, [0, len(labels)], sfreq=sfreq)


def _find_rows(path, content, on_mismatch):
    """Return where the rows begin and where the last complete one ends."""
    header = _HEADER.match(content)
    if header is None:
        raise SignalError(
            f"{path} does not begin with the names of the columns (time, channel1 to "
            "channel8, class) and tabs between them; download it again"
        )
    begin, end = header.end(), len(content)
    last = content.rfind(b"\n", 0, end - 1) + 1
    if not content.endswith(b"\n") or _ROWS.fullmatch(content, last) is None:
        number = content.count(b"\n", 0, last) + 1
        disagree(f"{path} ends in an incomplete row, line {number}", on_mismatch)
        end = max(last, begin)
    if content.count(b"\n", begin, end) < 2:
        raise SignalError(f"{path} has fewer than two rows; download it again")
    return begin, end


def _parse(path, content, begin, end):
    """Return times in ms, steps of the armband (n_channels, n_times) and classes."""
    parts = []
    while begin < end:
        stop = content.find(b"\n", begin + _PIECE, end) + 1 or end
        parts.append(_parse_rows(path, content, begin, stop))
        begin = stop
    time, steps, labels = (
        np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)
    )
    late = np.flatnonzero(np.diff(time) <= 0)
    if len(late):
        raise SignalError(
            f"{path} goes back in time: line {late[0] + 3} is of {time[late[0] + 1]} "
            f"ms, the line before of {time[late[0]]} ms; download it again"
        )
    return time, steps, labels


def _parse_rows(path, content, begin, stop):
    good = _ROWS.match(content, begin, stop).end()
    if good < stop:
        _refuse_line(path, content, good, "time, eight voltages and a class 0 to 7")
    # numpy parses the text; that it holds numbers and blanks alone is known by now
    rows = np.fromstring(content[begin:stop], sep=" ").reshape(-1, 10)
    steps = rows[:, 1:9] / _STEP
    whole = np.rint(steps)
    valid = (np.abs(steps - whole) < 1e-3) & (whole >= -128) & (whole <= 127)
    if not valid.all():
        place = begin
        for _ in range(np.flatnonzero(~valid.all(axis=1))[0]):
            place = content.index(b"\n", place) + 1
        _refuse_line(path, content, place, "steps of 1e-05 V from -0.00128 to 0.00127")
    time = rows[:, 0].astype(np.int64)
    return time, whole.T.astype(np.int8), rows[:, 9].astype(np.uint8)


def _refuse_line(path, content, place, wanted):
    number = content.count(b"\n", 0, place) + 1
    line = content[place : place + 200].split(b"\n")[0][:40]
    raise SignalError(
        f"{path} has {line!r} in line {number}, expected {wanted}; download it again"
    )


def _clock(time, steps):
    """Return what the times and the repeated rows tell about the true rate."""
    jumps = np.diff(time)
    seconds = float(time[-1] - time[0]) / 1000
    n_new = int((np.diff(steps, axis=1) != 0).any(axis=0).sum())
    return {
        "rows_per_second": len(jumps) / seconds,
        "n_jumps": int((jumps > np.median(jumps)).sum()),
        "longest_step_ms": int(jumps.max()),
        "share_repeated": 1 - (n_new + 1) / len(time),
        "distinct_rows_per_second": n_new / seconds,
    }

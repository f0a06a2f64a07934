"""One file of the UCI set of surface EMG of the lower limb."""

import itertools
import re

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels
from ._numbers import as_numbers
from ._stated import disagree

_SFREQ = 1000.0
_CHANNELS = ("RF", "BF", "VM", "ST")
_SPELLINGS = (
    {"rf", "recto femoral"},
    {"bf", "biceps femoral"},
    {"vm", "vasto medial"},
    {"st", "semitendinoso", "emg semitendinoso"},
)
_CHANNEL = re.compile(
    rb"Channel \d+: '(?P<name>[^']*)', (?P<n_times>\d{1,7}) values, "
    rb"engineering units: (?P<unit>mV|deg), no filters\b.*"
)
_NUMBER = rb"-?\d{1,3}(?:\.\d{1,4})?"
_ROW = re.compile(rb"(%b(?:\t%b){3})\t(?:%b)?(?:\t\d+)?" % ((_NUMBER,) * 3))
_NO_EMG = re.compile(rb"(?:\t{4}(?P<angle>%b)?\t?)?" % _NUMBER)


def read_uci_lower_limb(
    path,
    *,
    channels=None,
    dtype=np.float32,
    max_bytes=1 << 24,
    on_mismatch="raise",
):
    """Read one file of the UCI set "EMG dataset in Lower Limb".

    The text as published [1]_, plain or packed with gzip: six or seven lines of header,
    an empty line, rows of four channels in mV and the angle of the knee. The angle is
    left out. Each row that the header promises must hold four numbers; rows behind them
    must hold no EMG and are counted. An empty field never becomes a zero. The rate is
    that of the publication, 1000 Hz; the files do not state it.

    Parameters
    ----------
    path : path-like
        The file, such as `1Nmar.txt`.
    channels : list of str or int, default=None
        Of "RF", "BF", "VM" and "ST"; None reads all four.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=16 MiB
        Longest file that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the file has fewer rows than its header promises; "warn" reads
        those that are there.

    Returns
    -------
    recordings : Recordings of length 1
        In µV at 1000 Hz. Its metadata has `n_rows_without_emg` and, after a warning,
        `n_times_promised`.

    Raises
    ------
    SignalError
        If the file is not as published; the message names the line.

    See Also
    --------
    skemg.datasets.fetch_uci_lower_limb : The whole set, and its traps.

    References
    ----------
    .. [1] Sanchez, O., Sotelo, J., Gonzales, M. and Hernandez, G. (2014). "EMG dataset
       in Lower Limb." UCI Machine Learning Repository. DOI 10.24432/C5ZW3P.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_uci_lower_limb
    >>> header = ["File Name: 1Nmar.log"]
    >>> for i, name in enumerate(["RF", "BF", "VM", "ST", "FX"], 1):
    ...     unit = f"engineering units: {'deg' if name == 'FX' else 'mV'}"
    ...     header.append(f"Channel {i}: '{name}', 1 values, {unit}, no filters.")
    >>> row = ["0.0007", "-0.0083", "0.0045", "0", "57.6"]
    >>> lines = [*header, "", chr(9).join(row)]
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "1Nmar.txt"
    >>> _ = path.write_text(chr(10).join(lines))
    >>> emg = read_uci_lower_limb(path)
    >>> emg[0][:, 0], emg.channel_names
    (array([ 0.7, -8.3,  4.5,  0. ], dtype=float32), ['RF', 'BF', 'VM', 'ST'])
    >>> folder.cleanup()
    """
    dtype = check_dtype(dtype)
    lines = read_packed_bytes(path, max_bytes=max_bytes).splitlines()
    header = list(itertools.takewhile(bytes.strip, lines))
    n_promised = _promised_rows(path, header)
    index = choose_channels(path, list(_CHANNELS), channels)
    rows = lines[len(header) + 1 :]
    millivolts = _read_rows(path, rows[:n_promised], len(header) + 2)
    metadata = {
        "format": "uci-lower-limb",
        "n_rows_without_emg": _count_rows_without_emg(
            path, rows[n_promised:], len(header) + 2 + n_promised, n_promised
        ),
    }
    if len(millivolts) < n_promised:
        disagree(
            f"{path} has {len(millivolts)} rows, its header promises {n_promised}; "
            "download it again",
            on_mismatch,
        )
        metadata["n_times_promised"] = n_promised
    # four decimals of mV are one of µV
    microvolts = np.rint(millivolts.T * 10_000) / 10
    return as_recording(
        path,
        [microvolts[i] for i in index],
        [_CHANNELS[i] for i in index],
        ["uV"] * len(index),
        sfreq=_SFREQ,
        unit=None,
        dtype=dtype,
        metadata=metadata,
    )


def _read_rows(path, rows, first_line):
    values = []
    for line, row in enumerate(rows, first_line):
        match = _ROW.fullmatch(row)
        if match is None:
            raise SignalError(
                f"{path} is damaged in line {line}, expected four values in mV and an "
                "angle; download it again"
            )
        values.append(match[1])
    if not values:
        raise SignalError(f"{path} has a header and no row; download it again")
    return as_numbers(b"\t".join(values), "\t").reshape(len(values), len(_CHANNELS))


def _count_rows_without_emg(path, rows, first_line, n_promised):
    n_left_out = 0
    for line, row in enumerate(rows, first_line):
        match = _NO_EMG.fullmatch(row)
        if match is None:
            raise SignalError(
                f"{path} is damaged in line {line}, expected no EMG behind the "
                f"{n_promised} rows of the header; download it again"
            )
        n_left_out += match["angle"] is not None
    return n_left_out


def _promised_rows(path, header):
    channels = [_CHANNEL.fullmatch(line) for line in header[1:6]]
    if (
        len(header) not in (6, 7)
        or None in channels
        or [channel["unit"] for channel in channels] != [b"mV"] * 4 + [b"deg"]
        or len({channel["n_times"] for channel in channels[:4]}) > 1
        or int(channels[0]["n_times"]) == 0
    ):
        raise SignalError(
            f"{path} begins with other lines than a file name, four channels in mV "
            "with one number of values, and an angle; download it again"
        )
    names = [channel["name"].decode("latin-1").strip() for channel in channels[:4]]
    for name, spellings, channel in zip(names, _SPELLINGS, _CHANNELS, strict=True):
        if name.lower() not in spellings:
            known = name.lower() in set().union(*_SPELLINGS)
            raise SignalError(
                f"{path} has other channels than {list(_CHANNELS)}: "
                f"{repr(name) if known else 'another name'} stands where {channel} "
                "belongs"
            )
    return int(channels[0]["n_times"])


def is_uci_lower_limb(head, path):
    """Whether a file begins as those of the UCI set of the lower limb do.

    Parameters
    ----------
    head : bytes
        The first 4096 bytes, unpacked.
    path : path-like
        Not looked at: the content tells.

    Returns
    -------
    bool
        True where four channels in mV and an angle stand below a file name.
    """
    lines = head.splitlines()[1:6]
    return len(lines) == 5 and all(map(_CHANNEL.fullmatch, lines))

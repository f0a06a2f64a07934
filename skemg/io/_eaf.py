"""Discharge times of motor units, as EMGLAB writes them."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import read_bytes

_MAX_BYTES = 1 << 24
_MAX_TAGS = 100_000
_ROOT = "emglab_annotation_file"
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^<>]{0,200}\?>\s*+)?(?:<!--.{0,1000}?-->\s*+)?"
    rb"<" + _ROOT.encode() + rb"[\s>]",
    re.DOTALL,
)
_PARTS = {
    "emglab_version": True,
    "emglab_general_information": False,
    "emglab_spike_header": True,
    "emglab_spike_events": True,
    "emglab_additional_fields": False,
    "emglab_freeform": False,
}
_INTEGER = r"-?\d{1,9}"
_REAL = r"-?(?:\d{1,15}\.?\d{0,17}|\.\d{1,17})(?:[eE][+-]?\d{1,3})?"
_COLUMNS = {"time": _REAL, "start": _REAL, "stop": _REAL, "errtpl": _REAL}
_COLUMNS |= dict.fromkeys(("unit", "chan", "instance", "numsub", "super"), _INTEGER)


@dataclasses.dataclass(frozen=True, eq=False)
class Discharges:
    """When the motor units of a recording fired.

    Parameters
    ----------
    times : ndarray of shape (n_discharges,)
        In seconds from the first sample of the recording, in ascending order.
    units : ndarray of int of shape (n_discharges,)
        Number of the motor unit of each.
    sfreq : float or None
        Sampling frequency of the recording in Hz, where the file states it.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.io import Discharges
    >>> found = Discharges(np.array([0.1, 0.15, 0.2]), np.array([1, 2, 1]), None)
    >>> found.by_unit()
    {1: array([0.1, 0.2]), 2: array([0.15])}
    """

    times: np.ndarray
    units: np.ndarray
    sfreq: float | None

    def by_unit(self):
        """Return the discharge times of each motor unit.

        Returns
        -------
        times : dict of int to ndarray
            In seconds, by the number of the unit, in ascending order.
        """
        units = np.unique(self.units).tolist()
        return {unit: self.times[self.units == unit] for unit in units}


def read_eaf(path, *, channel=None, max_bytes=_MAX_BYTES):
    """Read the discharge times in an annotation file of EMGLAB (`.eaf`).

    The file is XML: `emglab_annotation_file` holds a version, a header that names the
    columns, and rows of numbers, of which `time` (seconds) and `unit` are needed [1]_.
    Only these are read, and the sampling rate where it is stated. Who contributed the
    annotation, the names, paths and date of the data, and free variables are not.

    Parameters
    ----------
    path : path-like
        The file.
    channel : int, default=None
        The channel of the recording, where the file annotates several.
    max_bytes : int, default=16 MiB
        Longest file that is read.

    Returns
    -------
    discharges : Discharges
        Times in seconds and motor units, in order of time.

    Raises
    ------
    SignalError
        If the file is damaged, is no annotation file of EMGLAB, declares entities or a
        document type, or annotates several channels and `channel` is None.

    See Also
    --------
    read_wfdb : The recording to which the discharges belong.

    References
    ----------
    .. [1] McGill, K. C., Lateva, Z. C. and Marateb, H. R. (2005). "EMGLAB: an
       interactive EMG decomposition program." J. of Neuroscience Methods, 149(2),
       121-133.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_eaf
    >>> path = Path(tempfile.mkdtemp()) / "r1.eaf"
    >>> n_bytes = path.write_text('''<emglab_annotation_file>
    ... <emglab_version>0.01</emglab_version>
    ... <emglab_spike_header><time></time><unit></unit></emglab_spike_header>
    ... <emglab_spike_events>
    ... 0.1 1
    ... 0.15 2
    ... 0.2 1
    ... </emglab_spike_events>
    ... </emglab_annotation_file>''')
    >>> read_eaf(path).by_unit()
    {1: array([0.1, 0.2]), 2: array([0.15])}
    """
    if channel is not None and (
        not isinstance(channel, int | np.integer) or isinstance(channel, bool)
    ):
        raise ValueError(f"channel must be an integer or None, got {channel!r}")
    parts = _parts(path, _root(path, read_bytes(path, max_bytes=max_bytes)))
    columns = _column_names(path, parts["emglab_spike_header"])
    table = _table(path, columns, parts["emglab_spike_events"])
    if "chan" in columns:
        table = _one_channel(path, table, table[:, columns.index("chan")], channel)
    elif channel is not None:
        raise SignalError(f"{path} names no channels; leave channel={channel} out")
    times = table[:, columns.index("time")]
    if not np.isfinite(times).all() or (times < 0).any():
        raise SignalError(f"{path} has a time that is negative or too large")
    order = np.argsort(times, kind="stable")
    return Discharges(
        times=times[order],
        units=table[order, columns.index("unit")].astype(np.intp),
        sfreq=_rate(path, parts.get("emglab_general_information")),
    )


def is_eaf(head, path):
    """Whether a file begins as an annotation file of EMGLAB.

    Parameters
    ----------
    head : bytes
        The beginning of the file.
    path : path-like
        The file; its name is not looked at.

    Returns
    -------
    known : bool
        By its first element.
    """
    return _HEAD.match(head) is not None


def _root(path, content):
    text = content.decode("utf-8", errors="replace")
    # entities multiply and lead to other files; EMGLAB writes none
    if "\0" in text or re.search(r"<!(?!--)", text):
        raise SignalError(
            f"{path} declares a document type or entities, or is not in ASCII; export "
            "the annotation again with EMGLAB"
        )
    if text.count("<") > _MAX_TAGS:
        raise SignalError(f"{path} has more than {_MAX_TAGS} tags; give an .eaf file")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise SignalError(
            f"{path} is no well-formed XML ({error}); export the annotation again"
        ) from error
    if _tag(root) != _ROOT:
        raise SignalError(f"{path} holds no {_ROOT}; give an .eaf file of EMGLAB")
    return root


def _tag(element):
    return element.tag.rpartition("}")[2]


def _parts(path, root):
    """Return the parts of the file by name, each there once and in its order."""
    names = [_tag(part) for part in root]
    wanted = [name for name, needed in _PARTS.items() if needed or name in names]
    if names != wanted:
        raise SignalError(
            f"{path} does not hold the parts of an annotation file in their order: "
            f"{', '.join(_PARTS)}; export the annotation again"
        )
    return dict(zip(names, root, strict=True))


def _column_names(path, header):
    names = []
    for element in header:
        name = _tag(element)
        is_complex = element.get("complex", "off").lower() == "on"
        if name not in _COLUMNS or name in names or (is_complex and name != "errtpl"):
            raise SignalError(
                f"{path} has the column {name[:40]!r} in its spike header, unknown or "
                f"twice; the columns of EMGLAB are {', '.join(_COLUMNS)}"
            )
        names += [name, f"{name} (imaginary)"] if is_complex else [name]
    missing = [name for name in ("time", "unit") if name not in names]
    if missing:
        raise SignalError(f"{path} has no column {missing[0]!r}; export it again")
    return names


def _table(path, columns, events):
    """Return the rows of numbers, of shape (n_rows, n_columns)."""
    text = (events.text or "").strip()
    patterns = [_COLUMNS[name.split()[0]] for name in columns]
    row = re.compile(r"[ \t]*+" + r"[ \t]++".join(patterns) + r"[ \t]*+")
    if len(events):
        raise SignalError(f"{path} has an element among its discharges")
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and row.fullmatch(line) is None:
            raise SignalError(
                f"{path} has {line[:40]!r} as discharge {number}, expected the "
                f"{len(columns)} numbers {', '.join(columns)}"
            )
    if not text:
        return np.empty((0, len(columns)))
    # numpy parses the text; that it holds numbers alone is known by now
    return np.fromstring(text, sep=" ").reshape(-1, len(columns))


def _one_channel(path, table, channels, channel):
    known = np.unique(channels).astype(int).tolist()
    if channel is None and len(known) > 1:
        raise SignalError(f"{path} annotates the channels {known}; pass channel=...")
    if channel is None:
        return table
    if channel not in known:
        raise SignalError(f"{path} annotates the channels {known}, not {channel}")
    return table[channels == channel]


def _rate(path, information):
    """Return the sampling rate that the general information states, or None."""
    if information is None:
        return None
    stated = [
        element.text or "" for element in information if _tag(element) == "samprate"
    ]
    if not stated:
        return None
    text = stated[0].strip()
    sfreq = float(text) if re.fullmatch(_REAL, text) else np.nan
    if len(stated) > 1 or not (np.isfinite(sfreq) and sfreq > 0):
        raise SignalError(
            f"{path} states the sampling rate {text[:40]!r}; expected one positive "
            "number in Hz"
        )
    return sfreq

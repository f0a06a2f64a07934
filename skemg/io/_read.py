"""Any file, recognised by what it holds."""

import functools
import inspect

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_head
from ._clinical_text import is_clinical_text, read_clinical_text
from ._columns import is_columns, read_columns
from ._eaf import is_eaf
from ._edf import is_edf, read_edf
from ._matlab import is_matlab, read_matlab
from ._matrix import is_matrix, read_matrix
from ._opensignals import is_opensignals, read_opensignals
from ._uci_gestures import is_uci_gestures, read_uci_gestures
from ._uci_lower_limb import is_uci_lower_limb, read_uci_lower_limb
from ._wav import is_wav, read_wav
from ._wfdb import is_wfdb, read_wfdb


@functools.wraps(read_uci_gestures)
def _recording_of_gestures(path, **how):
    return read_uci_gestures(path, **how)[0]


READERS = {
    "wfdb": (is_wfdb, read_wfdb),
    "edf": (is_edf, read_edf),
    "wav": (is_wav, read_wav),
    "matlab": (is_matlab, read_matlab),
    "opensignals": (is_opensignals, read_opensignals),
    "uci_lower_limb": (is_uci_lower_limb, read_uci_lower_limb),
    "uci_gestures": (is_uci_gestures, _recording_of_gestures),
    "clinical_text": (is_clinical_text, read_clinical_text),
    "columns": (is_columns, read_columns),
    "matrix": (is_matrix, read_matrix),
}


def read(
    path,
    *,
    format=None,
    channels=None,
    sfreq=None,
    unit=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
    **options,
):
    """Read the recordings of a file, whatever its format.

    The format is recognised by what the file holds, never by its name. Nothing is
    guessed: where a file does not state its sampling rate or its unit, say them here.
    What identifies a person is not kept. Read more in the
    :ref:`User Guide <reading>`.

    Parameters
    ----------
    path : path-like
        The file; of a WFDB record its header, `.hea`. Text may be packed with gzip.
    format : {"wfdb", "edf", "wav", "matlab", "opensignals", "uci_lower_limb", \
            "uci_gestures", "clinical_text", "columns", "matrix"}, default=None
        Format of the file; None recognises it.
    channels : list of str or int, default=None
        Names or numbers of the channels to read, in this order; None reads all, which
        must then have one rate and be voltages.
    sfreq : float, default=None
        Sampling frequency in Hz, for files that do not state it.
    unit : {"uV", "mV", "V", "uncalibrated"}, default=None
        Unit, for files that do not state it. "uncalibrated" takes the numbers as they
        are.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=2 GiB
        Largest file that is read, also after unpacking.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where a file contradicts itself or `sfreq` and `unit`. "warn" takes
        what is there, with the values given here, and warns.
    **options
        Further parameters of the reader of the format, such as `scale` of
        :func:`read_wav`, `sensor` of :func:`read_opensignals` or `variable` of
        :func:`read_matlab`.

    Returns
    -------
    recordings : Recordings
        Mostly one; a recording for each sweep or row where a file holds several. In µV
        where the unit is known, with `metadata`. Tracks of gestures are not among
        them, see :func:`read_uci_gestures`.

    Raises
    ------
    SignalError
        If the format is not known, or the file is damaged, contradicts itself or does
        not state what is needed; the message names the file and the cure.
    ValueError
        If a parameter has no meaning in the format.

    See Also
    --------
    read_folder : Many files and the table of their patients.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "biceps.txt"
    ...     _ = path.write_text("0.10\\n-0.20\\n0.05\\n")
    ...     emg = read(path, sfreq=1000, unit="mV")
    >>> emg
    <Recordings: 1 recordings, 0.003 s at 1000 Hz, in µV>
    """
    name = recognise(path) if format is None else format
    if name not in READERS:
        raise ValueError(f"format must be None or one of {[*READERS]}, got {format!r}")
    reader = READERS[name][1]
    known = inspect.signature(reader).parameters
    given = {"channels": channels, "sfreq": sfreq, "unit": unit}
    given = {word: value for word, value in given.items() if value is not None}
    for word, value in {**given, **options}.items():
        if word not in known or word == "return_X_y":
            raise ValueError(
                f"{path}: {word}={value!r} has no meaning in the format {name}; its "
                f"parameters are {', '.join([*known][1:])}"
            )
    asked = {
        "channels": channels,
        "sfreq": sfreq,
        "unit": unit,
        "dtype": dtype,
        "max_bytes": max_bytes,
        "on_mismatch": on_mismatch,
    }
    asked = {word: value for word, value in asked.items() if word in known}
    return reader(path, **asked, **options)


def recognise(path):
    """Return the name of the format of a file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    name : str
        A key of the readers.

    Raises
    ------
    SignalError
        If no reader knows the file, or it is an annotation.
    """
    head = read_head(path)
    if is_eaf(head, path):
        raise SignalError(f"{path} holds annotations and no signal; use read_eaf")
    known = [name for name, (is_it, _) in READERS.items() if is_it(head, path)]
    if len(known) == 1:
        return known[0]
    found = "in no format that is known" if not known else f"{' or '.join(known)}"
    raise SignalError(
        f"{path} is {found}; pass format=, one of {[*READERS]}. Columns in a text are "
        'format="columns", with n_header_lines=1 where names stand above, and with '
        'decimal="," or separator="," as they have it'
    )

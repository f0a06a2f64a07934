"""Many files and the table that says whose they are."""

import functools
import warnings

import numpy as np
from sklearn.utils import Bunch

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._alike import refuse_copies, warn_alike
from ._bytes import MAX_BYTES
from ._folder_files import list_files, match_rows
from ._read import read


def read_folder(
    pattern,
    *,
    table=None,
    file="file",
    patient="patient",
    label="label",
    on_error="raise",
    format=None,
    channels=None,
    sfreq=None,
    unit=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read the files of a folder, and join the table of their patients.

    Nothing goes missing in silence: files that the table does not name, rows without a
    file and, with `on_error="skip"`, files that cannot be read stand in `left_out`
    with the reason, and a warning says how many they are. The same samples under two
    names are an error, and names of patients or labels that differ by case, blanks or
    leading zeros alone ("N01" and "n1") are warned of. Read more in the
    :ref:`User Guide <reading>`.

    Parameters
    ----------
    pattern : path-like
        Which files, such as ``clinic/**/*.edf``; or a folder, for all files below it.
        Hidden files and the table itself are not looked at.
    table : path-like, dict of array-like, or DataFrame, default=None
        Rows that say whose the files are: a CSV file in UTF-8 with a line of names, or
        columns. None reads the files alone; the patients are then unknown.
    file, patient, label : str, default="file", "patient", "label"
        Names of columns. `file` holds the path from the folder of the pattern, or the
        bare name where that is unique; `label` need not be there. All other columns,
        such as muscle, side or age, come back in `frame`.
    on_error : {"raise", "skip"}, default="raise"
        What to do with a file that cannot be read.
    format, channels, sfreq, unit, dtype, max_bytes, on_mismatch
        As of :func:`read`, for all files.

    Returns
    -------
    emg : Bunch
        The recordings, by file, as attributes:

        data : Recordings of length n_recordings
            With the patients as groups where there is a table.
        target : ndarray of str of shape (n_recordings,) or None
            The labels.
        groups : ndarray of str of shape (n_recordings,) or None
            The patients.
        frame : dict of ndarray of shape (n_recordings,)
            `file`, `sweep` (its number within the file) and the columns of the table.
        left_out : list of dict
            `file` and `reason` of everything that was not read.

    Raises
    ------
    SignalError
        If no file matches, the table does not fit, a file cannot be read, two files
        hold the same samples, or the files differ in their channels.

    See Also
    --------
    read : One file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_folder
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, value in {"a.txt": 0.1, "b.txt": 0.2}.items():
    ...         _ = (Path(folder) / name).write_text(f"{value}\\n-0.1\\n0.05\\n")
    ...     emg = read_folder(
    ...         f"{folder}/*.txt",
    ...         table={
    ...             "file": ["a.txt", "b.txt"],
    ...             "patient": ["p1", "p2"],
    ...             "label": ["normal", "myopathic"],
    ...         },
    ...         sfreq=1000,
    ...         unit="mV",
    ...     )
    >>> emg.data
    <Recordings: 2 recordings of 2 patients, 0.003 s at 1000 Hz, in µV>
    >>> emg.target.tolist(), emg.left_out
    (['normal', 'myopathic'], [])
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f'on_error must be "raise" or "skip", got {on_error!r}')
    read_file = functools.partial(
        read,
        format=format,
        channels=channels,
        sfreq=sfreq,
        unit=unit,
        dtype=dtype,
        max_bytes=max_bytes,
        on_mismatch=on_mismatch,
    )
    home, paths = list_files(pattern, table)
    files = {path.relative_to(home).as_posix(): path for path in paths}
    rows, left_out = match_rows(list(files), table, file, patient)
    wanted = {name: path for name, path in files.items() if name in rows}
    parts = _read_files(wanted, read_file, on_error)
    left_out += [
        {"file": name, "reason": str(part)}
        for name, part in parts.items()
        if isinstance(part, SignalError)
    ]
    _warn_left_out(left_out)
    parts = {name: part for name, part in parts.items() if isinstance(part, Recordings)}
    if not parts:
        raise SignalError(f"none of the {len(paths)} files of {pattern} was read")
    _refuse_other_channels(parts)
    names = [name for name, part in parts.items() for _ in range(len(part))]
    columns = {key: np.array([rows[n][key] for n in names]) for key in rows[names[0]]}
    for key in (patient, label):
        warn_alike(columns.get(key), key)
    columns.pop(file, None)
    groups, target = columns.pop(patient, None), columns.pop(label, None)
    data = Recordings.concatenate(parts.values()).with_groups(groups)
    refuse_copies(data, names)
    frame = {
        "file": np.array(names),
        "sweep": np.concatenate([np.arange(len(part)) for part in parts.values()]),
        **({} if groups is None else {"patient": groups}),
        **columns,
    }
    return Bunch(
        data=data, target=target, groups=data.groups, frame=frame, left_out=left_out
    )


def _read_files(files, read_file, on_error):
    """Return the recordings of each file, or its error where errors are skipped."""
    parts = {}
    for name, path in files.items():
        try:
            parts[name] = read_file(path)
        except SignalError as error:
            if on_error == "raise":
                raise
            parts[name] = error
    return parts


def _warn_left_out(left_out):
    if left_out:
        warnings.warn(
            f"{len(left_out)} files or rows were left out, such as "
            f"{left_out[0]['file']!r}: {left_out[0]['reason']}; see left_out",
            UserWarning,
            stacklevel=3,
        )


def _refuse_other_channels(parts):
    (first, one), *others = parts.items()
    for name, other in others:
        for what in ("n_channels", "channel_names", "unit"):
            if getattr(one, what) != getattr(other, what):
                raise SignalError(
                    f"{name!r} has {what} {getattr(other, what)}, {first!r} has "
                    f"{getattr(one, what)}; pass channels= or unit= that fit all files"
                )

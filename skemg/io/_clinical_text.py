"""Text exports of clinical EMG machines, whose header is free."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import check_dtype
from ._clinical_blocks import split_blocks
from ._clinical_header import UNKNOWN, harmless_fields, read_header
from ._clinical_table import LAYOUTS, sweeps_of
from ._decode import decode
from ._identity import keep_unidentifying
from ._marks import find_marks
from ._stated import MICROVOLTS, disagree, resolve_rate, resolve_unit

_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1f]")
_MERGE = 1e-9  # relative; rates that are the same number


def read_clinical_text(
    path,
    *,
    sfreq=None,
    unit=None,
    encoding=None,
    decimal=None,
    separator=None,
    layout=None,
    first_line=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    r"""Read a text export of a clinical EMG machine.

    The makers publish no specification of these files. What they have in common is
    read: a header of `key: value`, `key=value` or tab-separated lines, then numbers,
    in one block or in several with headings between them. Rate, unit, number of
    samples and number of sweeps are looked for in the header by their usual names in
    English, German, French, Spanish, Turkish, Italian and Portuguese, and in the
    headings of the columns. Each sweep is one recording; channels that were recorded at
    one time are recordings too.

    Nothing is guessed. Rate and unit must be stated, with their units, or given; a
    statement that contradicts another, a number of samples or sweeps that is not
    there, a mark that may be one of thousands, and a line among the numbers that is
    neither numbers nor a heading are refused. A file that states no number of samples
    and is cut short between two rows cannot be told from a shorter one.

    What the header says of the patient stays in it: of all lines only those of age,
    sex, muscle, side, diagnosis, device and filters reach the metadata, and no message
    shows a line.

    Parameters
    ----------
    path : path-like
        The file; it may be packed with gzip.
    sfreq : float, default=None
        Sampling frequency in Hz. Needed where the header does not state it.
    unit : {"uV", "mV", "V", "uncalibrated"}, default=None
        Unit of the values. Needed where the header does not state it.
    encoding : str, default=None
        Of the text. None takes the byte order mark, UTF-16, UTF-8, or else
        Windows-1252.
    decimal : {".", ","}, default=None
        The decimal mark, in header and numbers. None takes the one that leaves no
        doubt.
    separator : {";", tab, ",", " "}, default=None
        What stands between two numbers. None takes the one that leaves no doubt.
    layout : {"columns", "rows", "lines"}, default=None
        Where a sweep stands: in a column, in a row, or in all lines of a block one
        after the other. None asks headings and number of samples. A first column of
        times or counts is checked and left out.
    first_line : int, default=None
        The line of the first number, where the header holds lines that look like
        numbers.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    max_bytes : int, default=2 GiB
        Longest file that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the file contradicts what it states or what is given; "warn"
        takes the given rate and unit and the samples that are there.

    Returns
    -------
    recordings : Recordings of length n_sweeps
        In µV, or uncalibrated if asked for. `metadata[i]` has `sweep`, counted from 1,
        what is kept of the header, `n_withheld`, the number of fields that are not,
        and after a warning `n_times_stated` or `n_sweeps_stated`.

    Raises
    ------
    SignalError
        If the file is not understood without a guess; the message names the line or
        the parameter to pass.
    ValueError
        If a parameter has no such value.

    See Also
    --------
    read_columns : Columns of numbers without a header.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.io import read_clinical_text
    >>> lines = ["Nachname: Mustermann", "Muskel: M. biceps brachii",
    ...          "Abtastrate: 48 kHz", "Einheit: µV", "", "0,5", "-12,25", "7"]
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "export.txt"
    >>> _ = path.write_text("\r\n".join(lines), "cp1252")
    >>> emg = read_clinical_text(path)
    >>> emg[0], emg.sfreq
    (array([  0.5 , -12.25,   7.  ], dtype=float32), array([48000.]))
    >>> emg.metadata[0]["muscle"]
    'M. biceps brachii'
    >>> folder.cleanup()
    """
    dtype = check_dtype(dtype)
    _check_parameters(layout, first_line)
    content = read_packed_bytes(path, max_bytes=max_bytes)
    text = decode(path, content, encoding)
    del content
    if _NO_TEXT.search(text):
        raise SignalError(
            f"{path} holds characters that no text has; pass encoding=... or export it "
            "again"
        )
    blocks = split_blocks(path, re.sub("\r\n?", "\n", text), first_line)
    del text
    headers = [
        read_header(path, block.header, decimal=decimal, given_rate=sfreq is not None)
        for block in blocks
    ]
    rates, units = _all(headers, "rates"), _all(headers, "units")
    n_sweeps = _one_number(path, _all(headers, "n_sweeps"), None, "numbers of sweeps")
    rows = b"\n".join(block.text for block in blocks)
    marks = find_marks(path, rows, separator=separator, decimal=decimal)
    marks = dict(zip(("separator", "decimal"), marks, strict=True))
    known = rates or ([] if sfreq is None else [(sfreq, sfreq, sfreq)])
    sweeps, metadata, n_times, all_stated = [], [], None, True
    for block, header in zip(blocks, headers, strict=True):
        n_times = _one_number(path, header.n_times, n_times, "numbers of samples")
        all_stated = all_stated and n_times is not None
        table, column_units, column_rates = sweeps_of(
            path,
            block,
            marks,
            layout=layout,
            n_times=n_times,
            n_sweeps=n_sweeps,
            rates=known,
            on_mismatch=on_mismatch,
        )
        units += column_units
        rates += column_rates
        own = [] if header is headers[0] else header.fields
        kept = keep_unidentifying(harmless_fields([*own, *headers[0].fields]))
        kept |= _check_length(path, table, n_times, on_mismatch)
        sweeps += list(table)
        metadata += [kept] * len(table)
    extra = _check_sweeps(
        path, blocks, headers, sweeps, n_sweeps, all_stated, on_mismatch
    )
    stated = _stated_rate(path, rates, headers, sfreq, on_mismatch)
    sfreq = resolve_rate(path, stated, sfreq, on_mismatch=on_mismatch)
    unit = _resolved_unit(path, units, headers, unit, on_mismatch)
    factor = MICROVOLTS.get(unit, 1.0)
    return Recordings.from_list(
        [np.multiply(sweep, factor).astype(dtype) for sweep in sweeps],
        sfreq=sfreq,
        unit=None if unit is None else "uV",
        metadata=[
            {"format": "clinical-text", "sweep": i, **kept, **extra}
            for i, kept in enumerate(metadata, 1)
        ],
    )


def _all(headers, name):
    return [entry for header in headers for entry in getattr(header, name)]


def _stated_rate(path, rates, headers, sfreq, on_mismatch):
    """Return the rate that all statements allow, the given one if it is such."""
    if not rates:
        if sfreq is None and any(header.rate_without_unit for header in headers):
            raise SignalError(
                f"{path} states its sampling rate or interval without a unit such as "
                "Hz or ms; pass sfreq=... in Hz"
            )
        return None
    lows, highs, values = zip(*rates, strict=True)
    if min(values) <= 0:
        return min(values)
    low, high = max(lows) * (1 - _MERGE), min(highs) * (1 + _MERGE)
    if low > high:
        text = f"{path} states rates from {min(values):g} to {max(values):g} Hz"
        if sfreq is None:
            raise SignalError(f"{text}; correct it or pass sfreq=... in Hz")
        disagree(text, on_mismatch)
        return None
    if isinstance(sfreq, int | float | np.number) and low <= sfreq <= high:
        return float(sfreq)
    return min(rates, key=lambda rate: rate[1] - rate[0])[2]


def _resolved_unit(path, units, headers, unit, on_mismatch):
    if unit is not None:
        units = [stated for stated in units if stated != UNKNOWN]
    if len(set(units)) > 1:
        text = f"{path} states different units, {' and '.join(sorted(set(units)))}"
        if unit is None:
            raise SignalError(f"{text}; correct it or pass unit=...")
        disagree(text, on_mismatch)
        units = []
    if unit is None and any(header.per_count for header in headers):
        raise SignalError(
            f"{path} states a voltage per count, so that its numbers may be counts; "
            'pass unit="uV" or the like if they are voltages, or unit="uncalibrated"'
        )
    stated = units[0] if units else None
    return resolve_unit(path, stated, unit, on_mismatch=on_mismatch)


def _one_number(path, numbers, before, what):
    if len(set(numbers)) > 1:
        raise SignalError(f"{path} states different {what}: {sorted(set(numbers))}")
    return numbers[0] if numbers else before


def _check_length(path, sweeps, n_times, on_mismatch):
    """Compare a block with the number of samples that its header states."""
    found = sweeps.shape[1]
    if n_times is None or n_times == found:
        return {}
    disagree(f"{path} states {n_times} samples, but a sweep has {found}", on_mismatch)
    return {"n_times_stated": n_times}


def _check_sweeps(path, blocks, headers, sweeps, n_sweeps, all_stated, on_mismatch):
    """Compare all sweeps with each other and with the numbers that are stated."""
    bare = [not any(map(str.strip, block.header)) for block in blocks[1:]]
    if any(bare) and n_sweeps is None and not all_stated:
        line = blocks[1 + bare.index(True)].line
        raise SignalError(
            f"{path} has numbers behind an empty line, from line {line} on, and does "
            "not say how many there are; a row may be missing: export it again"
        )
    if len({len(sweep) for sweep in sweeps}) > 1 and not all_stated:
        disagree(
            f"{path} has sweeps of {min(map(len, sweeps))} to {max(map(len, sweeps))} "
            "samples and does not state how many each has; pass first_line=... if its "
            "header holds numbers alone in a line",
            on_mismatch,
        )
    n_total = _one_number(
        path, _all(headers, "n_total"), None, "total numbers of samples"
    )
    n_found = sum(map(len, sweeps))
    if n_total not in (None, n_found):
        disagree(
            f"{path} states {n_total} samples in all, but has {n_found}", on_mismatch
        )
    if n_sweeps is None or n_sweeps == len(sweeps):
        return {}
    disagree(f"{path} states {n_sweeps} sweeps, but has {len(sweeps)}", on_mismatch)
    return {"n_sweeps_stated": n_sweeps}


def _check_parameters(layout, first_line):
    if layout is not None and layout not in LAYOUTS:
        raise ValueError(f"layout must be None or one of {LAYOUTS}, got {layout!r}")
    whole = isinstance(first_line, int | np.integer) and not isinstance(
        first_line, bool
    )
    if first_line is not None and not (whole and first_line >= 1):
        raise ValueError(f"first_line must be a line, from 1 on, got {first_line!r}")


def is_clinical_text(head, path):
    """Whether a text states a sampling rate in a header of keys and values.

    Parameters
    ----------
    head : bytes
        The first 4096 bytes, unpacked.
    path : path-like
        For nothing but messages: the content tells.

    Returns
    -------
    bool
        True where a key such as "sampling rate" has a value in Hz or seconds.
    """
    try:
        text = decode(path, head[: len(head) // 2 * 2])
        if not text or text[0] in "<{" or _NO_TEXT.search(text):
            return False
        lines = re.split(r"\r\n?|\n", text)
        header = read_header(path, lines, given_rate=True)
    except SignalError:
        return False
    return bool(header.rates or header.rate_without_unit) and len(lines) > 1

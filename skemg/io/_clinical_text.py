"""Text exports of clinical EMG machines, whose header is free."""

import re

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import check_dtype
from ._clinical_blocks import split_blocks
from ._clinical_header import harmless_fields, read_header
from ._clinical_table import LAYOUTS, sweeps_of
from ._decode import decode
from ._identity import keep_unidentifying
from ._marks import find_marks
from ._stated import MICROVOLTS, disagree, resolve_rate, resolve_unit
from ._times import roundest

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
    blocks = split_blocks(path, re.sub("\r\n?", "\n", text), first_line)
    del text
    headers = [
        read_header(path, block.header, decimal=decimal, given_rate=sfreq is not None)
        for block in blocks
    ]
    rates = [rate for header in headers for rate in header.rates]
    units = [stated for header in headers for stated in header.units]
    rows = b"\n".join(block.text for block in blocks)
    names = ("separator", "decimal")
    marks = find_marks(path, rows, separator=separator, decimal=decimal)
    marks = dict(zip(names, marks, strict=True))
    n_sweeps = _one_number(
        path,
        [n for header in headers for n in header.n_sweeps],
        None,
        "numbers of sweeps",
    )
    sweeps, metadata, n_times = [], [], None
    for block, header in zip(blocks, headers, strict=True):
        n_times = _one_number(path, header.n_times, n_times, "numbers of samples")
        known = rates or ([] if sfreq is None else [(sfreq, sfreq)])
        found = sweeps_of(
            path,
            block,
            marks,
            layout=layout,
            n_times=n_times,
            n_sweeps=n_sweeps,
            rates=known,
        )
        units += found[1]
        rates += found[2]
        own = [] if header is headers[0] else header.fields
        kept = keep_unidentifying(harmless_fields([*own, *headers[0].fields]))
        extra = _check_length(path, found[0], n_times, on_mismatch)
        sweeps += list(found[0])
        metadata += [{**kept, **extra} for _ in found[0]]
    totals = [n for header in headers for n in header.n_total]
    extra = _check_sweeps(path, blocks, sweeps, n_sweeps, n_times, totals, on_mismatch)
    metadata = [
        {"format": "clinical-text", "sweep": i, **kept, **extra}
        for i, kept in enumerate(metadata, 1)
    ]
    sfreq = resolve_rate(
        path, _stated_rate(path, rates, headers, sfreq), sfreq, on_mismatch=on_mismatch
    )
    unit = _resolved_unit(path, units, headers, unit, on_mismatch)
    factor = MICROVOLTS.get(unit, 1.0)
    return Recordings.from_list(
        [np.multiply(sweep, factor).astype(dtype) for sweep in sweeps],
        sfreq=sfreq,
        unit=None if unit is None else "uV",
        metadata=metadata,
    )


def _stated_rate(path, rates, headers, sfreq):
    """Return the rate that all statements allow, the given one if it is such."""
    if not rates:
        if sfreq is None and any(header.rate_without_unit for header in headers):
            raise SignalError(
                f"{path} states its sampling rate or interval without a unit such as "
                "Hz or ms; pass sfreq=... in Hz"
            )
        return None
    low = max(low for low, _ in rates) * (1 - _MERGE)
    high = min(high for _, high in rates) * (1 + _MERGE)
    if low > high:
        found = sorted(f"{roundest(*rate):g}" for rate in rates)
        raise SignalError(
            f"{path} states different sampling rates, {found[0]} to {found[-1]} Hz; "
            "correct it or export it again"
        )
    if isinstance(sfreq, int | float | np.number) and low <= sfreq <= high:
        return float(sfreq)
    low, high = min(rates, key=lambda rate: rate[1] - rate[0])
    return low if low == high else roundest(low, high)


def _resolved_unit(path, units, headers, unit, on_mismatch):
    if len(set(units)) > 1:
        raise SignalError(
            f"{path} states different units, {' and '.join(sorted(set(units)))}; "
            "correct it or export it again"
        )
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


def _check_sweeps(path, blocks, sweeps, n_sweeps, n_times, totals, on_mismatch):
    bare = [not any(map(str.strip, block.header)) for block in blocks[1:]]
    if any(bare) and n_sweeps is None and n_times is None:
        line = blocks[1 + bare.index(True)].line
        raise SignalError(
            f"{path} has numbers behind an empty line, from line {line} on, and does "
            "not say how many there are; a row may be missing: export it again"
        )
    if len({len(sweep) for sweep in sweeps}) > 1 and n_times is None:
        disagree(
            f"{path} has sweeps of {min(map(len, sweeps))} to {max(map(len, sweeps))} "
            "samples and does not state how many they have",
            on_mismatch,
        )
    n_total = _one_number(path, totals, None, "total numbers of samples")
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
        if not text or text[0] in "<{" or re.search(r"[\0-\x08\x0e-\x1f]", text):
            return False
        lines = re.split(r"\r\n?|\n", text)
        header = read_header(path, lines, given_rate=True)
    except SignalError:
        return False
    return bool(header.rates or header.rate_without_unit) and len(lines) > 1

"""EDF, EDF+ and BDF files."""

import re

import numpy as np

from skemg.exceptions import SignalError

from ._bytes import MAX_BYTES, read_packed_bytes
from ._channels import as_recording, check_dtype, choose_channels, distinct_names
from ._edf_header import parse_edf_header, resolve_n_records
from ._identity import keep_unidentifying
from ._limits import common_limits
from ._stated import MICROVOLTS, UNCALIBRATED, known_unit, resolve_rate

_BLOCK_BYTES = 1 << 20
_ONSET = re.compile(rb"([+-]\d{1,15}(?:\.\d{0,15})?)\x14")
_DURATION, _N_RECORDS = slice(244, 252), slice(236, 244)


def is_edf(head, path):
    """Return whether a file is an EDF, EDF+ or BDF file.

    Parameters
    ----------
    head : bytes
        Its first 4096 bytes.
    path : path-like
        The file; not opened.

    Returns
    -------
    found : bool
    """
    magic = head[:8] in (b"0       ", b"\xffBIOSEMI")
    n_bytes, n_signals = head[184:192].strip(), head[252:256].strip()
    if not (magic and n_bytes.isdigit() and n_signals.isdigit()):
        return False
    return int(n_bytes) == 256 * (int(n_signals) + 1)


def read_edf(
    path,
    *,
    channels=None,
    sfreq=None,
    unit=None,
    dtype=np.float32,
    max_bytes=MAX_BYTES,
    on_mismatch="raise",
):
    """Read an EDF, EDF+ or BDF file.

    All channels that are read need one rate and a voltage as unit; `channels` leaves
    others out. The channel of annotations is no signal and always left out. A
    discontinuous file (EDF+D) is read if its records follow each other without a gap.

    Parameters
    ----------
    path : path-like
        The file; it may be packed with gzip.
    channels : list of str or int, default=None
        Which channels, by label or by position from 0, annotations not counted; None
        takes all. The second of two equal labels is called "label (2)".
    sfreq : float, default=None
        Rate in Hz. Needed where a record has no duration, else compared.
    unit : {"uV", "mV", "V", "uncalibrated"}, default=None
        Unit, where the file states none; "uncalibrated" takes the physical values
        as they are.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Of the values.
    max_bytes : int, default=2 GiB
        Longest file that is read.
    on_mismatch : {"raise", "warn"}, default="raise"
        What to do where the number of records and the size of the file differ, or the
        caller and the header. "warn" reads the whole records that are there, keeps
        `n_records_stated` in the metadata, and takes what the caller says.

    Returns
    -------
    recording : Recordings of length 1
        In µV, or uncalibrated. Of the header the metadata keeps the filters if they
        are the same for all channels, the sex (EDF+), and the physical range as
        `clip_low` and `clip_high`; never names, codes or dates.

    Raises
    ------
    SignalError
        If the file is damaged or discontinuous, or rate or unit are not stated or not
        common to the channels.

    References
    ----------
    .. [1] Kemp, B. and Olivan, J. (2003). "European data format 'plus' (EDF+), an EDF
       alike standard format for the exchange of physiological data." Clinical
       Neurophysiology, 114(9), 1755-1761. doi:10.1016/S1388-2457(03)00123-8

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from edfio import Edf, EdfSignal
    >>> from skemg.io import read_edf
    >>> wave = np.sin(np.arange(2000.0))
    >>> signal = EdfSignal(wave, 1000, label="EMG deltoid", physical_dimension="mV")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Edf([signal]).write(Path(folder) / "visit.edf")
    ...     emg = read_edf(Path(folder) / "visit.edf")
    >>> emg
    <Recordings: 1 recordings, 2 s at 1000 Hz, in µV>
    >>> emg.channel_names, round(float(emg.values.max()))
    (['EMG deltoid'], 1000)
    """
    dtype = check_dtype(dtype)
    content = read_packed_bytes(path, max_bytes=max_bytes)
    header = parse_edf_header(path, content)
    n_records = resolve_n_records(path, header, len(content), on_mismatch)
    if header.discontinuous:
        _refuse_gaps(path, header, content, n_records)
    places = [i for i in range(len(header.signals)) if not header.is_annotation(i)]
    if not places:
        raise SignalError(f"{path} has annotations only; there is no signal to read")
    names = distinct_names([header.signals[i]["label"] for i in places])
    index = choose_channels(path, names, channels)
    names, places = [names[i] for i in index], [places[i] for i in index]
    chosen = [header.signals[i] for i in places]
    rate = _common_rate(path, header, chosen, names)
    _refuse_mixed_units(path, chosen, names, unit)
    metadata = {"format": header.kind.lower(), **_kept(header, chosen)}
    metadata |= _limits(header, places, unit, dtype)
    if n_records != header.n_records:
        metadata["n_records_stated"] = header.n_records
    return as_recording(
        path,
        _physical_values(header, content, n_records, places, dtype),
        names,
        [signal["unit"] for signal in chosen],
        sfreq=resolve_rate(path, rate, sfreq, on_mismatch=on_mismatch),
        unit=unit,
        dtype=dtype,
        on_mismatch=on_mismatch,
        metadata=metadata,
    )


def _common_rate(path, header, chosen, names):
    """Return the rate of the channels, None where a record has no duration."""
    if len({signal["n_samples"] for signal in chosen}) > 1:
        counts = [signal["n_samples"] for signal in chosen]
        raise SignalError(
            f"{path} has channels of different rates, with {counts} samples a record "
            f"of {header.duration:g} s in {names}; choose those of one rate with "
            "channels=[...]"
        )
    return chosen[0]["n_samples"] / header.duration if header.duration else None


def _refuse_mixed_units(path, chosen, names, unit):
    voltages = [known_unit(signal["unit"]) is not None for signal in chosen]
    if unit != UNCALIBRATED and any(voltages) and not all(voltages):
        others = {
            name: signal["unit"]
            for name, signal, voltage in zip(names, chosen, voltages, strict=True)
            if not voltage
        }
        raise SignalError(
            f"{path} mixes voltages with other channels, {others}; leave those out "
            "with channels=[...]"
        )


def _physical_values(header, content, n_records, places, dtype):
    """Return the channels in the units of the file, read in blocks of records."""
    read = _import_reader(header.kind)
    n_each = header.signals[places[0]]["n_samples"]
    values = np.empty((len(places), n_records * n_each), dtype)
    size = header.n_record_bytes
    n_block = max(1, _BLOCK_BYTES // size)
    for first in range(0, n_records, n_block):
        n = min(n_block, n_records - first)
        head = bytearray(header.kept)
        head[_N_RECORDS] = f"{n:<8}".encode()
        head[_DURATION] = b"1       "  # rates are none of its business
        start = header.n_bytes + first * size
        block = read(bytes(head) + content[start : start + n * size])
        for row, i in zip(values, places, strict=True):
            row[first * n_each : (first + n) * n_each] = block.signals[i].data
    return values


def _import_reader(kind):
    try:
        import edfio
    except ImportError as error:
        raise ImportError("read_edf needs edfio; pip install skemg[io]") from error
    return edfio.read_edf if kind == "EDF" else edfio.read_bdf


def _refuse_gaps(path, header, content, n_records):
    """Refuse a file whose records do not follow each other."""
    sizes = [header.n_sample_bytes * s["n_samples"] for s in header.signals]
    first = [i for i in range(len(sizes)) if header.is_annotation(i)]
    if not first:
        raise SignalError(f"{path} is discontinuous and has no onsets of its records")
    place = header.n_bytes + sum(sizes[: first[0]])
    begin = None
    for number in range(n_records):
        found = _ONSET.match(content, place + number * header.n_record_bytes)
        onset = float(found[1]) if found else float("nan")
        begin = onset if begin is None else begin
        if not abs(onset - begin - number * header.duration) < 1e-6:
            raise SignalError(
                f"{path} is discontinuous (EDF+D): record {number} does not follow the "
                "one before it; export its pieces as files of their own"
            )


def _kept(header, chosen):
    filters = {signal["filters"] for signal in chosen}
    fields = {"sex": header.sex, "prefilter": filters.pop()}
    if filters:  # channels differ
        del fields["prefilter"]
    kept = keep_unidentifying((k, v) for k, v in fields.items() if v)
    kept["n_withheld"] += header.n_withheld
    return kept


def _limits(header, places, unit, dtype):
    """Return the ends of the range, rounded as the values are."""
    header = header.with_single_samples()
    content = bytearray(header.n_bytes)
    for name in ("digital_min", "digital_max"):
        for i, signal in enumerate(header.signals):
            value = 0 if header.is_annotation(i) else signal[name]
            content += value.to_bytes(header.n_sample_bytes, "little", signed=True)
    ends = _physical_values(header, bytes(content), 2, places, dtype)
    for row, place in zip(ends, places, strict=True):
        known = known_unit(unit) or known_unit(header.signals[place]["unit"])
        row *= 1.0 if unit == UNCALIBRATED else MICROVOLTS.get(known, 1.0)
    return common_limits(ends.min(axis=1), ends.max(axis=1))

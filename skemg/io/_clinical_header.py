"""What the free header of a clinical export states, in several languages."""

import dataclasses
import re
import unicodedata

from skemg.exceptions import SignalError

from ._stated import known_unit
from ._times import SECONDS, roundest

UNKNOWN = "another unit"
ROUNDING = 0.01  # the most that a number may be rounded, relative; our choice
_EXACT = 1e-3  # relative; an interval of less digits is taken as printed; our choice
_HERTZ = {"hz": 1.0, "khz": 1e3, "sps": 1.0}
_VOLTS = ("uv", "mv", "v", "microvolt", "microvolts", "mikrovolt", "millivolt", "volt")
_UNITS = {*_HERTZ, *SECONDS, *_VOLTS, "millivolts", "volts", "milivolt"}
# the first sampling, Abtastung, échantillonnage, muestreo, örnekleme, campionamento
_SAMPLING = re.compile(r"sampl|abtast|echantillon|muestr|ornekle|campion|amostra|^fs$")
_NO_RATE = re.compile(r"filt|cut|band|grenz|corte|coupure|notch|stim|durat|dauer|count")
_RATE = re.compile(r"rate|freq|frec|frek|taux|tasa|taxa|hizi|^fs$")
_PER_SECOND = re.compile(r"\b(?:per s|per second|pro sekunde|par seconde|por segundo)$")
_INTERVAL = re.compile(r"interv|period|aralig|abstand|^dt$")
_COUNTED = (
    r"samples?|points?|datapoints|abtastwerte|messwerte|werte|datenpunkte|messpunkte|"
    r"punkte|echantillons|muestras|puntos|ornek|nokta|campioni|punti"
)
_NUMBER_OF = r"(?:number|no|nr|num|nb|n|anzahl|nombre|numero|total|data)"
_N_SAMPLES = re.compile(
    rf"(?:{_NUMBER_OF} )*(?:(?:of|der|de|d|di) )?(?:{_COUNTED})"
    r"(?: (?:count|number|sayisi|(?:per|pro|je|par|por) (?!s\b|sec)\w+))?"
)
_N_SWEEPS = re.compile(
    rf"(?:{_NUMBER_OF} )*(?:(?:of|der|de|di) )?(?:sweeps|traces|curves|kurven|spuren|"
    r"durchgange|balayages|courbes|barridos|trazos|curvas|tarama sayisi|tracce)"
)
_UNIT_WORD = re.compile(
    r"\b(?:units?|einheit|einheiten|unites?|unidad(?:es?)?|birimi?|unita)\b"
)
_OTHER_AXIS = re.compile(r"\b(?:x|time|zeit|temps|tiempo|zaman|tempo)\b")
_PER_COUNT = re.compile(r"v ?(?:/|per|pro|par|por) ?(?:bit|lsb|digit|count|adu|step)")
_IDENTITY = re.compile(
    r"name|nom|patient|pacient|hasta|apellido|arzt|doctor|doktor|hekim|physician|"
    r"medec|medic|klinik|clinic|hospital|hopital|hastane|krankenhaus|address|adres|"
    r"birth|geburt|naiss|nacim|dogum|\bid\b|\badi?\b|soyad|operator|referr"
)
_PLACES = ("site", "location")  # of the muscle, or of the hospital
_TELLTALE = re.compile(
    r"[:=]|\b(?:dr|prof|mr|mrs|ms|herr|frau|mme|sr|sra)\b|\d{5}|"
    r"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"[:=\t;,]")
_NUMBER = re.compile(
    r"(?P<number>[-+]?[0-9][0-9.,]*+(?:[eE][-+]?[0-9]{1,2})?)(?P<rest>.*)"
)
_THOUSANDS = re.compile(r"(?<=\d)[ '\u00a0\u202f\u2019](?=\d{3}(?!\d))")
_AMBIGUOUS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")


@dataclasses.dataclass
class Statements:
    """What a header states; a rate is `(low, high, value)` in Hz, as printed."""

    rates: list = dataclasses.field(default_factory=list)
    units: list = dataclasses.field(default_factory=list)
    n_times: list = dataclasses.field(default_factory=list)
    n_total: list = dataclasses.field(default_factory=list)
    n_sweeps: list = dataclasses.field(default_factory=list)
    fields: list = dataclasses.field(default_factory=list)
    rate_without_unit: bool = False
    per_count: bool = False


def fold(text):
    """Return text in small letters without accents and punctuation, µ as u."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", text.replace("μ", "u")).split())


def as_pair(line):
    """Return key and value of `key: value`, `key=value` or `key<tab>value`, or None."""
    delimiter = _DELIMITER.search(line[:120])
    if delimiter is None:
        return None
    key, value = line[: delimiter.start()], line[delimiter.end() :]
    if not re.search(r"[^\W\d_]{2}", key):
        return None
    value = re.sub(r"[\t;]+|,(?!\d)", " ", value[:1000])
    return key.strip(' "'), value.strip(' "')


def unit_at_end(text):
    """Return folded text without the unit at its end, and the unit or None."""
    words = fold(text).split()
    if not words or words[-1] not in _UNITS:
        return " ".join(words), None
    rest = words[:-1]
    return " ".join(rest[:-1] if rest[-1:] == ["in"] else rest), words[-1]


def read_header(path, lines, *, decimal=None, given_rate=False):
    """Return what header lines state.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    lines : list of str
        The header.
    decimal : {".", ","}, default=None
        The caller's decimal mark.
    given_rate : bool, default=False
        Whether the caller gives the rate, so that a doubtful one does not matter.

    Returns
    -------
    statements : Statements
        Nothing of it is fit for a message but the numbers.
    """
    found = Statements()
    for line in lines:
        low = fold(line.replace("/", " per "))
        found.per_count = found.per_count or _PER_COUNT.search(low) is not None
        pair = as_pair(line)
        if pair is None:
            continue
        found.fields.append(pair)
        key, unit = unit_at_end(pair[0])
        number = _NUMBER.match(_THOUSANDS.sub("", pair[1]))
        if number is None:
            _note_unit(found, key, pair[1])
            continue
        unit = _unit_of(number["rest"]) or unit
        if unit is None and re.search(r"\w", number["rest"]):
            _refuse_count(path, key, number["rest"])
            continue
        if _SAMPLING.search(key) or key == "dt":
            _note_rate(path, found, key, number["number"], unit, decimal, given_rate)
        if unit is None:
            _note_count(path, found, key, number["number"])
    return found


def _unit_of(rest):
    words = fold(rest.replace("/", " ")).split()
    if words in (["samples", "s"], ["s", "s"], ["per", "second"], ["1", "s"]):
        return "hz"
    if words == ["ks", "s"]:
        return "khz"
    return words[0] if words and words[0] in _UNITS else None


def _note_unit(found, key, value):
    if not _UNIT_WORD.search(key) or _OTHER_AXIS.search(key):
        return
    words = fold(value).split()
    if words:
        found.units.append(as_voltage(words[0]) or UNKNOWN)


def as_voltage(word):
    """Return "uV", "mV" or "V" for a folded word, or None."""
    if word is None:
        return None
    return known_unit(word.replace("mikro", "micro").replace("miliv", "milliv"))


def _note_rate(path, found, key, number, unit, decimal, given_rate):
    if _NO_RATE.search(key):
        return
    if unit is None and _PER_SECOND.search(key):
        unit = "hz"
    is_interval = bool(_INTERVAL.search(key))
    if unit is None:
        found.rate_without_unit |= is_interval or _RATE.search(key) is not None
        return
    if not (unit in _HERTZ and not is_interval) and not (
        unit in SECONDS and is_interval
    ):
        return
    if _AMBIGUOUS.fullmatch(number) and decimal is None:
        if given_rate:
            return
        raise SignalError(
            f"{path} states a sampling rate or interval of {number!r}, where the mark "
            "may be decimal or one of thousands; pass decimal=... or sfreq=..."
        )
    value, half = _as_number(number, decimal)
    if value is None:
        return
    half = min(half, ROUNDING * abs(value))
    low, high = value - half, value + half
    if not is_interval:
        scale = _HERTZ[unit]
        found.rates.append((low * scale, high * scale, value * scale))
    elif value > 0:
        scale = SECONDS[unit]
        slow, fast = 1 / (high * scale), 1 / (low * scale)
        exact = fast - slow < _EXACT * slow
        value = roundest(slow, fast) if exact else 1 / (value * scale)
        found.rates.append((slow, fast, value))


def _as_number(text, decimal):
    """Return a number and half of its last digit, or None where it is none."""
    marks = re.findall(r"[.,]", text)
    if decimal is None and marks:
        decimal = marks[-1] if marks.count(marks[-1]) == 1 else ";"
    thousands = {".": ",", ",": "."}.get(decimal, r".,")
    text = re.sub(rf"[{thousands}](?=\d{{3}}(?!\d))", "", text)
    text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None, None
    mantissa, _, exponent = text.lower().partition("e")
    n_decimals = len(mantissa.partition(".")[2])
    half = 0.5 * 10.0 ** (int(exponent or 0) - n_decimals) if n_decimals else 0.0
    return value, half


def _note_count(path, found, key, number):
    whole = re.sub(r"[.,](?=\d{3}(?!\d))", "", number)
    if not whole.isdecimal() or len(whole) > 12:
        _refuse_count(path, key, whole)
    elif _N_SAMPLES.fullmatch(key):
        of = found.n_total if key.startswith("total") else found.n_times
        of.append(int(whole))
    elif _N_SWEEPS.fullmatch(key):
        found.n_sweeps.append(int(whole))


def _refuse_count(path, key, rest):
    """Raise for a number of samples or sweeps with more digits behind it."""
    counts = _N_SAMPLES.fullmatch(key) or _N_SWEEPS.fullmatch(key)
    if counts and re.search(r"\d", rest):
        raise SignalError(
            f"{path} states a number of samples or sweeps that is no whole number; "
            "correct it or export it again"
        )


def harmless_fields(fields):
    """Return the pairs with an empty value wherever it may say who a person is.

    Parameters
    ----------
    fields : list of (str, str)
        All pairs of the header.

    Returns
    -------
    fields : list of (str, str)
        The same pairs. Emptied are values that hold another pair, a title, a date, a
        long number, a word of a name in another line, or a place.
    """
    secrets = set()
    for key, value in fields:
        if _IDENTITY.search(fold(key)):
            secrets.update(word for word in fold(value).split() if len(word) > 2)
    return [
        (key, "" if _tells(key, value) or secrets & set(fold(value).split()) else value)
        for key, value in fields
    ]


def _tells(key, value):
    return fold(key) in _PLACES or _TELLTALE.search(value) is not None

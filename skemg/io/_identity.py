"""What of a header is kept: nothing that tells who the patient is."""

import re
import unicodedata

_KEPT = {
    "age": ("age", "alter", "edad", "age at study"),
    "sex": ("sex", "gender", "geschlecht", "sexo", "sexe"),
    "muscle": ("muscle", "muskel", "musculo", "músculo", "site", "location"),
    "side": ("side", "seite", "lado", "body side"),
    "diagnosis": ("diagnosis", "diagnose", "diagnoses"),
    "needle_depth": ("needle depth", "depth"),
    "device": ("device", "recorder", "equipment"),
    "filters": ("filter", "filters", "prefilter"),
    "low_cut": ("low cut", "low filter", "highpass", "high pass", "hff low"),
    "high_cut": ("high cut", "high filter", "lowpass", "low pass"),
}
_NAMES = {word: name for name, words in _KEPT.items() for word in words}
_WORD = re.compile(r"[^\W\d_]+")
_AGE = re.compile(r"\d{1,3}(?:[.,]\d)?")
_SEXES = {"m": "male", "male": "male", "man": "male", "f": "female"}
_SEXES |= {"female": "female", "woman": "female", "w": "female"}
_MAX_TEXT = 80
_FILTERS = ("filters", "low_cut", "high_cut")
_FILTER_WORDS = {"hp", "lp", "bp", "n", "hz", "khz", "s", "ms", "db", "oct", "dc"}
_FILTER_WORDS |= {"no", "none", "off", "on", "notch", "high", "low", "band", "pass"}
_FILTER_WORDS |= {"highpass", "lowpass", "bandpass", "bandstop", "cut", "to", "and"}
_FILTER_WORDS |= {"stop", "order", "butterworth", "filter"}
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


def keep_unidentifying(fields):
    """Return the metadata of a header that does not identify anybody.

    Only what stands on a list of harmless names is kept, such as age, sex and muscle;
    names, birth dates, numbers of patients, dates of recording and free text are not.

    Parameters
    ----------
    fields : iterable of (str, str)
        Names and values, as they stand in the header.

    Returns
    -------
    metadata : dict
        What is kept, under our names, and `n_withheld`, the number of fields that are
        not.
    """
    kept, n_withheld = {}, 0
    for key, value in fields:
        name = _NAMES.get(" ".join(key.replace("_", " ").lower().split()))
        value = _plain(name, " ".join(value.split()))
        if name is None or value is None or name in kept:
            n_withheld += bool(key or value)
        else:
            kept[name] = value
    return {**kept, "n_withheld": n_withheld}


def _plain(name, value):
    """Return a value in the form it must have, None where it has another."""
    if name == "age":
        return float(value.replace(",", ".")) if _AGE.fullmatch(value) else None
    if name == "sex":
        return _SEXES.get(value.lower())
    if name in _FILTERS and not {*_WORD.findall(value.lower())} <= _FILTER_WORDS:
        return None
    return value if 0 < len(value) <= _MAX_TEXT else None


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
        (key or "comment", "")
        if _tells(key, value) or secrets & set(fold(value).split())
        else (key, value)
        for key, value in fields
    ]


def _tells(key, value):
    return fold(key) in _PLACES or _TELLTALE.search(value) is not None


def fold(text):
    """Return text in small letters without accents and punctuation, µ as u."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", text.replace("μ", "u")).split())

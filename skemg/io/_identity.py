"""What of a header is kept: nothing that tells who the patient is."""

import re

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
_AGE = re.compile(r"\d{1,3}(?:[.,]\d)?")
_SEXES = {"m": "male", "male": "male", "man": "male", "f": "female"}
_SEXES |= {"female": "female", "woman": "female", "w": "female"}
_MAX_TEXT = 80


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
    return value if 0 < len(value) <= _MAX_TEXT else None

"""WFDB records of a data set whose folders are not known, by their names."""

from skemg.exceptions import SignalError

from ._home import find_folder


def find_records(data_home, *, name, pattern, example, source):
    """Return the headers below the folder of a data set whose names match.

    Parameters
    ----------
    data_home : path-like or None
        The folder or its parent; None asks the environment variable `SKEMG_DATA`.
    name : str
        What the folder is called where it lies inside `data_home`.
    pattern : re.Pattern
        Of the whole name of a record.
    example : str
        Such a name, for the message.
    source : str
        Where users get the data, for the message.

    Returns
    -------
    folder : pathlib.Path
        The folder that was searched.
    records : list of (re.Match, pathlib.Path)
        Match and header of each record, in the order of the names.

    Raises
    ------
    FileNotFoundError
        If there is no folder or no record in it.
    SignalError
        If two records have one name.
    """
    folder = find_folder(data_home, name=name, marks=(".",), source=source)
    found = {}
    for path in sorted(folder.rglob("*.hea")):
        match = pattern.fullmatch(path.stem)
        if match is None:
            continue
        first = found.setdefault(path.stem, (match, path))[1]
        if first != path:
            raise SignalError(f"{path} and {first} have one name; remove one")
    if not found:
        raise FileNotFoundError(
            f"{folder} and its folders hold no record such as {example}.hea. Download "
            f"{source}, unpack it and pass its folder as data_home, or put it into the "
            f"folder {name!r} of the directory that SKEMG_DATA names."
        )
    return folder, [found[name] for name in sorted(found)]

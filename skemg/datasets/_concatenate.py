"""Data sets of several sites, as one."""

import hashlib
from collections.abc import Mapping

import numpy as np

from skemg.exceptions import SignalError
from skemg.preprocessing import Resampler
from skemg.signals import Recordings

from ._bunch import as_bunch


def concatenate(
    data_sets,
    *,
    sfreq=None,
    channels=None,
    classes=None,
    return_X_y=False,
    as_frame=False,
):
    """Make one data set of several, in which site and patient stay known.

    Patients get the site as a prefix, such as "algiers:Myo04", so that two people of
    one name stay two. Nothing is converted unless you ask for it: other units, channels
    or classes are errors, and each recording keeps its rate unless `sfreq` is given.
    Read more in the :ref:`User Guide <data_sets>`.

    Parameters
    ----------
    data_sets : dict of {str: Bunch}
        The data sets by site, at least two, as the functions of this module give them.
        Your own is a Bunch with `data` (Recordings that know their patients) and
        `target`; `frame` and `DESCR` may be missing.
    sfreq : float, default=None
        Rate in Hz to which all recordings are brought by
        :class:`~skemg.preprocessing.Resampler`. None leaves each at its own. Above the
        lowest rate of all, an empty band tells the site.
    channels : list of str, or dict of {str: list of str or int}, default=None
        The channels to take, by name from all sites, or by name or position from each.
        None takes all; they must then be the same everywhere.
    classes : dict of {str: dict}, default=None
        For a site that has other words, `{site: {its word: our word}}`.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The recordings, site after site, as attributes:

        data : Recordings
            With the prefixed patients as groups. The names of the channels are those of
            the sites if all have the same, else None.
        target : ndarray of shape (n_recordings,)
            The classes.
        groups : ndarray of str of shape (n_recordings,)
            The patient, such as "algiers:Myo04".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `site`, `patient` and all columns of the data sets. Where a site does not
            have a column, its recordings have NaN in a column of numbers and None in
            others.
        DESCR : str
            The cards of all sites.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    SignalError
        If units, channels or classes differ, patients or rates are unknown, or one
        recording is in two of the data sets.
    ValueError
        If a parameter is not as described.

    See Also
    --------
    skemg.model_selection.LeaveOneSiteOut : Test each site by a model of the others.
    skemg.signals.Recordings.concatenate : Join recordings alone.

    Notes
    -----
    A class that is at one site only is an error, since a model could tell it by the
    site. So is the same signal at two sites, channel by channel, to the accuracy of
    float32; copies that were cut or filtered are not found.

    Examples
    --------
    >>> from skemg.datasets import concatenate, make_needle_emg
    >>> oslo = make_needle_emg(3, n_recordings=1, duration=0.5, random_state=0)
    >>> rome = make_needle_emg(
    ...     3, n_recordings=1, duration=0.5, sfreq=10_000, random_state=1
    ... )
    >>> emg = concatenate({"Oslo": oslo, "Rome": rome}, sfreq=10_000)
    >>> emg.data
    <Recordings: 6 recordings of 6 patients, 0.5 s at 10000 Hz, in µV>
    >>> emg.groups[[0, 3]].tolist()
    ['Oslo:normal-01', 'Rome:normal-01']

    Each site is then tested by the others:

    >>> from skemg.model_selection import LeaveOneSiteOut
    >>> cv = LeaveOneSiteOut(emg.frame["site"])
    >>> for train, test in cv.split(emg.data, emg.target):
    ...     print(train, test)
    [3 4 5] [0 1 2]
    [0 1 2] [3 4 5]
    """
    _check_sites(data_sets, channels=channels, classes=classes)
    if not isinstance(classes, Mapping | None):
        raise ValueError(f"classes must be a dict of dicts by site, got {classes!r}")
    parts = {
        site: _part(site, emg, _of_site(channels, site))
        for site, emg in data_sets.items()
    }
    _check_alike(parts, channels)
    _refuse_copies(parts)
    targets = {
        site: _target(site, emg, _of_site(classes, site))
        for site, emg in data_sets.items()
    }
    _refuse_lonely_classes(targets)
    data = Recordings.concatenate(parts.values())
    if sfreq is not None:
        data = Resampler(target_sfreq=sfreq).fit_transform(data)
    return as_bunch(
        data,
        np.concatenate([*targets.values()]),
        frame=_join_frames(data_sets, parts),
        descr="\n".join(
            f"{site}\n{'=' * len(site)}\n\n{getattr(emg, 'DESCR', 'No card.')}"
            for site, emg in data_sets.items()
        ),
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _check_sites(data_sets, **by_site):
    if not isinstance(data_sets, Mapping) or len(data_sets) < 2:
        raise ValueError(
            "data_sets must be a dict of two data sets at least, {site: Bunch}, got "
            f"{type(data_sets).__name__}"
        )
    for site in data_sets:
        if not isinstance(site, str) or not site or ":" in site:
            raise ValueError(f"a site must be a name without a colon, got {site!r}")
    for name, value in by_site.items():
        for site in value if isinstance(value, Mapping) else ():
            if site not in data_sets:
                raise ValueError(
                    f"{name} names the site {site!r}; the sites are {list(data_sets)}"
                )


def _of_site(value, site):
    return value.get(site) if isinstance(value, Mapping) else value


def _part(site, emg, channels):
    """Return the recordings of a site, with its patients and the channels asked for."""
    data = getattr(emg, "data", None)
    if not isinstance(data, Recordings):
        raise SignalError(
            f"the data of {site!r} are {type(data).__name__}, expected Recordings"
        )
    for name, cure in (
        ("groups", "patients; pass Recordings(groups=...)"),
        ("sfreq", "sampling rate; pass Recordings(sfreq=...)"),
    ):
        if getattr(data, name) is None:
            raise SignalError(f"{site!r} does not know its {cure}")
    groups = [f"{site}:{patient}" for patient in data.groups.tolist()]
    if channels is None:
        return data.with_groups(groups)
    index = _positions(site, data, channels)
    values = np.atleast_2d(data.values)[index]
    return Recordings(
        values[0] if len(index) == 1 else values,
        data.offsets,
        sfreq=data.sfreq,
        groups=groups,
        unit=data.unit,
        channel_names=data.channel_names and [data.channel_names[i] for i in index],
        metadata=data.metadata,
    )


def _positions(site, data, channels):
    names = data.channel_names or []
    known = {name: i for i, name in enumerate(names)}
    known |= {i: i for i in range(data.n_channels)}
    wanted = [channels] if isinstance(channels, str | int) else list(channels)
    for channel in wanted:
        if channel not in known:
            raise SignalError(
                f"{site!r} has no channel {channel!r}; it has {data.n_channels}, "
                f"{names or 'without names'}: channels={{site: [name or position]}}"
            )
    index = [known[channel] for channel in wanted]
    if not index or len(set(index)) < len(index):
        raise SignalError(
            f"channels of {site!r} must be at least one and none twice, got {wanted}"
        )
    return index


def _check_alike(parts, channels):
    """Refuse other units and channels; forget names that differ where asked to."""
    for name, cure in (
        ("unit", "state it where the recordings are read"),
        ("n_channels", "choose: channels={site: [name or position]}"),
    ):
        found = {site: getattr(part, name) for site, part in parts.items()}
        if len(set(found.values())) > 1:
            raise SignalError(f"the data sets differ in {name}, {found}; {cure}")
    names = {site: part.channel_names for site, part in parts.items()}
    first, *others = names.values()
    if any(other != first for other in others):
        if channels is None:
            raise SignalError(
                f"the data sets differ in their channels, {names}; say which belong "
                "together: channels={site: [name or position]}"
            )
        for part in parts.values():
            part.channel_names = None


def _refuse_copies(parts):
    first = {}
    for site, part in parts.items():
        for i, signal in enumerate(part):
            for channel in np.atleast_2d(signal):
                if np.ptp(channel) == 0:  # an electrode that was off is no recording
                    continue
                values = np.ascontiguousarray(channel, dtype=np.float32)
                key = hashlib.sha256(values).digest()
                other, j = first.setdefault(key, (site, i))
                if other != site:
                    raise SignalError(
                        f"recording {j} of {other!r} and recording {i} of {site!r} "
                        "hold the same samples; leave one of them out"
                    )


def _target(site, emg, words):
    target = np.asarray(emg.target)
    if target.shape != (len(emg.data),):
        raise SignalError(
            f"{site!r} has {len(emg.data)} recordings, but a target of shape "
            f"{target.shape}"
        )
    if words is None:
        return target
    for word in np.unique(target).tolist():
        if word not in words:
            raise SignalError(
                f"classes[{site!r}] has no word for {word!r}; give all of "
                f"{np.unique(target).tolist()}"
            )
    return np.array([words[word] for word in target.tolist()])


def _refuse_lonely_classes(targets):
    sites = {}
    for site, target in targets.items():
        for word in np.unique(target).tolist():
            sites.setdefault(word, []).append(site)
    lonely = {word: where[0] for word, where in sites.items() if len(where) == 1}
    if lonely:
        raise SignalError(
            f"classes at one site only: {lonely}. Where it is a matter of words, pass "
            "classes={site: {its word: our word}}; else leave these recordings out, "
            "as a model could tell them by the site"
        )


def _join_frames(data_sets, parts):
    frames = [getattr(emg, "frame", {}) for emg in data_sets.values()]
    lengths = [len(part) for part in parts.values()]
    columns = dict.fromkeys(column for frame in frames for column in frame)
    if "site" in columns:
        raise SignalError(
            "a frame has a column 'site' already; rename it, or put all sites into one "
            "call"
        )
    joined = {"site": np.repeat([*parts], lengths)}
    joined["patient"] = np.concatenate([part.groups for part in parts.values()])
    for column in columns:
        if column != "patient":
            values = [frame.get(column) for frame in frames]
            joined[column] = _join_column(values, lengths)
    return joined


def _join_column(values, lengths):
    """Join columns, with NaN or None for those that are missing."""
    arrays = [None if value is None else np.asarray(value) for value in values]
    kinds = {None if array is None else array.dtype.kind for array in arrays}
    are_numbers = kinds <= {"i", "u", "f", None}
    filled = [
        np.full(length, np.nan if are_numbers else None) if array is None else array
        for array, length in zip(arrays, lengths, strict=True)
    ]
    if len(kinds) > 1 and not are_numbers:
        filled = [array.astype(object) for array in filled]
    return np.concatenate(filled)

"""How the containers show themselves: as text, as HTML and as plain arrays."""

import html

import numpy as np

from ._checks import span

_CURE = (
    "put steps that need a table inside the vote: "
    "WindowVotingClassifier(make_pipeline(StandardScaler(), SVC()))"
)


class ReprMixin:
    """Show what `_describe` says in a console and in a notebook."""

    def __repr__(self):
        return f"<{type(self).__name__}: {self._describe()}>"

    def _repr_html_(self):
        return f"<pre>{html.escape(repr(self))}</pre>"


def describe_recordings(recordings):
    """Return numbers, lengths, rates and unit of recordings as text."""
    parts = [f"{len(recordings)} recordings{_patients(recordings)}"]
    if recordings.n_channels > 1:
        parts.append(f"{recordings.n_channels} channels")
    if len(recordings) and recordings.sfreq is None:
        parts.append(f"{span(recordings.n_times, 'samples')}, rate unknown")
    elif len(recordings):
        rates = span(recordings.sfreq, "Hz")
        parts.append(f"{span(recordings.seconds, 's')} at {rates}")
    parts.append("uncalibrated" if recordings.unit is None else "in µV")
    return ", ".join(parts)


def describe_windows(windows):
    """Return numbers, shape and rate of windows as text."""
    text = f"{windows.n_windows} windows of {len(windows)} recordings"
    text += _patients(windows)
    if len(windows):
        text += f", {span(windows.counts, 'each')}"
    shape = (windows.n_windows, *windows.rows(0, min(1, windows.n_windows)).shape[1:])
    rate = "rate unknown" if windows.sfreq is None else f"at {windows.sfreq:g} Hz"
    return f"{text}, values {shape} {rate}"


def _patients(container):
    if container.groups is None:
        return ""
    return f" of {len(np.unique(container.groups))} patients"


def stack_recordings(recordings):
    """Return an array with a row a recording, where all have one length."""
    n_times = recordings.n_times
    _refuse_none(recordings)
    if len(np.unique(n_times)) != 1:
        raise TypeError(
            f"Recordings of {span(n_times, 'samples')} are no array; cut them with "
            "Windower, or take one with recordings[i] or all with to_list()"
        )
    values = recordings.values
    if values.ndim == 1:
        return values.reshape(len(recordings), -1)
    return values.reshape(len(values), len(recordings), -1).swapaxes(0, 1)


def stack_windows(windows):
    """Return an array with a row a recording, where all have as many windows.

    It never has two axes: a step for tables would take a bag for a row of features.
    """
    values = windows.values
    if values.ndim == 1:
        raise TypeError(f"Windows of labels are no array: take .values, or {_CURE}")
    _refuse_none(windows)
    counts = np.unique(windows.counts)
    if len(counts) != 1:
        raise TypeError(
            f"Windows with {counts[0]} to {counts[-1]} windows a recording are no "
            f"array: {_CURE}"
        )
    return values.reshape(len(windows), counts[0], *values.shape[1:])


def _refuse_none(container):
    if len(container) == 0:
        raise TypeError("no recording is no array: the container is empty")

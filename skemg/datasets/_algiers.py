"""Needle EMG of 238 people from Algiers, read from disk."""

import numpy as np

from skemg.io._alike import refuse_copies
from skemg.io._channels import check_dtype
from skemg.signals import Recordings

from ._algiers_files import MUSCLE_FOLDERS, N_TIMES, SFREQ, TABLE, TREE, list_entries
from ._bunch import as_bunch
from ._home import find_folder

_TARGETS = {"Healthy": "normal", "Neuropathy": "neuropathic", "Myopathy": "myopathic"}

_DESCR = """\
Algiers needle EMG
==================

Needle EMG of the deltoid and the biceps brachii during isometric contraction,
University Hospital Mustapha Pacha, Algiers: healthy people, patients with a myopathy
and patients with a neuropathy. 5 s a recording, one channel, 32768 Hz, microvolts. The
published set has 397 recordings of 238 people.

Source: Mendeley Data, V1, https://doi.org/10.17632/543xpjycj9.1

Cite: Messekher, A., Mekaooui, S., Kedir-Talha, M., Kediha, M. I. and Mostefaoui, F.
(2023). "Electromyographic data recordings during isometric contractions of the biceps
brachii and deltoid collected from patients and healthy subjects." Mendeley Data, V1.

Licence: not stated in the copy that was read. Nothing of the set is part of this
package; users download it from its DOI.

Traps
-----
- Class can be told from things that have nothing to do with disease. The numbers are
  the area under the curve from this one thing alone; 0.5 is chance.
- Mains hum: 0.76, healthy against patients. Use a notch at 50 Hz and its harmonics.
- Below 16 Hz, as if another high-pass had been set: 0.90. Leave these bins out; where
  features are logarithms a filter is not enough.
- Above 5 kHz: 0.84, most of it by way of amplitude. Limit the band.
- Length: 163841 samples in most deltoid recordings, 163840 in the others. Cut all to
  one.
- Number of recordings: four of most healthy people, one of most patients. Split by
  patient (`groups`).
- Amplitude separates neuropathy from the rest (0.9), but effort is not known.
- Recording 133 is close to rest. All recordings carry a DC level near -50 microvolts.
- Age, sex, diagnosis within the class, electrode and filters are not given.
"""


def fetch_algiers(
    data_home=None, dtype=np.float32, *, return_X_y=False, as_frame=False
):
    """Fetch needle EMG of healthy people, myopathies and neuropathies from Algiers.

    The set [1]_ is not part of this package and is not downloaded: get it from its DOI.
    It is read as published (`.asc`, or `.asc` packed as `.asc.gz`), and unpacked first
    where `data_home` holds it as a zip or tar archive. Where `recordings.csv` stands in
    the folder, the compact copy beside it (16-bit FLAC) is read instead, which is
    faster and needs `pip install skemg[io]`.

    Everything is checked and nothing is left out: an unknown name, a name that
    contradicts its folder, a value that is no number, another length than 5 s, and the
    same recording twice are errors. Hidden files and what stands beside the folders of
    the muscles are not looked at.

    Parameters
    ----------
    data_home : path-like, default=None
        Folder of `recordings.csv`, or the published "EMG Dataset Repository" or its
        parent; or a folder in which one of them is called `algiers-needle`. None asks
        the environment variable `SKEMG_DATA`.
    dtype : {numpy.float32, numpy.float64}, default=numpy.float32
        Type of the values.
    return_X_y : bool, default=False
        Give `(data, target)` instead of a Bunch.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).

    Returns
    -------
    emg : Bunch
        The recordings by number, as attributes:

        data : Recordings of length n_recordings
            In µV at 32768 Hz, one channel, with the patients as groups. Its metadata
            holds `muscle` and `side`.
        target : ndarray of str of shape (n_recordings,)
            "normal", "myopathic" or "neuropathic".
        groups : ndarray of str of shape (n_recordings,)
            The patient, such as "Myo04".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `recording` (its number), `patient`, `side`, `muscle`, `class` (the word of
            the source) and `file`.
        DESCR : str
            Source, licence and traps of the set. Read them before you believe a score.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    FileNotFoundError
        If the set is not there; the message says where to get it.
    SignalError
        If a file is not what was published; the message names file and cure.

    See Also
    --------
    fetch_emgdb : Three recordings of three people, with an open licence.

    References
    ----------
    .. [1] Messekher, A., Mekaooui, S., Kedir-Talha, M., Kediha, M. I. and Mostefaoui,
       F. (2023). "Electromyographic data recordings during isometric contractions of
       the biceps brachii and deltoid collected from patients and healthy subjects."
       Mendeley Data, V1. DOI 10.17632/543xpjycj9.1.

    Examples
    --------
    >>> from skemg.datasets import fetch_algiers
    >>> emg = fetch_algiers("~/emg")  # doctest: +SKIP
    >>> emg.data  # doctest: +SKIP
    <Recordings: 397 recordings of 238 patients, 5 to 5.00003 s at 32768 Hz, in µV>
    >>> emg.target[0], emg.groups[0]  # doctest: +SKIP
    ('normal', 'Hea01')

    Without the files it says where they are:

    >>> try:
    ...     fetch_algiers("no_such_folder")
    ... except FileNotFoundError as error:
    ...     print("10.17632/543xpjycj9.1" in str(error))
    True
    """
    dtype = check_dtype(dtype)
    folder = find_folder(
        data_home,
        name="algiers-needle",
        marks=(TABLE, TREE, *MUSCLE_FOLDERS.values()),
        source="the Algiers needle EMG from https://doi.org/10.17632/543xpjycj9.1",
    )
    entries = list_entries(folder)
    return as_bunch(
        _read_recordings(entries, dtype),
        np.array([_TARGETS[entry.word] for entry in entries]),
        frame={
            "recording": np.array([entry.number for entry in entries]),
            "patient": np.array([entry.patient for entry in entries]),
            "side": np.array([entry.side for entry in entries]),
            "muscle": np.array([entry.muscle for entry in entries]),
            "class": np.array([entry.word for entry in entries]),
            "file": np.array([entry.file for entry in entries]),
        },
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )


def _read_recordings(entries, dtype):
    values = np.empty(len(entries) * max(N_TIMES), dtype)
    offsets = [0]
    for entry in entries:
        signal = entry.read()
        offsets.append(offsets[-1] + len(signal))
        values[offsets[-2] : offsets[-1]] = signal
    recordings = Recordings(
        values[: offsets[-1]],
        offsets,
        sfreq=SFREQ,
        groups=[entry.patient for entry in entries],
        unit="uV",
        metadata=[{"muscle": entry.muscle, "side": entry.side} for entry in entries],
    )
    refuse_copies(recordings, [entry.file for entry in entries])
    return recordings

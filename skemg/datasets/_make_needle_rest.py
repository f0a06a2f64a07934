"""Needle EMG of simulated patients at rest, with the truth behind it."""

from numbers import Integral

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils import check_random_state, check_scalar

from skemg.signals import Recordings

from ._bunch import as_bunch
from ._make_needle_emg import _check_signal
from ._simulator import DISCHARGES, draw_patient, simulate_spontaneous

_QUIET = "quiet"
_SEVERITY = (4.0, 2.5)  # as in make_needle_emg
_STREAM = 1000  # keeps the streams apart from those of make_needle_emg

_DESCR = """\
Simulated needle EMG at rest
============================

Concentric-needle EMG of a limb muscle at rest, made by
`skemg.datasets.make_needle_rest`. One channel, in µV. No person was recorded.

Known truth: kind, time and potential of every discharge.

Left out: end-plate activity, distant muscles, voluntary discharges, mains hum,
discharges that change their form, myokymia, neuromyotonia. How often which rate and
which amplitude occurs was chosen by us. A score on this set shows that a method works
as meant, and says nothing about how well it does on patients.
"""


def make_needle_rest(
    n_patients=18,
    n_recordings=1,
    duration=10.0,
    *,
    sfreq=48000,
    kinds=(_QUIET, *DISCHARGES),
    insertion=False,
    random_state=None,
    n_jobs=None,
    as_frame=False,
    return_X_y=False,
):
    """Simulate concentric-needle EMG of muscles at rest, with spontaneous activity.

    Each recording is a new needle position in a muscle that nobody contracts. It holds
    noise of 4 µV and what its kind says [1]_:

    =================== ===============================================================
    kind                discharges
    =================== ===============================================================
    quiet               none
    fibrillation        1 to 3 single fibres 0.1 to 0.5 mm away, 0.5 to 15 Hz, regular:
                        the intervals vary by 2 to 5 %
    positive sharp wave 1 or 2 injured fibres whose action potential stops at the
                        needle, as regular as fibrillations
    fasciculation       1 to 3 motor units, 0.1 to 2 Hz, irregular
    complex repetitive  4 to 10 fibres in always the same order, 5 to 100 Hz; it starts
                        and stops abruptly
    myotonic            bursts of 2 to 4 s of a fibre, 20 to 150 Hz; rate and amplitude
                        wax and wane
    =================== ===============================================================

    A score on these recordings shows that a method works as meant. It says nothing
    about how well the method does on patients.

    Parameters
    ----------
    n_patients : int, default=18
        Number of patients; patient `i` has the kind ``kinds[i % n_kinds]``.
    n_recordings : int, default=1
        Number of recordings of each patient.
    duration : float, default=10.0
        Length of a recording in seconds.
    sfreq : float, default=48000
        Sampling frequency in Hz, at least 4000. Recordings are band-passed from 20 Hz
        to 10 kHz, or to 0.45 `sfreq` where that is lower.
    kinds : sequence of str, default=all kinds
        Kinds to simulate. Several in one recording are joined with a plus, such as
        "fibrillation+fasciculation".
    insertion : bool, default=False
        Begin each recording with 0.3 s of the injury potentials of an inserted needle.
    random_state : int, RandomState instance or None, default=None
        Source of randomness. Each kind, each of its patients and each of their
        recordings have a stream of their own, so a patient stays the same with any
        number of patients, recordings, kinds and jobs.
    n_jobs : int, default=None
        Number of patients that are simulated in parallel, through joblib.
    as_frame : bool, default=False
        Give `frame` as a DataFrame (needs pandas).
    return_X_y : bool, default=False
        Give only `data` and `target`.

    Returns
    -------
    emg : Bunch
        The recordings, those of a patient one after the other, as attributes:

        data : Recordings
            In µV (float32), one channel, with the patients as groups. A positive
            number is a positive voltage, which displays of needle EMG draw downward.
        target : ndarray of str of shape (n_recordings,)
            The kind, as in `kinds`.
        groups : ndarray of str of shape (n_recordings,)
            The patient, such as "fibrillation-01".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `patient`, `kind`, `recording` (its number within the patient), `n_trains`
            and `gain` (factor of the patient on all potentials).
        DESCR : str
            What the recordings are and what they are not.
        trains : list of list of dict
            For each recording and each source of discharges, `kind` (or "insertion"),
            `times` (seconds, of the largest deflection of each discharge),
            `amplitude_uv` (from peak to peak, of each discharge, without noise) and
            `potential` (ndarray, in µV behind the band-pass, of gain 1).
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or a kind is unknown.

    See Also
    --------
    make_needle_emg : The same muscles, contracted.
    skemg.clinical.SpontaneousActivity : Find the discharges.

    References
    ----------
    .. [1] Kimura, J. (2013). "Electrodiagnosis in Diseases of Nerve and Muscle." 4th
       edition, Oxford University Press.

    Examples
    --------
    >>> from skemg.datasets import make_needle_rest
    >>> rest = make_needle_rest(2, duration=4.0, kinds=["quiet", "fibrillation"],
    ...                         random_state=2)
    >>> rest.data
    <Recordings: 2 recordings of 2 patients, 4 s at 48000 Hz, in µV>
    >>> rest.groups.tolist()
    ['quiet-01', 'fibrillation-01']
    >>> [len(trains) for trains in rest.trains]
    [0, 1]
    >>> len(rest.trains[1][0]["times"])
    25
    """
    check_scalar(n_patients, "n_patients", Integral, min_val=1)
    check_scalar(n_recordings, "n_recordings", Integral, min_val=1)
    _check_signal(duration, sfreq)
    parts = _check_kinds(kinds)
    entropy = check_random_state(random_state).randint(2**31, size=4).tolist()
    simulated = Parallel(n_jobs=n_jobs)(
        delayed(_simulate_patient)(
            kinds[i % len(kinds)],
            parts[i % len(kinds)],
            i // len(kinds),
            n_recordings,
            (duration, sfreq, insertion),
            entropy,
        )
        for i in range(n_patients)
    )
    rows, signals, trains = zip(
        *(triple for triples in simulated for triple in triples), strict=True
    )
    frame = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    data = Recordings.from_list(
        signals, sfreq=sfreq, groups=frame["patient"], unit="uV"
    )
    emg = as_bunch(
        data,
        frame["kind"],
        frame=frame,
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )
    if not return_X_y:
        emg.trains = list(trains)
    return emg


def _simulate_patient(kind, parts, index, n_recordings, settings, entropy):
    """Return metadata, signal and truth of each of a patient's recordings."""
    duration, sfreq, insertion = settings
    code = sum(2**i for i, name in enumerate(DISCHARGES) if name in parts)

    def make_generator(number):
        key = _STREAM, code, index, number
        return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=key))

    patient = draw_patient("neuropathic", _SEVERITY, make_generator(0))
    triples = []
    for number in range(n_recordings):
        values, trains = simulate_spontaneous(
            patient,
            parts,
            duration,
            sfreq,
            make_generator(1 + number),
            insertion=insertion,
        )
        row = {
            "patient": f"{kind}-{index + 1:02d}",
            "kind": kind,
            "recording": number,
            "n_trains": len(trains),
            "gain": patient.gain,
        }
        triples.append((row, values, [_describe(train) for train in trains]))
    return triples


def _describe(train):
    return {
        "kind": train.kind,
        "times": train.times,
        "amplitude_uv": train.gains * np.ptp(train.potential),
        "potential": train.potential,
    }


def _check_kinds(kinds):
    """Return the names of the discharges of each kind, in the order of `DISCHARGES`."""
    if isinstance(kinds, str):
        raise ValueError(f"kinds must be a sequence of names, got {kinds!r}")
    parts = []
    for kind in kinds:
        names = [] if kind == _QUIET else kind.split("+")
        for name in names:
            if name not in DISCHARGES:
                raise ValueError(
                    f"unknown kind {name!r}; the known ones are "
                    f"{', '.join([_QUIET, *DISCHARGES])}"
                )
        parts.append([name for name in DISCHARGES if name in names])
    if not parts or len({tuple(names) for names in parts}) < len(parts):
        raise ValueError(f"kinds must be different and at least one, got {kinds}")
    return parts

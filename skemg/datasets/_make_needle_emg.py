"""Needle EMG of simulated patients, with the truth behind it."""

from numbers import Integral, Real

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils import check_random_state, check_scalar

from skemg.signals import Recordings

from ._bunch import as_bunch
from ._simulator import DISEASES, draw_patient, simulate_recording

_LOWEST_SFREQ = 4000.0

_DESCR = """\
Simulated needle EMG
====================

Concentric-needle EMG of a limb muscle during slight to moderate contraction, made by
`skemg.datasets.make_needle_emg`. One channel, in µV. No person was recorded.

Known truth: the discharge times and the potential of every motor unit near the needle.

Left out: spontaneous activity at rest, distant muscles, mains hum, movement of the
needle, fatigue, age, sex and differences between muscles. The spread between patients
was chosen by us. A score on this set shows that a method works as meant, and says
nothing about how well it does on patients.
"""


def make_needle_emg(
    n_patients=18,
    n_recordings=2,
    duration=4.0,
    *,
    sfreq=48000,
    classes=("normal", "neuropathic", "myopathic"),
    severity=(4.0, 2.5),
    random_state=None,
    n_jobs=None,
    as_frame=False,
    return_X_y=False,
):
    """Simulate concentric-needle EMG of patients with and without a disease.

    Each recording is a new needle position in the patient's muscle during a slight to
    moderate contraction. Motor units have a territory, fibres and a recruitment
    threshold [1]_ [2]_; the potential of each fibre is that of a travelling current
    source seen by the core and the shaft of the needle [3]_. In neuropathic muscles
    motor units are lost and the survivors adopt most of their fibres, in myopathic
    muscles fibres are lost and the others vary in size [1]_. What no source gives is
    calibrated so that the motor unit action potentials (MUAPs) resemble those of
    quantitative studies [4]_. Neither the amplitude nor any other single measure tells
    the classes apart without error.

    A score on these recordings shows that a method works as meant. It says nothing
    about how well the method does on patients.

    Parameters
    ----------
    n_patients : int or dict of {str: int}, default=18
        Number of all patients; patient `i` has the class ``classes[i % n_classes]``.
        Or the number of patients of each class, in place of `classes`; patients of the
        classes then take turns as long as there are any.
    n_recordings : int, default=2
        Number of recordings of each patient.
    duration : float, default=4.0
        Length of a recording in seconds.
    sfreq : float, default=48000
        Sampling frequency in Hz, at least 4000. Recordings are band-passed from 20 Hz
        to 10 kHz, or to 0.45 `sfreq` where that is lower.
    classes : sequence of {"normal", "neuropathic", "myopathic"}, \
            default=("normal", "neuropathic", "myopathic")
        Classes to simulate. Neuropathic means chronic, with reinnervation.
    severity : float or tuple of two floats, default=(4.0, 2.5)
        Severity of the disease of each patient, from 0 to 1, or the parameters `(a, b)`
        of the Beta distribution it is drawn from. It is 0 for normal patients. Even
        a neuropathy of severity 0 has lost 40 % of its motor units.
    random_state : int, RandomState instance or None, default=None
        Source of randomness. Four integers drawn from it are the entropy of a
        :class:`numpy.random.SeedSequence`, from which each class, each of its patients
        and each of their recordings get a stream of their own. So a patient stays the
        same with any number of patients, recordings, classes and jobs.
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
            In µV (float32), one channel, with the patients as groups.
        target : ndarray of str of shape (n_recordings,)
            "normal", "neuropathic" or "myopathic".
        groups : ndarray of str of shape (n_recordings,)
            The patient, such as "normal-01".
        frame : dict of ndarray of shape (n_recordings,), or DataFrame
            `patient`, `class`, `recording` (its number within the patient), `severity`,
            `effort` (share of the maximum), `gain` (factor of the patient on all
            potentials) and `n_units` (motor units near the needle).
        DESCR : str
            What the recordings are and what they are not.
        discharges : list of list of ndarray
            For each recording and each of its motor units, the discharge times in
            seconds. A template placed at each of them gives the recording, but for
            noise, filter, and the jitter between discharges. The first ones may be
            up to 43 ms before the start.
        templates : list of ndarray of shape (n_units, n_times), float32
            For each recording, the MUAPs of its units in µV at `sfreq`, 43 ms from the
            discharge on, without jitter and before the band-pass.
    (data, target) : tuple of (Recordings, ndarray)
        If `return_X_y`.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or a class is unknown.

    References
    ----------
    .. [1] Hamilton-Wright, A. & Stashuk, D. W. (2005). "Physiologically based
       simulation of clinical EMG signals." IEEE Transactions on Biomedical
       Engineering, 52(2), 171-183. doi:10.1109/TBME.2004.840501
    .. [2] Fuglevand, A. J., Winter, D. A. & Patla, A. E. (1993). "Models of recruitment
       and rate coding organization in motor-unit pools." Journal of Neurophysiology,
       70(6), 2470-2488. doi:10.1152/jn.1993.70.6.2470
    .. [3] Nandedkar, S. D. & Stålberg, E. (1983). "Simulation of single muscle fibre
       action potentials." Medical & Biological Engineering & Computing, 21, 158-165.
    .. [4] Pattichis, C. S., Schizas, C. N. & Middleton, L. T. (1995). "Neural network
       models in EMG diagnosis." IEEE Transactions on Biomedical Engineering, 42(5),
       486-496.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.datasets import make_needle_emg
    >>> emg = make_needle_emg(n_patients=3, duration=1.0, random_state=0)
    >>> emg.data
    <Recordings: 6 recordings of 3 patients, 1 s at 48000 Hz, in µV>
    >>> emg.groups[::2]
    array(['normal-01', 'neuropathic-01', 'myopathic-01'], dtype='<U14')

    The truth tells how large the potentials are, and how often one unit discharges:

    >>> [round(float(np.ptp(muaps, axis=1).mean())) for muaps in emg.templates[::2]]
    [739, 1440, 351]
    >>> len(emg.discharges[0][0])
    13
    """
    counts = _count_patients(n_patients, classes)
    check_scalar(n_recordings, "n_recordings", Integral, min_val=1)
    _check_signal(duration, sfreq)
    severity = _check_severity(severity)
    entropy = check_random_state(random_state).randint(2**31, size=4).tolist()

    patients = _take_turns(counts)
    simulated = Parallel(n_jobs=n_jobs)(
        delayed(_simulate_patient)(
            name, index, n_recordings, duration, sfreq, severity, entropy
        )
        for name, index in patients
    )
    rows, recordings = zip(
        *(pair for pairs in simulated for pair in pairs), strict=True
    )
    frame = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    data = Recordings.from_list(
        [recording.signal for recording in recordings],
        sfreq=sfreq,
        groups=frame["patient"],
        unit="uV",
    )
    emg = as_bunch(
        data,
        frame["class"],
        frame=frame,
        descr=_DESCR,
        return_X_y=return_X_y,
        as_frame=as_frame,
    )
    if not return_X_y:
        emg.discharges = [recording.discharges for recording in recordings]
        emg.templates = [recording.templates for recording in recordings]
    return emg


def _simulate_patient(name, index, n_recordings, duration, sfreq, severity, entropy):
    """Return a row of metadata and the simulation of each of a patient's recordings."""
    stream = list(DISEASES).index(name), index

    def make_generator(number):
        return np.random.default_rng(
            np.random.SeedSequence(entropy, spawn_key=(*stream, number))
        )

    patient = draw_patient(name, severity, make_generator(0))
    pairs = []
    for number in range(n_recordings):
        recording = simulate_recording(
            patient, duration, sfreq, make_generator(1 + number)
        )
        row = {
            "patient": f"{name}-{index + 1:02d}",
            "class": name,
            "recording": number,
            "severity": patient.severity,
            "effort": recording.effort,
            "gain": patient.gain,
            "n_units": len(recording.templates),
        }
        pairs.append((row, recording))
    return pairs


def _count_patients(n_patients, classes):
    """Return the number of patients of each class."""
    if isinstance(n_patients, dict):
        _check_classes(list(n_patients))
        for name, count in n_patients.items():
            check_scalar(count, f"n_patients[{name!r}]", Integral, min_val=1)
        return n_patients
    _check_classes(classes)
    check_scalar(n_patients, "n_patients", Integral, min_val=1)
    every, left = divmod(n_patients, len(classes))
    return {name: every + (i < left) for i, name in enumerate(classes)}


def _check_classes(classes):
    if isinstance(classes, str):
        raise ValueError(f"classes must be a sequence of names, got {classes!r}")
    for name in classes:
        if name not in DISEASES:
            raise ValueError(
                f"unknown class {name!r}; the known ones are {', '.join(DISEASES)}"
            )
    if not len(classes) or len(set(classes)) < len(classes):
        raise ValueError(f"classes must be different and at least one, got {classes}")


def _take_turns(counts):
    """Return class and index of the patients, one of each class after the other."""
    return [
        (name, index)
        for index in range(max(counts.values()))
        for name, count in counts.items()
        if index < count
    ]


def _check_signal(duration, sfreq):
    check_scalar(duration, "duration", Real)
    check_scalar(sfreq, "sfreq", Real)
    if not _LOWEST_SFREQ <= sfreq < np.inf:
        raise ValueError(
            f"sfreq must be at least {_LOWEST_SFREQ} Hz, got {sfreq}; downsample "
            "afterwards for less"
        )
    if not 1 <= duration * sfreq < np.inf:
        raise ValueError(
            "duration must be a number of seconds that holds at least one sample, got "
            f"{duration}"
        )


def _check_severity(severity):
    """Return the severity as a float, or as a tuple of two for a distribution."""
    values = np.asarray(severity, dtype=float)
    if values.shape == () and 0 <= values <= 1:
        return float(values)
    if values.shape == (2,) and np.all((values > 0) & np.isfinite(values)):
        return tuple(values.tolist())
    raise ValueError(
        "severity must be a number from 0 to 1 or the two positive parameters of a "
        f"Beta distribution, got {severity!r}"
    )

"""Windows of rest, of contraction and of artefacts, simulated."""

from dataclasses import replace
from numbers import Integral

import numpy as np
from joblib import Parallel, delayed
from scipy import signal
from sklearn.utils import Bunch, check_random_state, check_scalar

from skemg.utils._number import check_number

from ._make_needle_emg import _check_signal
from ._simulator import DISEASES, draw_patient, simulate_recording
from ._simulator.artefacts import ARTEFACTS
from ._simulator.rest import simulate_rest

_SEVERITY = (4.0, 2.5)  # as in make_needle_emg
_SHORTEST = 0.02  # s
_DISTINCT = 50.0  # µV; a potential from peak to peak that makes a window active
_MOST_FIBRES = 4  # that fire at rest in a patient
_N_POSITIONS = 2  # of the needle in a contracting muscle
_EFFORT = (0.02, 0.6)  # very slight to strong
_WIDE = 8000.0  # Hz, that a recording of needle EMG should have at least
_GAIN_SD = 0.5  # of its logarithm, between the amplifiers
_STRETCH = (0.3, 2.0)  # of the potentials: sharp and close, blunt and distant
_NOISE = 15.0  # µV, the most
_DISTURBANCE = 5.0  # µV, the usual hum and drift
_SHARE = 0.7  # of the RMS of a contraction; the most hum and drift on top of it
_LOWEST_CUTOFF = 500.0  # Hz, of the low-pass that half of the recorders have
_RESOLUTION = (0.05, 8.0)  # µV

_DESCR = """\
Simulated windows of rest, contraction and artefact
===================================================

Windows of concentric-needle EMG in µV, made by `skemg.datasets.make_activity_windows`.
No person was recorded. Forms and sizes of the artefacts, of spontaneous activity and of
the imperfections of the recorder were chosen by us. A score on these windows shows that
a method works as meant, and says nothing about how well it does in a clinic.
"""


def make_activity_windows(
    n_patients=60,
    n_windows=10,
    length=0.2,
    *,
    sfreq=10_000,
    random_state=None,
    n_jobs=None,
    return_X_y=False,
):
    """Simulate windows of a muscle at rest, of a contraction, and of artefacts.

    Each patient gives as many windows of each of the three. Contractions are those of
    :func:`make_needle_emg`, cut where a motor unit near the needle discharges. Rest is
    noise, in half of the ill patients with fibrillation potentials and positive sharp
    waves. Artefacts (movement of the needle or the cable, mains hum, saturation,
    spikes, a lost signal) come on top of rest or contraction. Every patient has an
    amplifier with a noise, a little hum and a drift of its own.

    Parameters
    ----------
    n_patients : int, default=60
        Number of patients; normal, neuropathic and myopathic ones take turns.
    n_windows : int, default=10
        Windows of each patient and class.
    length : float, default=0.2
        Length of a window in seconds, at least 0.02.
    sfreq : float, default=10_000
        Sampling frequency in Hz, at least 4000. A classifier that is trained on the
        windows works for this rate and this length.
    random_state : int, RandomState instance or None, default=None
        Source of randomness; each patient has a stream of its own.
    n_jobs : int, default=None
        Number of patients that are simulated in parallel, through joblib.
    return_X_y : bool, default=False
        Give only `data` and `target`.

    Returns
    -------
    windows : Bunch
        The windows, those of a patient one after the other, as attributes:

        data : ndarray of shape (n_windows_total, n_times), float32
            In µV.
        target : ndarray of str of shape (n_windows_total,)
            "rest", "contraction" or "artefact".
        groups : ndarray of str of shape (n_windows_total,)
            The patient.
        kind : ndarray of str of shape (n_windows_total,)
            What it is in particular: "silent" or "spontaneous", the class of the
            patient, or the name of the artefact.
        sfreq : float
            The sampling frequency.
        DESCR : str
            What the windows are and what they are not.
    (data, target) : tuple of ndarray
        If `return_X_y`.

    Raises
    ------
    ValueError
        If a parameter is outside its range.

    See Also
    --------
    skemg.quality.ActivityClassifier : What is trained on them.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.datasets import make_activity_windows
    >>> windows = make_activity_windows(n_patients=3, n_windows=6, random_state=0)
    >>> windows.data.shape
    (54, 2000)
    >>> np.unique(windows.target, return_counts=True)
    (array(['artefact', 'contraction', 'rest'], dtype='<U11'), array([18, 18, 18]))
    """
    check_scalar(n_patients, "n_patients", Integral, min_val=1)
    check_scalar(n_windows, "n_windows", Integral, min_val=1)
    check_number(length, "length", min_val=_SHORTEST)
    _check_signal(length, sfreq)
    entropy = check_random_state(random_state).randint(2**31, size=4).tolist()
    names = list(DISEASES)
    simulated = Parallel(n_jobs=n_jobs)(
        delayed(_simulate_patient)(
            names[i % len(names)],
            n_windows,
            round(length * sfreq),
            sfreq,
            np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(i,))),
        )
        for i in range(n_patients)
    )
    data = np.concatenate([rows for rows, _ in simulated])
    target = np.tile(
        np.repeat(["rest", "contraction", "artefact"], n_windows), n_patients
    )
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        groups=np.repeat(
            [f"patient-{i + 1:02d}" for i in range(n_patients)], 3 * n_windows
        ),
        kind=np.concatenate([kinds for _, kinds in simulated]),
        sfreq=float(sfreq),
        DESCR=_DESCR,
    )


def _simulate_patient(name, n_windows, n_times, sfreq, rng):
    """Return the windows of rest, contraction and artefact, and what they are."""
    patient = draw_patient(name, _SEVERITY, rng)
    patient = replace(patient, gain=patient.gain * rng.lognormal(0, _GAIN_SD))
    clock = sfreq * np.exp(rng.uniform(*np.log(_STRETCH)))
    n_skipped = 1
    if sfreq < _WIDE and rng.random() < 0.5:  # sampled below twice the bandwidth
        n_skipped = round(2 * _WIDE / sfreq)
    spontaneous = name != "normal" and rng.random() < 0.5
    n_fibres = rng.integers(1, _MOST_FIBRES + 1) if spontaneous else 0
    # Twice as many: one half is shown as it is, artefacts come on top of the other.
    n_clean = 2 * n_windows
    rest = simulate_rest(n_clean * n_times / sfreq, sfreq, rng, n_spontaneous=n_fibres)
    clean = np.stack(
        [
            rest[: n_clean * n_times].reshape(n_clean, n_times),
            _simulate_active(
                patient, n_clean, n_skipped * n_times, n_skipped * clock, rng
            )[:, ::n_skipped],
        ]
    )
    clean = _record_badly(clean, sfreq, rng)
    kinds = rng.permutation(np.resize(rng.permutation(list(ARTEFACTS)), n_windows))
    below = rng.integers(2, size=n_windows)  # rest or contraction
    spoiled = [
        ARTEFACTS[kind](clean[i, n_windows + j], sfreq, rng)
        for j, (kind, i) in enumerate(zip(kinds, below, strict=True))
    ]
    rows = np.concatenate([*clean[:, :n_windows], spoiled])
    resolution = np.exp(rng.uniform(*np.log(_RESOLUTION)))
    rows = resolution * np.rint(rows / resolution)
    at_rest = "spontaneous" if spontaneous else "silent"
    kinds = np.concatenate([[at_rest] * n_windows, [name] * n_windows, kinds])
    return rows.astype(np.float32), kinds


def _simulate_active(patient, n_windows, n_times, sfreq, rng):
    """Return windows in which a unit near the needle discharges."""
    found = []
    while len(found) < n_windows:  # a new needle position each time
        effort = np.exp(rng.uniform(*np.log(_EFFORT)))
        recording = simulate_recording(
            patient,
            (n_windows // _N_POSITIONS + 1) * n_times / sfreq,
            sfreq,
            rng,
            effort=(effort, effort),
        )
        n_cut = len(recording.signal) // n_times
        windows = recording.signal[: n_cut * n_times].reshape(n_cut, n_times)
        is_active = np.zeros(n_cut, bool)
        for muap, times in zip(recording.templates, recording.discharges, strict=True):
            if np.ptp(muap) >= _DISTINCT:
                peak = ((times * sfreq + np.abs(muap).argmax()) // n_times).astype(int)
                is_active[peak[(peak >= 0) & (peak < n_cut)]] = True
        found.extend(windows[is_active])
    return np.stack(found[:n_windows])


def _record_badly(clean, sfreq, rng):
    """Return windows of shape (2, n, n_times) with noise, hum and drift, in µV.

    Those of contraction have some more, in proportion to the signal.
    """
    n_times = clean.shape[2]
    clean = clean + rng.uniform(0, _NOISE) * rng.standard_normal(clean.shape)
    level = np.array([0.0, np.median(clean[1].std(axis=1))])[:, np.newaxis, np.newaxis]

    def amplitude():
        share = _SHARE * rng.random() if rng.random() < 0.5 else 0.0
        return rng.exponential(_DISTURBANCE) + share * level

    phase = rng.uniform(0, 2 * np.pi, (*clean.shape[:2], 1))
    turn = 2 * np.pi * rng.choice([50.0, 60.0]) * np.arange(n_times) / sfreq
    hum = np.sin(turn + phase) + rng.random() * np.sin(3 * (turn + phase))
    cutoff = rng.uniform(2.0, 15.0)
    sos = signal.butter(2, cutoff, "lowpass", fs=sfreq, output="sos")
    drift = signal.sosfilt(sos, rng.standard_normal(clean.size))
    drift = (drift / drift.std()).reshape(clean.shape)
    clean = clean + amplitude() * hum + amplitude() * drift
    if rng.random() < 0.5:
        cutoff = np.exp(rng.uniform(np.log(_LOWEST_CUTOFF), np.log(0.45 * sfreq)))
        sos = signal.butter(2, cutoff, "lowpass", fs=sfreq, output="sos")
        settled = np.einsum("sk,ijt->sijk", signal.sosfilt_zi(sos), clean[..., :1])
        clean = signal.sosfilt(sos, clean, zi=settled)[0]
    return clean

"""Independent, slow forms of what the needle-EMG simulator computes or aims at."""

import numpy as np
from scipy.signal import fftconvolve

CORE = [(x, 0.0, 1 / 5) for x in (-0.24, -0.12, 0.0, 0.12, 0.24)]
SHAFT = [(x, 0.2, -1 / 6) for x in (-0.6, -2.6, -4.6, -6.6, -8.6, -10.6)]


def fibre_potential(
    x, y, diameter, endplate, *, sharpness=1.2, current=0.42, sfreq=48000, n_times=2048
):
    """Return the potential of one fibre in µV, term by term and not decimated.

    The line-source model in double precision: the sampled second derivative of
    Rosenfalck's action potential, convolved with the sampled pick-up of the needle.
    """
    speed = 2.2 + 0.05 * (diameter - 25)
    rate = sfreq / 1e3
    travel = np.minimum(speed * np.arange(n_times) / rate, 60.0)
    pickup = np.zeros(n_times)
    for point_x, point_y, weight in CORE + SHAFT:
        radius2 = max((x - point_x) ** 2 + (y - point_y) ** 2, 0.03**2)
        for front in (endplate + travel, endplate - travel):
            pickup += weight / np.sqrt(0.33 / 0.063 * radius2 + front**2)
    u = np.arange(0, 30, sharpness * speed / rate)
    kernel = sharpness**2 * 96 * (6 * u - 6 * u**2 + u**3) * np.exp(-u)
    kernel -= kernel.mean()
    potential = fftconvolve(pickup - pickup[0], kernel)[:n_times] * speed / rate
    return 1e3 * current * (1.01 / 0.063) * (diameter * 1e-3) ** 2 / 16 * potential


def delay(potential, time, sfreq=48000):
    """Return the potential delayed by `time` in ms, not rounded to samples."""
    frequency = np.fft.rfftfreq(len(potential), 1e3 / sfreq)
    spectrum = np.fft.rfft(potential) * np.exp(-2j * np.pi * frequency * time)
    return np.fft.irfft(spectrum, len(potential))


def measure_muap(template, sfreq=48000, threshold=15.0):
    """Return the clinical measures of a noise-free MUAP in µV.

    The MUAP lasts from the first to the last sample beyond the threshold; samples
    beyond it of the same sign, one after the other, are one phase.
    """
    (beyond,) = np.nonzero(np.abs(template) > threshold)
    amplitude = np.ptp(template)
    inside = template[beyond[0] : beyond[-1] + 1]
    area = np.abs(inside).sum() / sfreq * 1e3
    return {
        "amplitude": amplitude,
        "duration": (beyond[-1] - beyond[0]) / sfreq * 1e3,
        "area": area,
        "phases": 1 + np.count_nonzero(np.diff(np.sign(template[beyond]))),
        "size_index": 2 * np.log10(amplitude / 1e3) + area / amplitude,
    }


def measure_recordings(emg, smallest=80.0):
    """Return the mean measures of each patient, a dict of arrays by measure.

    MUAPs below `smallest` µV are left out, as an examiner would do. A polyphasic MUAP
    has more than four phases; the rate is that of the mean interval of a unit.
    """
    patients = {}
    for patient, templates, discharges in zip(
        emg.groups, emg.templates, emg.discharges, strict=True
    ):
        measures = patients.setdefault(patient, {"muaps": [], "rates": [], "units": []})
        measures["units"].append(len(templates))
        measures["muaps"] += [
            measure_muap(template)
            for template in templates
            if np.ptp(template) > smallest
        ]
        measures["rates"] += [
            1 / np.diff(times).mean() for times in discharges if len(times) > 5
        ]
    rows = []
    for measures in patients.values():
        muaps = measures["muaps"]
        row = {key: np.mean([muap[key] for muap in muaps]) for key in muaps[0]}
        row["polyphasic"] = np.mean([muap["phases"] > 4 for muap in muaps])
        row["units"] = np.mean(measures["units"])
        row["rate"] = np.mean(measures["rates"])
        rows.append(row)
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}

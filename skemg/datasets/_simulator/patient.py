"""What is drawn once for each patient; spreads between patients are our choice."""

from dataclasses import dataclass

from .disease import DISEASES, Disease


@dataclass(frozen=True)
class Patient:
    """A muscle as a person has it, before any needle is inserted."""

    disease: Disease
    severity: float
    n_units: int  # motor units of the muscle
    fibre_density: float  # fibres of one unit, per mm²
    fibre_diameter: float  # µm, mean
    endplate: float  # mm from the needle along the fibres, mean
    endplate_sd: float  # mm
    last_threshold: float  # drive that recruits the last unit; full drive is 1
    gain: float  # of the amplifier and the needle


def draw_patient(name, severity, rng):
    """Draw a patient.

    Parameters
    ----------
    name : str
        Class of the patient, a key of `DISEASES`.
    severity : float or tuple of float
        The severity itself, or the two parameters of its Beta distribution.
    rng : Generator
        Source of randomness.

    Returns
    -------
    patient : Patient
        The patient.
    """
    drawn = {
        "n_units": round(rng.normal(110, 12)),
        "fibre_density": 6 * rng.lognormal(0, 0.15),
        "fibre_diameter": rng.normal(54, 3),
        "endplate_sd": rng.lognormal(0, 0.15),
        "endplate": -rng.uniform(15, 25),
        "last_threshold": rng.uniform(0.6, 0.85),
        "gain": rng.lognormal(0, 0.15),
    }
    # Drawn last, so that a fixed severity leaves the same person.
    if isinstance(severity, tuple):
        severity = rng.beta(*severity)
    if name == "normal":
        severity = 0.0
    return Patient(DISEASES[name](severity), severity, **drawn)

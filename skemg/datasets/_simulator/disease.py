"""What a disease of a given severity changes in a muscle.

The operators follow Stashuk (1993) and Hamilton-Wright & Stashuk (2005); how strongly
each depends on the severity is our choice.

References
----------
Stashuk, D. W. (1993). "Simulation of electromyographic signals." Journal of
Electromyography and Kinesiology, 3(3), 157-173.

Hamilton-Wright, A. & Stashuk, D. W. (2005). "Physiologically based simulation of
clinical EMG signals." IEEE Transactions on Biomedical Engineering, 52(2), 171-183.
doi:10.1109/TBME.2004.840501
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disease:
    """Everything a disease can change; the defaults are a healthy muscle."""

    unit_loss: float = 0.0  # probability that a motor unit is lost
    fibre_survival: float = 1.0  # probability that a muscle fibre survives
    diameter_shift: float = 0.0  # µm, added to the mean fibre diameter
    diameter_sd: float = 5.0  # µm
    atrophic: float = 0.0  # share of fibres of about 36 µm
    hypertrophic: float = 0.0  # share of fibres of about 82 µm
    adopted_endplate_sd: float = 0.0  # mm, further scatter of adopted fibres
    adopted_delay: float = 0.0  # ms, mean further delay of adopted fibres
    jitter: float = 0.025  # ms, between the discharges of a fibre
    blocking: float = 0.0  # probability that an adopted fibre misses a discharge
    drive: float = 1.0  # drive needed for a unit of effort
    rate_gain: float = 1.0  # slope of firing rate over drive


def healthy(severity):
    """Return the disease that changes nothing, whatever the severity."""
    return Disease()


def chronic_neuropathy(severity):
    """Return loss of motor units, with their fibres adopted by the survivors."""
    loss = 0.40 + 0.45 * severity
    return Disease(
        unit_loss=loss,
        adopted_endplate_sd=0.8 + 2.2 * severity,
        adopted_delay=0.5 + 1.2 * severity,
        jitter=0.025 + 0.050 * severity,
        blocking=0.05 * severity,
        drive=(1 - loss) ** -0.5,
        rate_gain=1.6,
    )


def myopathy(severity):
    """Return loss of muscle fibres, with the remaining ones of uneven size."""
    return Disease(
        fibre_survival=1 - 0.75 * severity,
        diameter_shift=-4 * severity,
        diameter_sd=5 + 3 * severity,
        atrophic=0.10 * severity,
        hypertrophic=0.05 * severity,
        jitter=0.025 + 0.015 * severity,
        drive=1 + 1.5 * severity,
    )


# The position of a class decides its random stream: append, never reorder.
DISEASES = {
    "normal": healthy,
    "neuropathic": chronic_neuropathy,
    "myopathic": myopathy,
}

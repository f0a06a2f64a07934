"""The signal that the forests of needle EMG see."""

from skemg.preprocessing import Bandpass, Notch, Resampler


def cleaned_needle_emg():
    """Return the steps from raw needle EMG to 60 Hz to 4 kHz at 10 kHz.

    Mains, movement and amplifier noise differ between rooms and devices, and with them
    between classes where these were recorded apart. The values are our choice.
    """
    return [
        Resampler(10_000),
        Notch(frequency=50),
        Bandpass(low=60, high=4000, zero_phase=True),
    ]

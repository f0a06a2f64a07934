"""Steps that take recordings and give recordings."""

from ._amplitude_scaler import AmplitudeScaler
from ._bandpass import Bandpass
from ._notch import Notch
from ._peak_preserving_downsampler import PeakPreservingDownsampler
from ._resampler import Resampler

__all__ = [
    "AmplitudeScaler",
    "Bandpass",
    "Notch",
    "PeakPreservingDownsampler",
    "Resampler",
]

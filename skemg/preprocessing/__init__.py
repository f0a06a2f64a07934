"""Steps that take recordings and give recordings."""

from ._amplitude_scaler import AmplitudeScaler
from ._bandpass import Bandpass
from ._emd_denoiser import EMDDenoiser
from ._notch import Notch
from ._peak_preserving_downsampler import PeakPreservingDownsampler
from ._resampler import Resampler

__all__ = [
    "AmplitudeScaler",
    "Bandpass",
    "EMDDenoiser",
    "Notch",
    "PeakPreservingDownsampler",
    "Resampler",
]

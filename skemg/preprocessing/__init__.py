"""Steps that take recordings and give recordings."""

from ._amplitude_scaler import AmplitudeScaler
from ._bandpass import Bandpass
from ._emd_denoiser import EMDDenoiser
from ._multiscale_pca import MultiscalePCA
from ._notch import Notch
from ._peak_preserving_downsampler import PeakPreservingDownsampler
from ._resampler import Resampler
from ._wavelet_denoiser import WaveletDenoiser

__all__ = [
    "AmplitudeScaler",
    "Bandpass",
    "EMDDenoiser",
    "MultiscalePCA",
    "Notch",
    "PeakPreservingDownsampler",
    "Resampler",
    "WaveletDenoiser",
]

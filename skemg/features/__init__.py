"""From windows to features: a row of numbers, or an image, a window."""

from ._dwt import DWTFeatures
from ._log_spectrum import LogSpectrum
from ._mel_spectrogram import MelSpectrogram
from ._scalogram import Scalogram
from ._spectral import SpectralFeatures
from ._spectrogram import Spectrogram
from ._stockwell import Stockwell
from ._time_domain import TimeDomainFeatures
from ._wigner_ville import SmoothedPseudoWignerVille

__all__ = [
    "DWTFeatures",
    "LogSpectrum",
    "MelSpectrogram",
    "Scalogram",
    "SmoothedPseudoWignerVille",
    "SpectralFeatures",
    "Spectrogram",
    "Stockwell",
    "TimeDomainFeatures",
]

"""From windows to features: a row of numbers, or an image, a window."""

from ._delta import DeltaFeatures
from ._dwt import DWTFeatures
from ._emd import EMDFeatures
from ._entropy import EntropyFeatures
from ._hilbert import HilbertFeatures
from ._log_spectrum import LogSpectrum
from ._mel_spectrogram import MelSpectrogram
from ._scalogram import Scalogram
from ._spectral import SpectralFeatures
from ._spectrogram import Spectrogram
from ._stockwell import Stockwell
from ._teager import TeagerFeatures
from ._time_domain import TimeDomainFeatures
from ._wavelet_packet import WaveletPacketFeatures
from ._wigner_ville import SmoothedPseudoWignerVille

__all__ = [
    "DWTFeatures",
    "DeltaFeatures",
    "EMDFeatures",
    "EntropyFeatures",
    "HilbertFeatures",
    "LogSpectrum",
    "MelSpectrogram",
    "Scalogram",
    "SmoothedPseudoWignerVille",
    "SpectralFeatures",
    "Spectrogram",
    "Stockwell",
    "TeagerFeatures",
    "TimeDomainFeatures",
    "WaveletPacketFeatures",
]

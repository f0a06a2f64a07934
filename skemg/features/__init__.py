"""From windows to features: a row of numbers a window, every column with a name."""

from ._delta import DeltaFeatures
from ._dwt import DWTFeatures
from ._emd import EMDFeatures
from ._entropy import EntropyFeatures
from ._hilbert import HilbertFeatures
from ._log_spectrum import LogSpectrum
from ._spectral import SpectralFeatures
from ._teager import TeagerFeatures
from ._time_domain import TimeDomainFeatures
from ._wavelet_packet import WaveletPacketFeatures

__all__ = [
    "DWTFeatures",
    "DeltaFeatures",
    "EMDFeatures",
    "EntropyFeatures",
    "HilbertFeatures",
    "LogSpectrum",
    "SpectralFeatures",
    "TeagerFeatures",
    "TimeDomainFeatures",
    "WaveletPacketFeatures",
]

"""From windows to features: a row of numbers a window, every column with a name."""

from ._dwt import DWTFeatures
from ._emd import EMDFeatures
from ._hilbert import HilbertFeatures
from ._log_spectrum import LogSpectrum
from ._spectral import SpectralFeatures
from ._teager import TeagerFeatures
from ._time_domain import TimeDomainFeatures

__all__ = [
    "DWTFeatures",
    "EMDFeatures",
    "HilbertFeatures",
    "LogSpectrum",
    "SpectralFeatures",
    "TeagerFeatures",
    "TimeDomainFeatures",
]

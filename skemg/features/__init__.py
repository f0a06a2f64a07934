"""From windows to features: a row of numbers a window, every column with a name."""

from ._dwt import DWTFeatures
from ._log_spectrum import LogSpectrum
from ._spectral import SpectralFeatures
from ._time_domain import TimeDomainFeatures

__all__ = ["DWTFeatures", "LogSpectrum", "SpectralFeatures", "TimeDomainFeatures"]

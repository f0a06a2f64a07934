"""Wavelet transform of whole signals and back."""

from numbers import Integral

from sklearn.utils import check_scalar

_BORDER = "periodization"  # orthonormal: white noise stays white, at the ends too


def check_wavelet(wavelet, level):
    """Return the samples that a signal needs, after a check of the parameters."""
    import pywt

    check_scalar(level, "level", Integral, min_val=1)
    if wavelet not in pywt.wavelist(kind="discrete"):
        raise ValueError(
            f"unknown wavelet {wavelet!r}; pywt.wavelist(kind='discrete') lists the "
            "names"
        )
    return (pywt.Wavelet(wavelet).dec_len - 1) * 2**level


def deepest_level(wavelet, n_times):
    """Return the largest level for which `n_times` samples are enough."""
    import pywt

    return pywt.dwt_max_level(int(n_times), pywt.Wavelet(wavelet).dec_len)


def split(x, wavelet, level):
    """Return the bands D1, ..., DJ, AJ of a signal, along its last axis."""
    import pywt

    return pywt.wavedec(x, wavelet, mode=_BORDER, level=level)[::-1]


def join(bands, wavelet, n_times):
    """Return the signal of `n_times` samples that has these bands."""
    import pywt

    return pywt.waverec(bands[::-1], wavelet, mode=_BORDER)[..., :n_times]

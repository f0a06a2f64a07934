import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose

from skemg._kernels.dwt import dwt_statistics

# pywt warns of deep levels where the whole band is a border; here they are the point.
pytestmark = pytest.mark.filterwarnings("ignore:Level value:UserWarning")


def with_pywt(x, wavelet, level):
    n_padded = -(-x.shape[1] // 2**level) * 2**level
    x = np.pad(x.astype(np.float64), ((0, 0), (0, n_padded - x.shape[1])))
    bands = pywt.wavedec(x, wavelet, mode="periodization", level=level)[::-1]
    of_band = [
        np.stack([np.abs(b).mean(axis=1), (b**2).mean(axis=1), b.std(axis=1)], axis=1)
        for b in bands
    ]
    return np.stack(of_band, axis=1)


def run(x, name, level):
    wavelet = pywt.Wavelet(name)
    taps = np.array(wavelet.dec_lo), np.array(wavelet.dec_hi)
    return dwt_statistics(x, *taps, level)


@pytest.mark.parametrize(
    "n_times, level", [(960, 5), (940, 5), (37, 3), (8, 3), (2, 1)]
)
@pytest.mark.parametrize(
    "wavelet", ["haar", "db4", "db20", "sym5", "coif2", "bior2.2", "rbio2.4", "dmey"]
)
def test_statistics_are_those_of_the_coefficients_of_pywt(wavelet, n_times, level):
    x = np.random.default_rng(0).standard_normal((3, n_times))
    expected = with_pywt(x, wavelet, level)
    assert_allclose(run(x, wavelet, level), expected, rtol=1e-9, atol=1e-12)


def test_float32_agrees_with_float64_also_far_from_zero():
    x = 1e3 + np.random.default_rng(1).standard_normal((5, 960))
    x = x.astype(np.float32)
    assert_allclose(
        run(x, "db4", 5)[:, :5], run(x.astype(float), "db4", 5)[:, :5], rtol=1e-3
    )
    x -= 1e3
    assert_allclose(run(x, "db4", 5), run(x.astype(float), "db4", 5), rtol=1e-5)

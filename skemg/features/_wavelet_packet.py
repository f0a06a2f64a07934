"""Energies of equally wide wavelet bands."""

import functools

import numpy as np
from scipy import special
from sklearn.base import BaseEstimator, TransformerMixin

from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_names
from ._wavelets import check_wavelet, pad

_FEATURES = ("energy", "relative_energy", "entropy")


class WaveletPacketFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by the energies of equally wide wavelet bands.

    Windows in, a row of features a window out; nothing is learned. Where the wavelet
    transform of `DWTFeatures` splits only the low half again, wavelet packets split
    both halves: :math:`2^{level}` bands of one width, here in the order of their
    frequencies. Band k of K holds the frequencies from (k - 1) / K to k / K of half of
    the sampling frequency, which itself is not needed. The transform is periodic at the
    borders, after padding with zeros to a multiple of :math:`2^{level}` samples. Read
    more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    wavelet : str, default="db4"
        Name of a discrete wavelet of PyWavelets.
    level : int, default=4
        Number of times that every band is split in two. Windows need at least
        `(n_taps - 1) * 2**level` samples, 112 for the default.
    features : tuple of str, default=("energy", "relative_energy", "entropy")
        What is computed: "energy" is the sum of the squared coefficients of a band, in
        the square of the unit of the signal (for an orthogonal wavelet and windows that
        need no padding, the energies add up to the sum of the squared samples);
        "relative_energy" is its share p of the energy of all bands; "entropy", one
        number, is minus the sum of p ln p [1]_: 0 where one band has all the energy,
        level * ln 2 where all have the same. A window of zeros has zeros.

    Raises
    ------
    ValueError
        If the wavelet is not known, or the windows are too short for the level.

    See Also
    --------
    DWTFeatures : Bands an octave wide.
    LogSpectrum : Narrower bands of equal width.

    References
    ----------
    .. [1] Rosso, O. A. et al. (2001). "Wavelet entropy: a new tool for analysis of
       short duration brain electrical signals." J. of Neuroscience Methods, 105(1),
       65-75. doi:10.1016/S0165-0270(00)00356-3

    Examples
    --------
    A sine at 5/16 of the sampling frequency is in the middle of the third of four
    bands. The filters are not steep.

    >>> import numpy as np
    >>> from skemg.features import WaveletPacketFeatures
    >>> windows = np.sin(2 * np.pi * 5 / 16 * np.arange(960))[np.newaxis]
    >>> packet = WaveletPacketFeatures(level=2, features=("energy",))
    >>> packet.fit_transform(windows).round()
    array([[  1.,  65., 409.,   5.]])
    >>> packet.get_feature_names_out().tolist()
    ['packet_1_energy', 'packet_2_energy', 'packet_3_energy', 'packet_4_energy']
    """

    def __init__(
        self,
        wavelet="db4",
        level=4,
        features=("energy", "relative_energy", "entropy"),
    ):
        self.wavelet = wavelet
        self.level = level
        self.features = features

    def fit(self, X, y=None):
        """Check the parameters against the windows; nothing is learned.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        self : WaveletPacketFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._check(windows.n_times)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the energies.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_columns)
            The features, channel by channel.
        """
        windows = check_windows(self, X, reset=False)
        compute = functools.partial(self._block, self._check(windows.n_times))
        return compute_columns(compute, windows, len(self._feature_names(None)))

    def _check(self, n_times):
        check_names(self.features, _FEATURES)
        return check_wavelet(self, n_times)

    def _block(self, wavelet, rows, out):
        bands = self._split(wavelet, rows)
        energy = np.einsum("ijk,ijk->ij", bands, bands, dtype=np.float64)
        total = energy.sum(axis=1, keepdims=True)
        share = np.divide(energy, total, out=np.zeros_like(energy), where=total > 0)
        values = {
            "energy": energy,
            "relative_energy": share,
            "entropy": special.entr(share).sum(axis=1, keepdims=True) + 0.0,  # no -0.0
        }
        columns = [values[name] for name in self.features]
        np.concatenate(columns, axis=1, out=out, casting="same_kind")

    def _split(self, wavelet, rows):
        """Return the coefficients (n_rows, n_bands, n) by growing frequency."""
        import pywt

        bands = pad(rows, self.level)[:, np.newaxis]
        for _ in range(self.level):
            halves = np.stack(pywt.dwt(bands, wavelet, "periodization"), axis=2)
            # Keeping every second sample of an upper half has turned it upside down.
            halves[:, 1::2] = halves[:, 1::2, ::-1].copy()
            bands = halves.reshape(len(rows), -1, halves.shape[-1])
        return bands

    def _feature_names(self, layout):
        numbers = range(1, 2**self.level + 1)
        names = []
        for name in self.features:
            if name == "entropy":
                names.append("packet_entropy")
            else:
                names += [f"packet_{number}_{name}" for number in numbers]
        return names

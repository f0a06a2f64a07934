"""Teager-Kaiser energy of each window, and what follows from it."""

import functools

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skemg.utils._rate import require_rate
from skemg.utils._windowwise import (
    WindowwiseMixin,
    check_windows,
    compute_columns,
    layout,
)

from ._checks import check_length, check_names

_FEATURES = tuple(
    f"{of}_{statistic}"
    for of in ("energy", "amp", "freq")
    for statistic in ("mean", "std")
)


def teager_energy(x):
    """Return x_n² - x_(n-1) x_(n+1) of each sample that has two neighbours."""
    return x[:, 1:-1] ** 2 - x[:, :-2] * x[:, 2:]


def desa1(x):
    """Return amplitude and angular frequency of all samples but two at either end.

    Both are zero where the energies are those of no tone.
    """
    energy = teager_energy(x)[:, 1:-1]
    of_steps = teager_energy(np.diff(x))
    versine = _versine(of_steps[:, :-1] + of_steps[:, 1:], 4 * energy)
    square_of_sine = versine * (2 - versine)
    amplitude = np.sqrt(_divide(energy, square_of_sine, versine > 0))
    return amplitude, 2 * np.arcsin(np.sqrt(versine / 2))


def desa2(x):
    """Return amplitude and angular frequency of all samples but two at either end.

    Both are zero where the energies are those of no tone.
    """
    energy = teager_energy(x)[:, 1:-1]
    of_steps = teager_energy(x[:, 2:] - x[:, :-2])
    versine = _versine(of_steps, 2 * energy)  # of twice the frequency
    amplitude = 2 * np.sqrt(_divide(energy, 2 * versine, versine > 0))
    return amplitude, np.arcsin(np.sqrt(versine / 2))


def _versine(part, whole):
    """Return 1 - cos of a frequency, zero where it is outside of 0 to 2."""
    least = np.finfo(np.float64).eps * whole
    return _divide(part, whole, (whole > 0) & (part > least) & (part < 2 * whole))


def _divide(part, whole, where):
    return np.divide(part, whole, out=np.zeros_like(part), where=where)


_METHODS = {"desa1": desa1, "desa2": desa2}


class TeagerFeatures(WindowwiseMixin, TransformerMixin, BaseEstimator):
    r"""Describe each window by its Teager-Kaiser energy, amplitude and frequency.

    Windows in, a row of features a window out; nothing is learned. The energy of a
    sample follows from it and its two neighbours [1]_,

    .. math:: \psi[x_n] = x_n^2 - x_{n-1} x_{n+1}

    which is :math:`A^2 \sin^2 \omega` for a tone :math:`A \cos(\omega n)`: it grows
    with amplitude and frequency, and so points to motor unit potentials. An energy
    separation algorithm [2]_ gives amplitude and frequency of each sample from the
    energies of the signal and of its differences, exactly for a tone. The features are
    mean and population standard deviation over the samples:

    - `energy_mean`, `energy_std` of the energy, in the square of the unit of the signal
      (µV² where calibrated),
    - `amp_mean`, `amp_std` of the amplitude, in the unit of the signal,
    - `freq_mean`, `freq_std` of the frequency in Hz; only these need the sampling
      frequency.

    In a wide band amplitudes have outliers; a band-pass before makes them rare. Samples
    whose energies are those of no tone (not positive, or a cosine outside -1 to 1)
    count for the energy only. Where no sample is left, as in a flat window, the
    features are zero. Read more in the :ref:`User Guide <features>`.

    Parameters
    ----------
    features : tuple of str, default=all of them
        Names of the list above; the columns follow their order. Windows need 3 samples
        for an energy, 5 for amplitude and frequency.
    method : {"desa1", "desa2"}, default="desa1"
        How amplitude and frequency are found. "desa1" takes differences of neighbours
        and holds up to half of the sampling frequency, "desa2" takes them over two
        samples and holds up to a quarter.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Windows` carry their own.

    Raises
    ------
    SignalError
        If the sampling frequency is needed and unknown, or windows are too short.
    ValueError
        If a feature or method is not known.

    See Also
    --------
    HilbertFeatures : Envelope and frequency from the whole window.

    References
    ----------
    .. [1] Kaiser, J. F. (1990). "On a simple algorithm to calculate the 'energy' of a
       signal." ICASSP. doi:10.1109/ICASSP.1990.115702
    .. [2] Maragos, P., Kaiser, J. F. and Quatieri, T. F. (1993). "Energy separation in
       signal modulations with application to speech analysis." IEEE Trans. Signal
       Processing, 41(10), 3024-3051. doi:10.1109/78.277799

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.features import TeagerFeatures
    >>> tone = 3 * np.cos(2 * np.pi * 100 * np.arange(200) / 1200)
    >>> teager = TeagerFeatures(("energy_mean", "amp_mean", "freq_mean"), sfreq=1200)
    >>> teager.fit_transform(tone[np.newaxis]).round(6)
    array([[  2.25,   3.  , 100.  ]])
    """

    def __init__(
        self,
        features=(
            "energy_mean",
            "energy_std",
            "amp_mean",
            "amp_std",
            "freq_mean",
            "freq_std",
        ),
        *,
        method="desa1",
        sfreq=None,
    ):
        self.features = features
        self.method = method
        self.sfreq = sfreq

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
        self : TeagerFeatures
            The step itself.
        """
        windows = check_windows(self, X, reset=True)
        self._check(windows)
        self._layout = layout(windows)
        return self

    def transform(self, X):
        """Compute the features.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_channels * n_features)
            The features, channel by channel.
        """
        windows = check_windows(self, X, reset=False)
        self._check(windows)
        compute = functools.partial(self._block, windows.sfreq)
        return compute_columns(compute, windows, len(self.features), n_rows=32)

    def _check(self, windows):
        check_names(self.features, _FEATURES)
        if self.method not in tuple(_METHODS):
            raise ValueError(f'method must be "desa1" or "desa2", got {self.method!r}')
        if self._asks("freq"):
            require_rate(self, windows.sfreq)
        separates = self._asks("amp") or self._asks("freq")
        what = f"method={self.method!r}" if separates else "an energy"
        check_length(self, windows.n_times, 5 if separates else 3, what)

    def _asks(self, of):
        return any(name.startswith(of) for name in self.features)

    def _block(self, sfreq, rows, out):
        rows = rows.astype(np.float64)
        found = {}
        if self._asks("energy"):
            energy = teager_energy(rows)
            found["energy_mean"], found["energy_std"] = energy.mean(1), energy.std(1)
        if self._asks("amp") or self._asks("freq"):
            amplitude, frequency = _METHODS[self.method](rows)
            holds = frequency > 0
            found["amp_mean"], found["amp_std"] = _moments(amplitude, holds)
            frequency *= (sfreq or 1.0) / (2 * np.pi)
            found["freq_mean"], found["freq_std"] = _moments(frequency, holds)
        for column, name in enumerate(self.features):
            out[:, column] = found[name]

    def _feature_names(self, layout):
        return [f"teager_{name}" for name in self.features]


def _moments(values, holds):
    """Return mean and deviation of the values that hold; the others are zero."""
    count = np.maximum(holds.sum(axis=1), 1)
    mean = values.sum(axis=1) / count
    centred = np.where(holds, values - mean[:, np.newaxis], 0)
    return mean, np.sqrt((centred**2).sum(axis=1) / count)

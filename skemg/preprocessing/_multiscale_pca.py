"""Multiscale principal component analysis."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.utils._length import refuse_short
from skemg.utils._no_table import NoTableMixin, StatelessMixin
from skemg.utils._rate import one_rate, require_rate
from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._unit import refuse_other_unit

from ._principal import Moments, check_rule, leading, project, project_on_its_own
from ._thresholds import noise_level, soft, universal
from ._wavelets import check_wavelet, deepest_level, join, split


class MultiscalePCA(NoTableMixin, StatelessMixin, TransformerMixin, BaseEstimator):
    r"""Keep what several channels or windows share, in each scale of a wavelet.

    Recordings in, recordings out. Signals that belong together stand side by side as
    columns of a matrix. Each is split into wavelet details D1, ..., DJ and the
    approximation AJ; in each of these scales the columns are replaced by what their
    leading principal components say of them; the signals are put together again and
    once more reduced to their leading components [1]_. Computed in float64; float32
    recordings come back as float32. Read more in the :ref:`User Guide <filtering>`.

    Parameters
    ----------
    wavelet : str, default="sym4"
        Name of a discrete wavelet of PyWavelets.
    level : int, default=5
        Number of times that the approximation is split. Columns need at least
        `(n_taps - 1) * 2**level` samples, 224 for the default.
    rule : {"kaiser", "heuristic"} or float, default="kaiser"
        Which components are kept of a scale, at least one: "kaiser" those whose
        eigenvalue is no less than the mean over all columns, "heuristic" those with
        more than 5 % of the variance, a float above 0 as many as are needed for that
        fraction of the variance; 1.0 keeps all.
    columns : {"windows", "channels"}, default="windows"
        "windows" takes consecutive windows of a recording as columns, each channel by
        itself, and learns nothing; our choice, for recordings of one channel.
        "channels" takes the channels as columns and learns means and components from
        all training recordings, as [1]_ does.
    window_length : float, default=0.025
        Length of a window in seconds; our choice. Only for "windows".
    n_columns : int, default=500
        Most windows in one matrix; our choice. A longer recording is parted into as few
        matrices as possible, of about as many windows each. Only for "windows".
    threshold : bool, default=False
        Shrink the scores of the kept components in the details by the soft threshold
        :math:`\sigma \sqrt{2 \ln n}`, with n their number and :math:`\sigma` their
        median magnitude divided by 0.6745.
    drop_finest : int, default=0
        Number of finest details that are set to zero instead.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own. Not
        needed for "channels".

    Attributes
    ----------
    means_ : list of ndarray of shape (n_channels,)
        Only for "channels": mean of each channel in D1, ..., DJ, AJ and, last, in the
        rebuilt signal.
    components_ : list of ndarray of shape (n_components, n_channels)
        Only for "channels": kept components in the same order, the leading one first.

    Raises
    ------
    ValueError
        If a parameter is not known or out of range.
    SignalError
        If a recording is shorter than a window, the sampling frequency is unknown, or
        recordings differ in channels, sampling frequency or unit from those that were
        learned from.

    See Also
    --------
    WaveletDenoiser : Denoise each channel without regard to others.

    Notes
    -----
    Windows tile a recording from its first sample on. Where the length is no multiple
    of the window, one more window ends with the last sample; what it has in common with
    the one before is taken from that one, so that no sample is lost, padded or mixed.
    Windows are continued periodically in the transform.

    A single column shares nothing: without `threshold` it comes back as it was, with it
    the step is wavelet shrinkage. Windows of needle EMG share little, because
    potentials stand anywhere in them; short windows, many of them, keep most of the
    signal. With few or long windows "kaiser" drops much of it: compare with
    :class:`WaveletDenoiser`.

    References
    ----------
    .. [1] Bakshi, B. R. (1998). "Multiscale PCA with application to multivariate
       statistical process monitoring." AIChE Journal, 44(7). doi:10.1002/aic.690440712

    Examples
    --------
    Two channels with one source, each with noise of its own:

    >>> import numpy as np
    >>> from skemg.preprocessing import MultiscalePCA
    >>> rng = np.random.default_rng(0)
    >>> source = np.sin(np.arange(4000) / 50)
    >>> clean = np.stack([source, -source])
    >>> noisy = clean + 0.3 * rng.standard_normal((2, 4000))
    >>> mspca = MultiscalePCA(columns="channels")
    >>> (denoised,) = mspca.fit_transform([noisy])
    >>> bool(np.std(denoised - clean) < 0.75 * np.std(noisy - clean))
    True
    """

    def __init__(
        self,
        wavelet="sym4",
        level=5,
        *,
        rule="kaiser",
        columns="windows",
        window_length=0.025,
        n_columns=500,
        threshold=False,
        drop_finest=0,
        sfreq=None,
    ):
        self.wavelet = wavelet
        self.level = level
        self.rule = rule
        self.columns = columns
        self.window_length = window_length
        self.n_columns = n_columns
        self.threshold = threshold
        self.drop_finest = drop_finest
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Learn means and components of the channels; of windows nothing is learned.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.
        y : ignored
            Not used.

        Returns
        -------
        self : MultiscalePCA
            The step itself.
        """
        recordings = check_recordings(self, X, reset=True)
        self._check(recordings)
        if self.columns == "channels":
            self._learn(recordings)
        return self

    def transform(self, X):
        """Denoise each recording.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.

        Returns
        -------
        denoised : Recordings, list of arrays or ndarray
            The denoised recordings, in the form in which they came.
        """
        by_channels = self.columns == "channels"
        if by_channels:
            check_is_fitted(self, "components_")
        recordings = check_recordings(self, X, reset=False)
        self._check(recordings)
        if by_channels:
            self._refuse_other(recordings)
        denoise = self._denoise_channels if by_channels else self._denoise_windows
        return like(map_recordings(denoise, recordings, given=X), X)

    def _check(self, recordings):
        minimum = check_wavelet(self.wavelet, self.level)
        check_rule(self.rule)
        check_scalar(self.threshold, "threshold", (bool, np.bool_))
        check_scalar(
            self.drop_finest, "drop_finest", Integral, min_val=0, max_val=self.level
        )
        if self.columns == "channels":
            deepest = deepest_level(self.wavelet, recordings.n_times.min())
            needed_by = (
                f"MultiscalePCA(wavelet={self.wavelet!r}, level={self.level}; the "
                f"shortest recording allows level={deepest})"
            )
            refuse_short(recordings, minimum, needed_by)
        elif self.columns == "windows":
            self._check_windows(recordings, minimum)
        else:
            raise ValueError(
                f'columns must be "windows" or "channels", got {self.columns!r}'
            )

    def _check_windows(self, recordings, minimum):
        check_scalar(self.n_columns, "n_columns", Integral, min_val=1)
        check_scalar(self.window_length, "window_length", Real)
        if not 0 < self.window_length < np.inf:
            raise ValueError(
                "window_length must be positive and finite, in seconds, got "
                f"{self.window_length}"
            )
        sfreq = require_rate(self, recordings.sfreq)
        n_window = np.array([self._n_window(rate) for rate in sfreq.tolist()])
        i = n_window.argmin()
        if n_window[i] < minimum:
            raise ValueError(
                f"window_length={self.window_length} is {n_window[i]} samples at the "
                f"{sfreq[i]:g} Hz of recording {i}, but level={self.level} of "
                f"{self.wavelet!r} needs at least {minimum} samples, "
                f"{minimum / sfreq[i]:g} s; the largest level for this window is "
                f"{deepest_level(self.wavelet, n_window[i])}"
            )
        needed_by = f"MultiscalePCA(window_length={self.window_length})"
        refuse_short(recordings, n_window, needed_by)

    def _n_window(self, sfreq):
        return round(self.window_length * sfreq)

    def _learn(self, recordings):
        sfreq = recordings.sfreq
        self._unit = recordings.unit
        self._sfreq = None if sfreq is None else one_rate(self, sfreq)
        scales = [Moments() for _ in range(self.level + 1)]
        for x in recordings:
            for moments, band in zip(scales, self._split(_columns(x)), strict=True):
                moments.add(band)
        self.means_ = [moments.mean for moments in scales]
        self.components_ = [
            leading(moments.scatter, self.rule, len(moments.mean)) for moments in scales
        ]
        for scale in range(self.drop_finest):
            self.means_[scale] = np.zeros_like(self.means_[scale])
            self.components_[scale] = self.components_[scale][:0]
        rebuilt = Moments()
        for x in recordings:
            rebuilt.add(self._rebuild(_columns(x), self._project))
        self.means_.append(rebuilt.mean)
        self.components_.append(leading(rebuilt.scatter, self.rule, len(rebuilt.mean)))

    def _refuse_other(self, recordings):
        refuse_other_unit(self, self._unit, recordings.unit)
        n_channels = len(self.means_[0])
        if recordings.n_channels != n_channels:
            raise SignalError(
                f"MultiscalePCA learned from {n_channels} channels and got recordings "
                f"with {recordings.n_channels}; fit it to them"
            )
        if self._sfreq is None or recordings.sfreq is None:
            return
        other = np.flatnonzero(recordings.sfreq != self._sfreq)
        if len(other):
            raise SignalError(
                f"MultiscalePCA learned at {self._sfreq:g} Hz, but recording "
                f"{other[0]} has {recordings.sfreq[other[0]]:g} Hz; put "
                "Resampler(target_sfreq=...) before it"
            )

    def _denoise_channels(self, x, sfreq):
        rebuilt = self._rebuild(_columns(x), self._project)
        last = len(self.components_) - 1
        return self._project(last, rebuilt).reshape(x.shape)

    def _denoise_windows(self, x, sfreq):
        if x.ndim == 2:
            return np.stack([self._denoise_windows(channel, sfreq) for channel in x])
        windows = _windows(x.astype(np.float64), self._n_window(sfreq))
        n_matrices = -(-len(windows) // self.n_columns)
        for matrix in np.array_split(windows, n_matrices):
            rebuilt = self._rebuild(matrix, self._project_on_its_own)
            matrix[...] = self._project_on_its_own(self.level + 1, rebuilt)
        return _in_a_row(windows, len(x))

    def _split(self, columns):
        return split(columns, self.wavelet, self.level)

    def _rebuild(self, columns, of_scale):
        """Return columns of shape (n_columns, n_times) after what is done to scales."""
        bands = [of_scale(i, band) for i, band in enumerate(self._split(columns))]
        return join(bands, self.wavelet, columns.shape[-1])

    def _project(self, scale, band):
        return project(
            band, self.means_[scale], self.components_[scale], self._shrink(scale)
        )

    def _project_on_its_own(self, scale, band):
        if scale < self.drop_finest:
            return np.zeros_like(band)
        return project_on_its_own(band, self.rule, self._shrink(scale))

    def _shrink(self, scale):
        details = self.threshold and scale < self.level
        return _shrink_universal if details else _as_it_is

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.columns == "channels"
        return tags


def _columns(x):
    """Return a recording as float64 channels."""
    return np.atleast_2d(x).astype(np.float64)


def _windows(x, n_window):
    """Return windows that tile x; the last one ends with x and may overlap."""
    tiled = x[: len(x) // n_window * n_window].reshape(-1, n_window)
    return tiled if tiled.size == len(x) else np.vstack([tiled, x[-n_window:]])


def _in_a_row(windows, n_times):
    """Return the samples of the windows, those in two of them from the first one."""
    n_twice = windows.size - n_times
    return np.concatenate([windows[:-1].reshape(-1), windows[-1, n_twice:]])


def _shrink_universal(scores):
    return soft(scores, universal(scores, noise_level(scores)))


def _as_it_is(scores):
    return scores

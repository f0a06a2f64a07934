"""How a step that works window by window is written.

A feature step names its columns, computes them for a block of rows, and leaves the rest
to this module::

    class MeanAbsoluteValue(WindowwiseMixin, TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            self._layout = layout(check_windows(self, X, reset=True))
            return self

        def transform(self, X):                      # plain rows or Windows -> table
            windows = check_windows(self, X, reset=False)
            return compute_columns(self._block, windows, n_columns=1)

        def _block(self, rows, out):                 # rows (n, n_times), out (n, 1)
            np.abs(rows).mean(axis=1, out=out[:, 0])

        def _feature_names(self, layout):            # of one channel
            return ["mav"]

`check_windows` gives `Windows` for plain arrays too (a bag a row), with `sfreq`,
`unit`, `n_times`, `n_channels` and `channel_names`.
"""

import copy
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.signals._values import as_native, refuse_masked

from ._finite import refuse_not_finite, refuse_rows_not_finite
from ._no_table import StatelessMixin
from ._ragged import refuse_ragged
from ._rate import resolve_rate
from ._recordings import FLOATS, refuse_one_signal
from ._sklearn import check_feature_names_in

_ROWS = 64  # rows of a block: they stay in the L2 cache
_SAMPLES = 1 << 19  # and no more samples than this, however long the windows are
_ROWS_A_THREAD = 4 * _ROWS  # fewer are not worth a second thread


class Layout(NamedTuple):
    """What the names of the columns depend on."""

    n_channels: int
    n_times: int
    sfreq: float | None
    channel_names: list[str] | None
    has_channels: bool


def layout(windows):
    """Return the layout of windows from `check_windows`."""
    return Layout(
        windows.n_channels,
        windows.n_times,
        windows.sfreq,
        windows.channel_names,
        windows.rows(0, 1).ndim > 2,
    )


def check_windows(estimator, X, *, reset):
    """Return X as `Windows` of finite floats, with the rate where it is known.

    Parameters
    ----------
    estimator : estimator
        Whose input it is; its `sfreq` is the fall-back for plain arrays.
    X : Windows, or array-like of shape (n_windows, n_times) or \
            (n_windows, n_channels, n_times)
        The windows; a row of a plain array is a bag of one.
    reset : bool
        Whether this is `fit`.

    Returns
    -------
    windows : Windows
        float64 or float32, a signal and no table of features.
    """
    name = type(estimator).__name__
    if isinstance(X, Recordings):
        raise SignalError(f"{name} works on windows; put Windower before it")
    if not isinstance(X, Windows):
        refuse_masked(X, "X")
        refuse_ragged(name, X)
        refuse_one_signal(X, "window")
        X = validate_data(
            estimator,
            as_native(X),
            reset=reset,
            dtype=FLOATS,
            order="C",
            allow_nd=True,
            ensure_all_finite=False,  # ours names the window
        )
        if X.ndim > 3:
            raise SignalError(
                f"Found array with dim {X.ndim}: {name} expects windows of shape "
                "(n_windows, n_times) or (n_windows, n_channels, n_times)"
            )
        sfreq = resolve_rate(estimator, None)
        windows = Windows(X, np.arange(len(X) + 1), sfreq=sfreq)
        refuse_rows_not_finite(windows)
        return windows
    if X.feature_names is not None:
        raise SignalError(
            f"{name} works on signals, these windows are already features "
            f"({X.feature_names[0]}, ...); to join features use make_union inside the "
            "vote"
        )
    if len(X) == 0:
        raise SignalError("Found array with 0 sample(s): there is no recording")
    if X.n_times is None or X.dtype.kind not in "iuf":
        raise SignalError(f"{name} works on signals, got {X!r}")
    X = _with_rate(estimator, X)
    X = X if X.dtype in FLOATS else X.astype(np.float64)
    if X._values is None:
        refuse_not_finite(X._recordings)
    else:
        refuse_rows_not_finite(X)
    return X


def _with_rate(estimator, windows):
    """Return the windows, with the rate of the parameter where they have none."""
    sfreq = resolve_rate(estimator, windows.sfreq)
    if sfreq == windows.sfreq:
        return windows
    windows = copy.copy(windows)
    windows.sfreq = sfreq
    return windows


def compute_columns(function, windows, n_columns, n_rows=_ROWS):
    """Compute a table of features block by block, on as many threads as numba has.

    Parameters
    ----------
    function : callable
        Called as `function(rows, out)` with rows `(n, n_times)` in C order, which it
        leaves as they are, and `out` of shape `(n, n_columns)`, which it fills. Several
        threads call it at once.
    windows : Windows
        From `check_windows`.
    n_columns : int
        Features of one channel.
    n_rows : int, default=64
        Windows of a block, which should stay in the L2 cache; fewer of long windows.

    Returns
    -------
    table : ndarray of shape (n_windows, n_channels * n_columns)
        The features, the columns of a channel together.
    """
    n_windows = windows.n_windows
    n_rows = min(n_rows, _SAMPLES // (windows.n_channels * windows.n_times) + 1)
    table = np.empty((n_windows, windows.n_channels * n_columns), windows.dtype)

    def compute(start, stop):
        for first in range(start, stop, n_rows):
            last = min(first + n_rows, stop)
            function(  # no name for the rows: they are freed before the next ones come
                windows.rows(first, last).reshape(-1, windows.n_times),
                table[first:last].reshape(-1, n_columns),
            )

    in_pieces(compute, n_windows)
    return table


def in_pieces(function, n_windows, n_least=_ROWS_A_THREAD):
    """Call `function(start, stop)` for all windows, on as many threads as numba has.

    Parameters
    ----------
    function : callable
        Works on the windows `start` to `stop`. Several threads call it at once.
    n_windows : int
        Number of windows.
    n_least : int, default=256
        Windows that are worth a thread.
    """
    n_threads = min(number_of_threads(), n_windows // n_least)
    if n_threads < 2:
        function(0, n_windows)
        return
    # More pieces than threads: none waits long for one on a busy core.
    cuts = np.linspace(0, n_windows, 4 * n_threads + 1).astype(int)
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(function, cuts[:-1], cuts[1:]))


def number_of_threads():
    """Return how many threads the kernels may use: numba's setting."""
    import numba

    try:
        numba.threading_layer()
    except ValueError:  # asking would start its pool and reset the threads of torch
        return numba.config.NUMBA_NUM_THREADS
    return numba.get_num_threads()


class WindowwiseMixin(StatelessMixin):
    """Map a transformer of plain rows over `Windows`.

    A container goes in and comes out, whatever `set_output` says; plain arrays are left
    to scikit-learn. The mixin stands first in the list of bases.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)  # scikit-learn wraps transform here
        if "transform" in cls.__dict__:
            cls.transform = _keep_windows(cls.transform)

    def fit_transform(self, X, y=None):
        """Fit and transform; the same as `fit(X, y).transform(X)`.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        features : Windows or ndarray of shape (n_windows, n_features)
            The features, in the form in which the windows came.
        """
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Only checked against the names seen in `fit`.

        Returns
        -------
        names : ndarray of str of shape (n_features,)
            The names, such as `rms`, or `ch2_rms` with several channels.
        """
        check_is_fitted(self, "_layout")
        if hasattr(self, "n_features_in_"):
            check_feature_names_in(self, input_features)
        return np.asarray(self._all_names(self._layout), dtype=object)

    def _all_names(self, layout):
        names = self._feature_names(layout)
        if not layout.has_channels:
            return list(names)
        channels = layout.channel_names
        if channels is None:
            channels = [f"ch{i + 1}" for i in range(layout.n_channels)]
        return [f"{channel}_{name}" for channel in channels for name in names]


def _keep_windows(method):
    bare = getattr(method, "__wrapped__", method)

    @functools.wraps(method)
    def transform(self, X):
        if not isinstance(X, Windows):
            return method(self, X)
        values = bare(self, X)
        if isinstance(values, Windows):  # of a subclass that calls its parent
            return values
        names = self._all_names(layout(_with_rate(self, X)))
        return X.with_values(values, feature_names=names)

    return transform

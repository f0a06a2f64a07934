"""How a step that turns each window into an image is written.

An image step says in `_plan` which frequencies and times its images have and how they
are computed for a block of rows, and leaves the rest to this module::

    class Energy(ImagewiseMixin, TransformerMixin, BaseEstimator):
        def __init__(self, range=60.0, *, sfreq=None):
            ...

        def _plan(self, windows):
            def fill(rows, out):  # (n, n_times), (n, n_frequencies, n_frames)
                np.square(rows, out=out[:, 0])

            times = np.arange(windows.n_times) / windows.sfreq
            return Plan(np.zeros(1), times, fill)

Images hold powers; the mixin turns them into decibels, and appends slopes where the
step has the parameter `delta`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from skemg.exceptions import SignalError
from skemg.signals import Windows

from ._no_table import NoTableMixin
from ._number import check_number
from ._windowwise import check_windows, in_pieces

_ROWS = 64  # windows of a block
_VALUES = 1 << 18  # and no more samples or pixels than this, however large they are
_ROWS_A_THREAD = 16  # an image is more work than a row of features
_MOST_DECIBELS = 300.0  # float32 ends at 380
_DELTA_WIDTH = 2  # frames on each side of a slope


class Plan(NamedTuple):
    """What an image step computes for windows of one length and rate."""

    frequencies: np.ndarray  # Hz, of the rows of an image
    times: np.ndarray  # seconds from the start of the window, of its columns
    fill: Callable  # fill(rows, out) writes the powers


class ImagewiseMixin(NoTableMixin):
    """Turn plain rows or `Windows` into images of four axes.

    The mixin stands first in the list of bases.
    """

    def fit(self, X, y=None):
        """Learn the largest power of the training images, unless `range` is None.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        self : estimator
            The step itself.
        """
        windows, plan = self._start(X)
        if self.range is None:
            return self
        maxima = []

        def work(first, last):
            powers = np.empty(_shape(plan, windows, last - first), windows.dtype)
            _fill(plan, windows, first, last, powers)
            maxima.append(powers.max(axis=(0, 2, 3)))

        _each_block(work, windows, plan)
        self.max_ = np.max(maxima, axis=0).astype(np.float64)
        return self

    def fit_transform(self, X, y=None):
        """Fit and transform; the same as `fit(X, y).transform(X)`, in half the time.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.
        y : ignored
            Not used.

        Returns
        -------
        images : Windows or ndarray of shape (n_windows, n_channels, n_frequencies, \
                n_frames)
            The images, in the form in which the windows came.
        """
        windows, plan = self._start(X)
        images = self._empty(plan, windows)
        n_channels = windows.n_channels
        maxima = []

        def compute(first, last):
            powers = images[first:last, :n_channels]
            _fill(plan, windows, first, last, powers)
            maxima.append(powers.max(axis=(0, 2, 3)))

        def finish(first, last):
            self._finish(images[first:last, :n_channels], images[first:last])

        _each_block(compute, windows, plan)
        if self.range is not None:
            self.max_ = np.max(maxima, axis=0).astype(np.float64)
        _each_block(finish, windows, plan)
        return X.with_values(images) if isinstance(X, Windows) else images

    def transform(self, X):
        """Compute the images.

        Parameters
        ----------
        X : Windows or array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows, as long as those of `fit` and at the same rate.

        Returns
        -------
        images : Windows or ndarray of shape (n_windows, n_channels, n_frequencies, \
                n_frames)
            The images, in the form in which the windows came.
        """
        check_is_fitted(self, "frequencies_")
        windows = check_windows(self, X, reset=False)
        if _kind(windows) != self._kind:
            raise SignalError(
                f"{type(self).__name__} was fitted on windows of {_words(self._kind)}, "
                f"got {_words(_kind(windows))}"
            )
        plan = self._plan(windows)
        images = self._empty(plan, windows)

        def work(first, last):
            powers = images[first:last, : windows.n_channels]
            _fill(plan, windows, first, last, powers)
            self._finish(powers, images[first:last])

        _each_block(work, windows, plan)
        return X.with_values(images) if isinstance(X, Windows) else images

    def _start(self, X):
        if self.range is not None:
            check_number(
                self.range,
                "range",
                min_val=0,
                max_val=_MOST_DECIBELS,
                include_boundaries="right",
            )
        windows = check_windows(self, X, reset=True)
        plan = self._plan(windows)
        self.frequencies_, self.times_ = plan.frequencies, plan.times
        self._kind = _kind(windows)
        return windows, plan

    def _empty(self, plan, windows):
        n_maps = 2 if getattr(self, "delta", False) else 1
        shape = _shape(plan, windows, windows.n_windows, n_maps)
        return np.empty(shape, windows.dtype)

    def _finish(self, powers, out):
        """Turn powers, the first channels of `out`, into what the user asked for."""
        if self.range is not None:
            powers *= _inverse(self.max_, out.dtype)[:, np.newaxis, np.newaxis]
            with np.errstate(over="ignore"):  # infinity is white, like all that is loud
                powers *= 10.0 ** (self.range / 10)
            np.maximum(powers, 1, out=powers)
            np.log(powers, out=powers)
            powers *= 10 / (np.log(10) * self.range)
            np.minimum(powers, 1, out=powers)
        if getattr(self, "delta", False):
            slope = _slope(out.shape[-1]).astype(out.dtype)
            np.matmul(powers, slope, out=out[:, powers.shape[1] :])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _kind(windows):
    return windows.n_channels, windows.n_times, windows.sfreq


def _words(kind):
    n_channels, n_times, sfreq = kind
    rate = "an unknown rate" if sfreq is None else f"{sfreq:g} Hz"
    return f"{n_channels} channel(s) of {n_times} samples at {rate}"


def _shape(plan, windows, n_windows, n_maps=1):
    n_channels = n_maps * windows.n_channels
    return n_windows, n_channels, len(plan.frequencies), len(plan.times)


def _each_block(work, windows, plan):
    """Call `work(first, last)` for blocks of windows, on several threads."""
    _, n_channels, n_frequencies, n_frames = _shape(plan, windows, 1)
    largest = n_channels * max(windows.n_times, n_frequencies * n_frames)
    n_rows = min(_ROWS, _VALUES // largest + 1)

    def piece(start, stop):
        for first in range(start, stop, n_rows):
            work(first, min(first + n_rows, stop))

    # Products of a block are short: threads of BLAS beside ours only wait.
    with threadpool_limits(limits=1, user_api="blas"):
        in_pieces(piece, windows.n_windows, _ROWS_A_THREAD)


def _fill(plan, windows, first, last, powers):
    """Write the powers of some windows; `powers` may have gaps between windows."""
    n_rows, n_channels, n_frequencies, n_frames = powers.shape
    rows = windows.rows(first, last).reshape(-1, windows.n_times)
    if powers.flags.c_contiguous:
        plan.fill(rows, powers.reshape(-1, n_frequencies, n_frames))
        return
    block = np.empty((n_rows * n_channels, n_frequencies, n_frames), powers.dtype)
    plan.fill(rows, block)
    powers[...] = block.reshape(powers.shape)


def _inverse(largest, dtype):
    """Return one over the largest powers; where nothing was positive, zero."""
    usable = largest > 1 / np.finfo(dtype).max
    return np.divide(1, largest, out=np.zeros_like(largest), where=usable).astype(dtype)


def _slope(n_frames):
    """Return the matrix that turns frames into slopes; the ends are repeated."""
    frame = np.arange(n_frames)
    shifts = range(1, _DELTA_WIDTH + 1)
    norm = 2 * sum(shift**2 for shift in shifts)
    slope = np.zeros((n_frames, n_frames))
    for shift in shifts:
        ahead = np.minimum(frame + shift, n_frames - 1)
        behind = np.maximum(frame - shift, 0)
        slope[ahead, frame] += shift / norm  # no index twice: each column is a frame
        slope[behind, frame] -= shift / norm
    return slope

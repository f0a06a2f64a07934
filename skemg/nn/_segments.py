"""Pieces of recordings: drawn for training, and in order for what comes after."""

import numpy as np


class Segments:
    """Draw segments of one length from recordings, each place as likely as any other.

    Parameters
    ----------
    recordings : Recordings
        Those that are shorter than a segment are left out.
    n_times : int
        Samples of a segment.
    dtype : dtype
        Type of the segments.
    """

    def __init__(self, recordings, n_times, dtype):
        values = np.atleast_2d(recordings.values)
        self._views = np.lib.stride_tricks.sliding_window_view(values, n_times, axis=-1)
        self._offsets = recordings.offsets
        n_starts = np.maximum(recordings.n_times - n_times + 1, 0)
        self._first = np.concatenate([[0], np.cumsum(n_starts)])
        self._dtype = dtype
        self.n_segments = max(1, values.size // n_times)  # as many as fill the data

    def draw(self, n_segments, rng):
        """Return segments of any recording and channel.

        Parameters
        ----------
        n_segments : int
            Number of segments.
        rng : RandomState
            Draws them.

        Returns
        -------
        segments : ndarray of shape (n_segments, 1, n_times)
            Copies.
        """
        place = rng.randint(self._first[-1], size=n_segments)
        i = np.searchsorted(self._first, place, "right") - 1
        start = self._offsets[i] + place - self._first[i]
        channel = rng.randint(len(self._views), size=n_segments)
        return self._views[channel, start][:, np.newaxis].astype(self._dtype)


def in_pieces(function, signal, *, n_times, margin, multiple):
    """Apply a function that looks no further than `margin` to a signal, piece by piece.

    Parameters
    ----------
    function : callable
        Gives as many samples as it gets.
    signal : ndarray of shape (n_times_total,)
        The signal.
    n_times : int
        Samples of a piece, about.
    margin : int
        Samples before and behind a piece that the function sees besides.
    multiple : int
        Whatever the function gets starts at a multiple of this.

    Returns
    -------
    out : ndarray of shape (n_times_total,)
        As if the function had got the whole signal.
    """
    n_times, margin = (-(-n // multiple) * multiple for n in (n_times, margin))
    out = np.empty_like(signal)
    for start in range(0, len(signal), n_times):
        stop, before = start + n_times, max(start - margin, 0)
        piece = function(signal[before : stop + margin])
        out[start:stop] = piece[start - before : stop - before]
    return out

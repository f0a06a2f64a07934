"""Standard deviation of the noise of a recording, from where it is quietest."""

from itertools import pairwise

import numpy as np

from ._medians import median

_SECONDS = 0.05  # length of a block
_QUIET = 0.2  # share of the blocks that count as noise
_MEDIAN_OF_NORMAL = 0.6745  # median of the magnitudes of standard normal noise
_ROWS = 64  # windows looked at at once


def noise_of(windows, offsets):
    """Return the noise of each channel, the median over recordings.

    Parameters
    ----------
    windows : Windows
        The windows. A block lasts 50 ms; where the rate is unknown, a window is a
        block.
    offsets : ndarray of int of shape (n_recordings + 1,)
        The windows of recording `i` are `offsets[i]` to `offsets[i + 1]`.

    Returns
    -------
    noise : ndarray of shape (n_channels,)
        In the unit of the signals.
    """
    return np.median([_noise(windows, *bag) for bag in pairwise(offsets)], axis=0)


def _noise(windows, start, stop):
    powers = np.concatenate(
        [
            np.einsum("ijkl,ijkl->jik", blocks, blocks)
            for blocks in _blocks(windows, start, stop)
        ],
        axis=1,
    )
    return [
        _noise_of_channel(windows, start, stop, channel, power)
        for channel, power in enumerate(powers)
    ]


def _noise_of_channel(windows, start, stop, channel, power):
    """Return the noise of a channel, of whose blocks the power is known."""
    alive = np.flatnonzero(power)  # zeros are a lost signal or padding, no rest
    if len(alive) == 0:
        return 0.0
    n_quiet = max(1, int(_QUIET * len(alive)))
    order = np.argsort(power.reshape(-1)[alive], kind="stable")
    quiet = np.zeros(power.shape, bool)
    quiet.reshape(-1)[alive[order[:n_quiet]]] = True

    def magnitudes():
        first = 0
        for blocks in _blocks(windows, start, stop):
            wanted = quiet[first : first + len(blocks)]
            first += len(blocks)
            if wanted.any():
                yield np.abs(blocks[:, channel][wanted]).reshape(-1)

    return float(median(magnitudes)) / _MEDIAN_OF_NORMAL


def _blocks(windows, start, stop):
    """Yield blocks of shape (n_rows, n_channels, n_blocks, n_block_times)."""
    n_times, sfreq = windows.n_times, windows.sfreq
    n_block = n_times if sfreq is None else max(1, round(_SECONDS * sfreq))
    n_block = min(n_block, n_times)
    n_blocks = n_times // n_block
    for first in range(start, stop, _ROWS):
        rows = windows.rows(first, min(first + _ROWS, stop))
        rows = rows.reshape(len(rows), -1, n_times)[..., : n_blocks * n_block]
        yield rows.reshape(*rows.shape[:2], n_blocks, n_block)

"""Standard deviation of the noise of a recording, from where it is quietest."""

import numpy as np

_SECONDS = 0.05  # length of a block
_QUIET = 0.2  # share of the blocks that count as noise
_MEDIAN_OF_NORMAL = 0.6745  # median of the magnitudes of standard normal noise


def noise_of(bags, sfreq):
    """Return the noise of each channel, the median over recordings.

    Parameters
    ----------
    bags : iterable of ndarray of shape (n_windows, n_times) or \
            (n_windows, n_channels, n_times)
        The windows of each recording.
    sfreq : float or None
        Sampling frequency in Hz. A block lasts 50 ms; where the rate is unknown, a
        window is a block.

    Returns
    -------
    noise : ndarray of shape (n_channels,)
        In the unit of the signals.
    """
    return np.median([_noise(rows, sfreq) for rows in bags], axis=0)


def _noise(rows, sfreq):
    n_times = rows.shape[-1]
    n_block = n_times if sfreq is None else max(1, round(_SECONDS * sfreq))
    n_block = min(n_block, n_times)
    n_blocks = n_times // n_block
    channels = np.moveaxis(rows.reshape(len(rows), -1, n_times), 1, 0)
    blocks = channels[..., : n_blocks * n_block].reshape(len(channels), -1, n_block)
    return [_noise_of_blocks(channel) for channel in blocks]


def _noise_of_blocks(blocks):
    power = np.einsum("ij,ij->i", blocks, blocks)
    alive = np.flatnonzero(power)  # zeros are a lost signal or padding, no rest
    if len(alive) == 0:
        return 0.0
    n_quiet = max(1, int(_QUIET * len(alive)))
    quiet = alive[np.argsort(power[alive], kind="stable")[:n_quiet]]
    return float(np.median(np.abs(blocks[quiet]))) / _MEDIAN_OF_NORMAL

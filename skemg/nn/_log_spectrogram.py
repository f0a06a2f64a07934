"""Logarithmic spectrograms and their slopes, computed inside a net."""

import torch
from torch import nn

_EPS = 1e-10  # of the largest power of the training data
_LEAST_SPREAD = 1e-6  # of a logarithm; below it is rounding, not signal
_WIDTH = 2  # frames on each side of a slope
_CHUNK = 256  # windows of which the statistics are taken at once


class LogSpectrogram(nn.Module):
    """Logarithm of the power over frequency and time, and its slope over time.

    Both are standardised by the mean and standard deviation of each channel and
    frequency over windows and frames. The statistics are buffers that `learn` fills.

    Parameters
    ----------
    n_channels : int
        Channels of a window.
    n_fft : int
        Samples of a frame.
    hop : int
        Samples from the start of a frame to that of the next.
    """

    def __init__(self, n_channels, n_fft, hop):
        super().__init__()
        self.n_fft = n_fft
        self.hop = hop
        shape = (2, n_channels, n_fft // 2 + 1, 1)
        # one number, kept for each channel: with other channels it is learned anew
        self.register_buffer("eps", torch.ones(1, n_channels, 1, 1))
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("sd", torch.ones(shape))

    def forward(self, X):
        """Return the standardised images.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        images : tensor of shape (n_windows, 2 * n_channels, n_frequencies, n_frames)
            The logarithms of all channels, then their slopes.
        """
        with torch.autocast(X.device.type, enabled=False):
            return ((self._images(X) - self.mean) / self.sd).flatten(1, 2)

    def learn(self, X, weight):
        """Take the statistics of the training data.

        Parameters
        ----------
        X : tensor of shape (n_windows, n_channels, n_times)
            The windows.
        weight : tensor of shape (n_windows,) or None
            A window of weight two counts as two windows.
        """
        chunks = [X[i : i + _CHUNK] for i in range(0, len(X), _CHUNK)]
        weights = [None] * len(chunks) if weight is None else weight.split(_CHUNK)
        largest = max(float(self._power(chunk.to(self.eps)).max()) for chunk in chunks)
        self.eps.fill_(max(_EPS * largest, torch.finfo(self.eps.dtype).tiny))

        def average(function):
            total = count = 0
            for chunk, w in zip(chunks, weights, strict=True):
                images = function(self._images(chunk.to(self.eps)).double())
                w = images.new_ones(len(chunk)) if w is None else w.to(images)
                total = total + torch.einsum("i,icdft->cdf", w, images)
                count = count + w.sum() * images.shape[-1]
            return (total / count).unsqueeze(-1)

        mean = average(lambda images: images)
        sd = average(lambda images: (images - mean).square()).sqrt()
        self.mean.copy_(mean)
        self.sd.copy_(torch.where(sd > _LEAST_SPREAD, sd, 1.0))

    def _power(self, X):
        frames = X.unfold(-1, self.n_fft, self.hop)
        hann = torch.hann_window(self.n_fft, dtype=X.dtype, device=X.device)
        spectrum = torch.fft.rfft(frames * hann).transpose(-1, -2)
        return spectrum.real.square() + spectrum.imag.square()

    def _images(self, X):
        """Return logarithms and slopes, with an axis of two behind the windows."""
        log = torch.log(self._power(X) + self.eps)
        n_frames = log.shape[-1]
        first, last = log[..., :1], log[..., -1:]
        padded = torch.cat([first] * _WIDTH + [log] + [last] * _WIDTH, dim=-1)
        slope, norm = torch.zeros_like(log), 0
        for n in range(1, _WIDTH + 1):
            ahead = padded[..., _WIDTH + n :][..., :n_frames]
            behind = padded[..., _WIDTH - n :][..., :n_frames]
            slope = slope + n * (ahead - behind)
            norm += 2 * n**2
        return torch.stack([log, slope / norm], dim=1)

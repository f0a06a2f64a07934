"""Windows and recordings in which a spike at a known place decides on the class."""

import functools

import numpy as np

from skemg.nn import CNNGRUClassifier
from skemg.signals import Recordings

N_TIMES, SPIKE, HEIGHT = 32, 11, 4.0
NET = CNNGRUClassifier(
    conv_filters=8,
    rnn_units=(8,),
    readout="mean",
    max_epochs=25,
    lr=0.01,
    batch_size=16,
    device="cpu",
    random_state=0,
)


def spiky_windows(n_each=30, seed=0):
    """Return windows of noise, the second half with a spike, and their classes."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2 * n_each, N_TIMES))
    X[n_each:, SPIKE] += HEIGHT
    return X, np.repeat(["rest", "spike"], n_each)


@functools.cache
def spike_net():
    """Return a net that tells windows with a spike."""
    X, y = spiky_windows()
    net = NET.fit(X, y)
    assert net.score(X, y) > 0.95
    return net


def spiky_recordings(n_each=6, n_times=(160, 203), seed=0):
    """Return recordings of two lengths, the second half with spikes all along.

    A spike stands at sample 11 and every 32 samples after it.
    """
    rng = np.random.default_rng(seed)
    signals = [rng.normal(size=n_times[i % 2]) for i in range(2 * n_each)]
    for signal in signals[n_each:]:
        signal[SPIKE::N_TIMES] += HEIGHT
    groups = [f"p{i}" for i in range(2 * n_each)]
    emg = Recordings.from_list(signals, sfreq=1000.0, groups=groups)
    return emg, np.repeat(["rest", "spike"], n_each)

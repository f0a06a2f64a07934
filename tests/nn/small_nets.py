"""Small settings of every net, and windows that they can learn."""

import numpy as np

from skemg.nn import (
    AttentionPoolingClassifier,
    CNNGRUClassifier,
    DenseClassifier,
    ImageCNNClassifier,
    JointDenoisingClassifier,
    LightCNNClassifier,
    ResidualCNNClassifier,
    SpectroEMGNetClassifier,
)

SMALL = {"max_epochs": 3, "lr": 0.01, "random_state": 0}
NETS = [
    CNNGRUClassifier(conv_filters=4, rnn_units=(6, 5), **SMALL),
    LightCNNClassifier(conv_filters=(4, 6), dense_units=8, **SMALL),
    ResidualCNNClassifier(
        stem_filters=4,
        stem_kernels=(5,),
        stage_filters=(6, 8, 8),
        dense_units=(8,),
        **SMALL,
    ),
    DenseClassifier(dense_units=(16, 12, 8, 8), **SMALL),
    ImageCNNClassifier(conv_filters=(4, 6), dense_units=8, **SMALL),
    SpectroEMGNetClassifier(
        n_fft=8, n_hop=4, conv_filters=(4, 6), dense_units=8, **SMALL
    ),
    AttentionPoolingClassifier(
        encoder="conv", conv_filters=(8, 8), encoder_units=8, batch_size=64, **SMALL
    ),
    JointDenoisingClassifier(
        conv_filters=(4, 6), noise=("white",), snr=(0.0, 20.0), **SMALL
    ),
]
SIGNAL_NETS = [net for net in NETS if 3 in net._n_dims]  # the others take images


def make_windows(n_patients=6, n_each=6, n_times=32, seed=0):
    """Return windows of slow or fast waves in noise, their classes and patients."""
    rng = np.random.default_rng(seed)
    patient = np.repeat(np.arange(n_patients), n_each)
    fast = patient % 2 == 1
    phase = rng.uniform(0, 2 * np.pi, len(patient))
    angle = np.where(fast, 1.2, 0.2)[:, np.newaxis] * np.arange(n_times)
    X = np.sin(angle + phase[:, np.newaxis]) + rng.normal(0, 0.2, angle.shape)
    return X, np.where(fast, "fast", "slow"), np.array([f"p{i}" for i in patient])

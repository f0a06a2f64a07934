"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._cnn_gru import CNNGRUClassifier
from ._light_cnn import LightCNNClassifier
from ._residual_cnn import ResidualCNNClassifier
from ._spectro_emg_net import SpectroEMGNetClassifier

__all__ = [
    "CNNGRUClassifier",
    "LightCNNClassifier",
    "ResidualCNNClassifier",
    "SpectroEMGNetClassifier",
]

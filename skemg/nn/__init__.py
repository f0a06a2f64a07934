"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._attention_pooling import AttentionPoolingClassifier
from ._cnn_gru import CNNGRUClassifier
from ._dense import DenseClassifier
from ._image_cnn import ImageCNNClassifier
from ._light_cnn import LightCNNClassifier
from ._residual_cnn import ResidualCNNClassifier
from ._spectro_emg_net import SpectroEMGNetClassifier

__all__ = [
    "AttentionPoolingClassifier",
    "CNNGRUClassifier",
    "DenseClassifier",
    "ImageCNNClassifier",
    "LightCNNClassifier",
    "ResidualCNNClassifier",
    "SpectroEMGNetClassifier",
]

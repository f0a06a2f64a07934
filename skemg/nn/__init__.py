"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._attention_pooling import AttentionPoolingClassifier
from ._cnn_gru import CNNGRUClassifier
from ._conv_denoiser import ConvDenoiser
from ._dense import DenseClassifier
from ._image_cnn import ImageCNNClassifier
from ._joint_denoising import JointDenoisingClassifier
from ._light_cnn import LightCNNClassifier
from ._residual_cnn import ResidualCNNClassifier
from ._spectro_emg_net import SpectroEMGNetClassifier

__all__ = [
    "AttentionPoolingClassifier",
    "CNNGRUClassifier",
    "ConvDenoiser",
    "DenseClassifier",
    "ImageCNNClassifier",
    "JointDenoisingClassifier",
    "LightCNNClassifier",
    "ResidualCNNClassifier",
    "SpectroEMGNetClassifier",
]

"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._cnn_gru import CNNGRUClassifier
from ._conv_denoiser import ConvDenoiser
from ._joint_denoising import JointDenoisingClassifier

__all__ = ["CNNGRUClassifier", "ConvDenoiser", "JointDenoisingClassifier"]

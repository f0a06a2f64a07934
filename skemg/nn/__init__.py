"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._cnn_gru import CNNGRUClassifier
from ._dense import DenseClassifier
from ._image_cnn import ImageCNNClassifier

__all__ = ["CNNGRUClassifier", "DenseClassifier", "ImageCNNClassifier"]

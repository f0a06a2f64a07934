"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._cnn_gru import CNNGRUClassifier

__all__ = ["CNNGRUClassifier"]

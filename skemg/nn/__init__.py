"""Neural networks of the literature as scikit-learn classifiers, on CPU and CUDA."""

from ._attention_pooling import AttentionPoolingClassifier
from ._cnn_gru import CNNGRUClassifier

__all__ = ["AttentionPoolingClassifier", "CNNGRUClassifier"]

"""The private helpers of scikit-learn that we cannot do without, in one place."""

from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils.validation import _check_feature_names_in as check_feature_names_in
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import _num_samples as num_samples

__all__ = [
    "check_feature_names_in",
    "check_sample_weight",
    "num_samples",
    "safe_indexing",
]

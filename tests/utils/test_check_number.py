"""NaN and infinity are no values of a parameter, and neither is what is no list."""

import numpy as np
import pytest

from skemg.classifiers import LSSVC, BagVocabularyClassifier, RotationForestClassifier
from skemg.features import (
    EntropyFeatures,
    HilbertFeatures,
    MelSpectrogram,
    Scalogram,
    SmoothedPseudoWignerVille,
    Spectrogram,
    Stockwell,
    TeagerFeatures,
)
from skemg.utils._number import check_number, check_share

X = np.random.default_rng(0).standard_normal((6, 100))
Y = ["rest", "tense"] * 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan")])
@pytest.mark.parametrize(
    "estimator, name",
    [
        (Spectrogram, "length"),
        (Spectrogram, "hop"),
        (Spectrogram, "range"),
        (MelSpectrogram, "high"),
        (Scalogram, "high"),
        (Stockwell, "gamma"),
        (Stockwell, "low"),
        (SmoothedPseudoWignerVille, "lag_share"),
        (EntropyFeatures, "r"),
        (EntropyFeatures, "n"),
        (LSSVC, "regularization"),
        (LSSVC, "gamma"),
        (LSSVC, "coef0"),
        (RotationForestClassifier, "max_samples"),
        (BagVocabularyClassifier, "softness"),
    ],
)
def test_a_parameter_that_is_not_finite_is_refused_by_name(estimator, name, value):
    step = estimator(**{name: value})
    if "sfreq" in step.get_params():
        step.set_params(sfreq=1000)
    with pytest.raises(ValueError, match=name):
        step.fit(X, Y)


@pytest.mark.parametrize("value", [1, 2.5, np.float32(3), np.int64(4)])
def test_any_real_number_within_the_limits_passes(value):
    check_number(value, "width", min_val=1, max_val=4)


@pytest.mark.parametrize(
    "value, error, message",
    [
        ("3", TypeError, "width must be a number, got '3'"),
        (None, TypeError, "width must be a number, got None"),
        (0, ValueError, "width == 0, must be >= 1"),
        (np.nan, ValueError, "width must be finite, got nan"),
    ],
)
def test_what_is_no_number_or_out_of_the_limits_is_refused(value, error, message):
    with pytest.raises(error, match=message):
        check_number(value, "width", min_val=1)


@pytest.mark.parametrize("value", [0, 1, 95, np.nan, None, "0.5"])
def test_what_is_no_share_is_refused(value):
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1, got"):
        check_share(value, "alpha")


@pytest.mark.parametrize("value", [1.0, "a", ()])
@pytest.mark.parametrize(
    "step, name",
    [
        (EntropyFeatures(), "entropies"),
        (TeagerFeatures(sfreq=1000), "features"),
        (HilbertFeatures(sfreq=1000), "bands"),
    ],
)
def test_a_list_that_is_none_is_refused_by_name(step, name, value):
    with pytest.raises(ValueError, match=name):
        step.set_params(**{name: value}).fit(X)

"""imbalanced-learn's common checks on every augmenter."""

import pytest
from imblearn.utils.estimator_checks import parametrize_with_checks

from skemg.augmentation import (
    AmplitudeAugmenter,
    NoiseAugmenter,
    PolarityAugmenter,
    ShiftAugmenter,
)

# The checks compare calls of one sampler, so its changes must be drawn from one seed.
samplers = [
    AmplitudeAugmenter(random_state=0),
    NoiseAugmenter(random_state=0),
    NoiseAugmenter(n_copies=0, sampling_strategy="not majority", random_state=0),
    PolarityAugmenter(random_state=0),
    PolarityAugmenter(0.5, n_copies=3, random_state=0),
    ShiftAugmenter(random_state=0),
    ShiftAugmenter(circular=False, sampling_strategy="all", random_state=0),
]


checks = parametrize_with_checks(
    samplers,
    expected_failed_checks=lambda sampler: {
        "check_samplers_pandas_sparse": "a signal is no sparse table; it is refused"
    },
)


# Its own mark holds a generator, which pytest 9 no longer wants.
@pytest.mark.parametrize(checks.args[0], list(checks.args[1]), **checks.kwargs)
def test_common_checks_of_samplers(estimator, check):
    check(estimator)

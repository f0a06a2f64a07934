import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_classification
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel
from sklearn.preprocessing import KernelCenterer, StandardScaler

from skemg.classifiers import LSSVC, _lssvc
from skemg.datasets import make_needle_emg
from skemg.features import SpectralFeatures
from skemg.signals import Windows
from skemg.windowing import Windower, WindowVotingClassifier


@pytest.fixture
def two_classes():
    return make_classification(60, 5, random_state=0)


@pytest.fixture
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def solve_system_of_suykens(K, y, gamma):
    """Solve [0 yT; y Omega + I/gamma] [b; alpha] = [0; 1] as the source writes it."""
    n = len(y)
    system = np.zeros((n + 1, n + 1))
    system[0, 1:] = system[1:, 0] = y
    system[1:, 1:] = np.outer(y, y) * K + np.eye(n) / gamma
    solution = np.linalg.solve(system, np.append(0.0, np.ones(n)))
    return solution[0], solution[1:]


def test_two_samples_give_the_line_that_is_computed_by_hand():
    svm = LSSVC("linear", regularization=10).fit([[-1.0], [1.0]], [0, 1])
    # (K + I/10) beta = y with K = [[1, -1], [-1, 1]]: y is the eigenvector to 2 + 0.1
    assert_allclose(svm.dual_coef_, [[-1 / 2.1, 1 / 2.1]])
    assert_allclose(svm.intercept_, [0], atol=1e-15)
    assert_allclose(svm.decision_function([[0.5], [3.0]]), [1 / 2.1, 6 / 2.1])


@pytest.mark.parametrize("gamma", [0.1, 10.0, 1e4])
def test_coefficients_solve_the_linear_system_of_the_source(two_classes, gamma):
    X, codes = two_classes
    svm = LSSVC(regularization=gamma).fit(X, codes)
    y = 2.0 * codes - 1
    K = rbf_kernel(X, gamma=1 / (5 * X.var()))
    b, alpha = solve_system_of_suykens(K, y, gamma)
    assert_allclose(svm.intercept_, [b], rtol=1e-9, atol=1e-12)
    assert_allclose(svm.dual_coef_[0], alpha * y, rtol=1e-8, atol=1e-10)
    assert_allclose(svm.decision_function(X), K @ (alpha * y) + b, rtol=1e-9)


def test_it_is_kernel_ridge_on_centred_kernels_and_targets(iris):
    X, y = iris
    train, test = slice(0, 150, 2), slice(1, 150, 2)
    svm = LSSVC("poly", gamma=0.5, coef0=1.0, degree=2, regularization=3.0)
    decision = svm.fit(X[train], y[train]).decision_function(X[test])
    signs = 2.0 * (y[train][:, np.newaxis] == [0, 1, 2]) - 1
    centre = KernelCenterer()
    params = {"gamma": 0.5, "coef0": 1.0, "degree": 2}
    K = centre.fit_transform(polynomial_kernel(X[train], X[train], **params))
    ridge = KernelRidge(alpha=1 / 3, kernel="precomputed")
    ridge.fit(K, signs - signs.mean(axis=0))
    K = centre.transform(polynomial_kernel(X[test], X[train], **params))
    assert_allclose(decision, ridge.predict(K) + signs.mean(axis=0), rtol=1e-8)


def test_several_classes_are_each_one_against_the_rest(iris):
    X, y = iris
    decision = LSSVC().fit(X, y).decision_function(X)
    for k in range(3):
        alone = LSSVC().fit(X, y == k)
        assert_allclose(decision[:, k], alone.decision_function(X), rtol=1e-9)
    names = np.array(["a", "b", "c"])
    svm = LSSVC().fit(X, names[y])
    assert_array_equal(svm.predict(X), names[decision.argmax(axis=1)])
    assert svm.score(X, names[y]) > 0.95


def test_errors_are_the_coefficients_over_gamma_and_the_weight(two_classes):
    X, y = two_classes
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    svm = LSSVC(regularization=4.0).fit(X, y, sample_weight=weight)
    errors = 2.0 * y - 1 - svm.decision_function(X)
    assert_allclose(svm.dual_coef_[0], 4.0 * weight * errors, atol=1e-10)
    assert_allclose(svm.dual_coef_.sum(), 0, atol=1e-10)


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 3.0}])
def test_weights_count_as_repetitions_and_zero_as_absence(iris, kernel, class_weight):
    X, y = iris
    weight = np.random.default_rng(0).integers(0, 4, len(X))
    svm = LSSVC(kernel, class_weight=class_weight).fit(X, y, sample_weight=weight)
    repeated = LSSVC(kernel, class_weight=class_weight)
    repeated.fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_allclose(svm.gamma_, repeated.gamma_)
    assert_allclose(svm.decision_function(X), repeated.decision_function(X), rtol=1e-8)


def test_scale_means_a_width_of_n_features_times_the_variance(two_classes):
    X, y = two_classes
    assert_allclose(LSSVC().fit(X, y).gamma_, 1 / (5 * X.var()))
    assert LSSVC(gamma=0.3).fit(X, y).gamma_ == 0.3
    assert LSSVC().fit(np.ones((4, 2)), [0, 1, 0, 1]).gamma_ == 1.0


def test_large_regularization_runs_through_the_training_samples(two_classes):
    X, y = two_classes
    decision = LSSVC(gamma=1.0, regularization=1e9).fit(X, y).decision_function(X)
    assert_allclose(decision, 2 * y - 1, atol=1e-6)


def test_decision_values_of_all_classes_sum_to_two_less_their_number(iris):
    X, y = iris
    decision = LSSVC(class_weight="balanced").fit(X, y).decision_function(5 * X)
    assert_allclose(decision.sum(axis=1), 2 - 3)


def test_probabilities_are_half_of_one_plus_the_decision_cut_at_zero():
    svm = LSSVC("linear", regularization=0.5).fit([[-1.0], [1.0]], [0, 1])
    expected = [[0.5, 0.5], [0.375, 0.625], [0, 1], [1, 0]]  # of x / 2
    assert_allclose(svm.predict_proba([[0.0], [0.5], [8.0], [-8.0]]), expected)


def test_probabilities_are_near_the_truth_where_classes_overlap():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (2000, 1))
    truth = 0.5 + 0.4 * np.sin(3 * X[:, 0])
    svm = LSSVC(regularization=0.1).fit(X, rng.uniform(size=2000) < truth)
    assert np.abs(svm.predict_proba(X)[:, 1] - truth).mean() < 0.03


def test_prediction_in_pieces_is_prediction_at_once(two_classes, monkeypatch):
    X, y = two_classes
    svm = LSSVC().fit(X, y)
    whole = svm.decision_function(X)
    monkeypatch.setattr(_lssvc, "_ENTRIES", 7 * 60)
    assert_allclose(svm.decision_function(X), whole, rtol=1e-12)


def test_many_samples_warn_of_the_memory(two_classes, monkeypatch):
    monkeypatch.setattr(_lssvc, "_MANY", 50)
    with pytest.warns(UserWarning, match=r"kernel of 0\.0 GB for 60 samples"):
        LSSVC().fit(*two_classes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LSSVC().fit(two_classes[0][:50], two_classes[1][:50])


@pytest.mark.parametrize(
    "params, message",
    [
        ({"kernel": "sigmoid"}, "kernel must be one of"),
        ({"regularization": 0}, "regularization == 0"),
        ({"gamma": "auto"}, 'gamma must be "scale" or a number'),
        ({"gamma": -1.0}, "gamma == -1.0"),
        ({"degree": 0}, "degree == 0"),
        ({"coef0": -1.0}, "coef0 == -1.0"),
        ({"class_weight": {0: 0.0}}, "class_weight must be positive"),
    ],
)
def test_bad_parameters_are_refused_by_name(two_classes, params, message):
    with pytest.raises(ValueError, match=message):
        LSSVC(**params).fit(*two_classes)


def test_a_singular_system_says_what_to_lower():
    X, y = [[1e8], [1e8], [-1e8]], [0, 1, 1]
    with pytest.raises(ValueError, match=r"lower regularization=1000000\.0"):
        LSSVC("linear", regularization=1e6).fit(X, y)


def test_weights_must_leave_samples_and_two_classes(two_classes):
    X, y = two_classes
    with pytest.raises(ValueError, match="non-zero"):
        LSSVC().fit(X, y, sample_weight=np.zeros(60))
    with pytest.raises(ValueError, match="at least two classes"):
        LSSVC().fit(X, y, sample_weight=1.0 * (y == 1))


def test_it_votes_softly_and_can_be_calibrated():
    emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    windows = SpectralFeatures().fit_transform(
        Windower(length=0.1, hop=0.1).fit_transform(emg.data)
    )
    assert isinstance(windows, Windows)
    vote = WindowVotingClassifier(LSSVC()).fit(windows, emg.target)
    flat = LSSVC().fit(windows.values, windows.repeat(emg.target))
    assert_allclose(
        vote.predict_proba(windows), windows.mean(flat.predict_proba(windows.values))
    )
    calibrated = CalibratedClassifierCV(LSSVC(), cv=2)
    calibrated.fit(windows.values, windows.repeat(emg.target))
    assert calibrated.predict_proba(windows.values).shape == (windows.n_windows, 3)

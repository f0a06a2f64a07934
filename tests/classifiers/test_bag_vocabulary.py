import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from skemg.classifiers import BagVocabularyClassifier
from skemg.signals import Windows
from skemg.windowing import WindowPooling


class Recorder(LogisticRegression):
    """Keeps the table that it was fitted on."""

    def fit(self, X, y):
        self.X_ = X
        return super().fit(X, y)


@pytest.fixture
def four():
    """Return recordings of windows at 0, 1, 10 and 11; words lie at 0.5 and 10.5."""
    values = [[0.0], [1.0], [10.0], [0.0], [1.0], [11.0], [10.0], [11.0]]
    return Windows(values, [0, 3, 6, 8], sfreq=1000), ["a", "a", "b"]


def test_words_are_the_means_of_the_clusters_in_order_of_the_first_feature(four):
    words = BagVocabularyClassifier(n_words=2, random_state=0).fit(*four)
    assert_allclose(words.words_, [[0.5], [10.5]])


def test_hard_shares_count_the_nearest_word(four):
    words = BagVocabularyClassifier(Recorder(), n_words=2, softness=0, random_state=0)
    words.fit(*four)
    assert_allclose(words.estimator_.X_, [[2 / 3, 1 / 3], [2 / 3, 1 / 3], [0, 1]])


@pytest.mark.parametrize("softness", [0.5, 1.0, 100.0])
def test_soft_shares_follow_the_formula_computed_by_hand(four, softness):
    words = BagVocabularyClassifier(
        Recorder(), n_words=2, softness=softness, random_state=0
    )
    words.fit(*four)
    # Every window is 0.5 from its word and 9.5 or 10.5 from the other; m = 0.25. The
    # scale of the features cancels.
    near, far = np.exp(-np.array([0.25, 9.5**2]) / (softness * 0.25))
    further = np.exp(-(10.5**2) / (softness * 0.25))
    of = {
        0: [near, further],
        1: [near, far],
        10: [far, near],
        11: [further, near],
    }
    shares = {k: np.array(v) / np.sum(v) for k, v in of.items()}
    expected = [
        (shares[0] + shares[1] + shares[10]) / 3,
        (shares[0] + shares[1] + shares[11]) / 3,
        (shares[10] + shares[11]) / 2,
    ]
    assert_allclose(words.estimator_.X_, expected, rtol=1e-10)


def test_each_different_window_a_word_gives_exact_counts(four):
    words = BagVocabularyClassifier(Recorder(), n_words=4, random_state=0).fit(*four)
    expected = np.array([[2, 2, 2, 0], [2, 2, 0, 2], [0, 0, 3, 3]]) / 6
    assert_allclose(words.estimator_.X_, expected)


def test_ten_words_a_class_where_there_are_enough_windows(four):
    X, y = load_iris(return_X_y=True)
    assert BagVocabularyClassifier(random_state=0).fit(X, y).words_.shape == (30, 4)
    assert BagVocabularyClassifier(random_state=0).fit(*four).words_.shape == (4, 1)


def test_words_are_in_the_units_of_the_features():
    X, y = load_iris(return_X_y=True)
    words = BagVocabularyClassifier(n_words=1, random_state=0).fit(X, y).words_
    assert_allclose(words, [X.mean(axis=0)])


def test_the_mix_of_windows_tells_classes_whose_means_are_the_same():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    centre = rng.choice([-1.0, 1.0], size=(60, 20)) * np.where(y, 3.0, 0.0)[:, None]
    values = (centre + rng.normal(size=(60, 20))).reshape(-1, 1)
    X = Windows(values, np.arange(0, 1201, 20), sfreq=1000, feature_names=["x"])
    words = BagVocabularyClassifier(random_state=0).fit(X[:30], y[:30])
    assert words.score(X[30:], y[30:]) == 1
    means = WindowPooling(("mean",)).fit_transform(X)
    assert LogisticRegression().fit(means[:30], y[:30]).score(means[30:], y[30:]) < 0.8


def test_it_predicts_as_the_inner_classifier_and_has_its_methods(four):
    X, y = four
    words = BagVocabularyClassifier(random_state=0).fit(X, y)
    assert_array_equal(words.classes_, ["a", "b"])
    assert_array_equal(words.predict(X), y)
    proba = words.predict_proba(X)
    assert_allclose(proba.sum(axis=1), 1)
    assert_array_equal(words.decision_function(X) > 0, proba[:, 1] > 0.5)
    assert not hasattr(BagVocabularyClassifier(SVC()), "predict_proba")
    assert not hasattr(
        BagVocabularyClassifier(KNeighborsClassifier()), "decision_function"
    )


def test_one_seed_gives_one_result():
    X, y = load_iris(return_X_y=True)
    one, two = (BagVocabularyClassifier(random_state=1).fit(X, y) for _ in range(2))
    assert_allclose(one.words_, two.words_, rtol=1e-12)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_words": 0}, "n_words == 0"),
        ({"n_words": 5}, "n_words=5 needs as many different windows, got 4"),
        ({"softness": -1}, "softness == -1"),
    ],
)
def test_bad_parameters_are_refused_by_name(four, params, message):
    with pytest.raises(ValueError, match=message):
        BagVocabularyClassifier(**params).fit(*four)


def test_one_class_is_refused(four):
    with pytest.raises(ValueError, match="at least two classes, got one class"):
        BagVocabularyClassifier().fit(four[0], ["a", "a", "a"])

"""What the classifiers share whose sample is a bag of windows."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skemg.classifiers import MISVC, BagVocabularyClassifier
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.features import SpectralFeatures, TimeDomainFeatures
from skemg.model_selection import PatientKFold
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

every = pytest.mark.parametrize(
    "classifier",
    [
        BagVocabularyClassifier(n_words=3, random_state=0),
        MISVC(),
        MISVC("MI", kernel="linear"),
    ],
    ids=repr,
)


def bags(sfreq=1000, names=("a", "b"), dtype=np.float64):
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2, 0, 1, 2], 3)
    counts = rng.integers(1, 6, len(y))
    values = rng.normal(size=(counts.sum(), len(names or "ab")))
    values[:, 0] += 6 * np.repeat(y == 1, counts)
    values[:, 1] += 6 * np.repeat(y == 2, counts)
    offsets = np.append(0, counts.cumsum())
    names = None if names is None else list(names)
    X = Windows(values.astype(dtype), offsets, sfreq=sfreq, feature_names=names)
    return X, np.array(["normal", "myopathic", "neuropathic"])[y]


@every
def test_bags_of_any_sizes_are_classified(classifier):
    X, y = bags()
    fitted = clone(classifier).fit(X, y)
    assert fitted.score(X, y) == 1
    assert not hasattr(fitted, "n_features_in_")
    assert_array_equal(fitted.classes_, ["myopathic", "neuropathic", "normal"])


@every
def test_the_order_of_windows_does_not_matter(classifier):
    X, y = bags()
    fitted = clone(classifier).fit(X, y)
    reverse = np.concatenate([bag[::-1] for bag in X])
    again = fitted.decision_function(X.with_values(reverse, feature_names=["a", "b"]))
    np.testing.assert_allclose(fitted.decision_function(X), again, atol=1e-12)


@every
def test_scale_of_a_feature_does_not_matter(classifier):
    X, y = bags()
    scaled = X.with_values(X.values * [1, 1e4], feature_names=["a", "b"])
    one = clone(classifier).fit(X, y).decision_function(X)
    two = clone(classifier).fit(scaled, y).decision_function(scaled)
    np.testing.assert_allclose(one, two, atol=1e-6)


@every
def test_a_fit_on_plain_rows_takes_windows_later_and_the_other_way(classifier):
    X, y = bags(names=None)
    rows, labels = X.values, X.repeat(y)
    of_rows = clone(classifier).fit(rows, labels)
    alone = Windows(rows, np.arange(len(rows) + 1), sfreq=1000)
    assert_array_equal(of_rows.predict(alone), of_rows.predict(rows))
    of_bags = clone(classifier).fit(rows, labels).fit(X, y)
    assert not hasattr(of_bags, "n_features_in_")
    assert_array_equal(of_bags.predict(rows), of_bags.predict(alone))


@every
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_other_numbers_are_taken(classifier, dtype):
    X, y = bags(dtype=dtype)
    assert clone(classifier).fit(X, y).score(X, y) > 0.9


@every
def test_recordings_signals_and_missing_values_are_refused(classifier):
    X, y = bags()
    fitted = clone(classifier).fit(X, y)
    with pytest.raises(SignalError, match="put Windower before it"):
        fitted.predict(Recordings.from_list([np.ones(5)], sfreq=1000))
    images = Windows(np.ones((2, 3, 4)), [0, 1, 2], sfreq=1000)
    with pytest.raises(SignalError, match="needs a table of features"):
        fitted.predict(images)
    values = X.values.copy()
    values[2, 1] = np.nan
    with pytest.raises(SignalError, match="window 2, sample 1"):
        clone(classifier).fit(X.with_values(values), y)
    with pytest.raises(SignalError, match="there is no recording"):
        fitted.predict(X[:0])


@every
def test_windows_unlike_those_of_fit_are_refused(classifier):
    fitted = clone(classifier).fit(*bags())
    with pytest.raises(SignalError, match="at 1000 Hz and got 500 Hz"):
        fitted.predict(bags(sfreq=500)[0])
    with pytest.raises(SignalError, match="differ from the 2 seen in fit"):
        fitted.predict(bags(names="ac")[0])
    with pytest.raises(SignalError, match="the 3 features"):
        fitted.predict(bags(names="abc")[0])
    with pytest.raises(SignalError, match="the 3 features"):
        fitted.predict(np.ones((2, 3)))


@every
def test_labels_of_another_number_are_refused(classifier):
    X, y = bags()
    with pytest.raises(ValueError, match="18 recordings, y has 17 labels"):
        clone(classifier).fit(X, y[1:])


@every
def test_it_ends_a_pipeline_that_is_searched_with_patients_apart(classifier):
    emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    features = make_pipeline(
        Windower(length=0.1, hop=0.1), TimeDomainFeatures(("rms", "wl"))
    )
    pipeline = make_pipeline(features, clone(classifier))
    grid = {"pipeline__timedomainfeatures__features": [("rms",), ("rms", "wl")]}
    search = GridSearchCV(pipeline, grid, cv=PatientKFold(2))
    search.fit(emg.data, emg.target, groups=emg.groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    loaded = pickle.loads(pickle.dumps(search))
    assert_array_equal(loaded.predict(emg.data), search.predict(emg.data))


def test_windows_of_a_signal_are_gathered():
    emg = make_needle_emg(n_patients=3, duration=0.5, random_state=0)
    windows = Windower(length=0.01, hop=0.1).fit_transform(emg.data)
    assert SpectralFeatures().fit_transform(windows).feature_names is not None
    fitted = MISVC().fit(windows, emg.target)
    assert fitted.scaler_.n_features_in_ == windows.n_times

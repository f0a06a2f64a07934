"""Where a sampler may stand: inside the vote, in training only."""

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline as make_imblearn_pipeline
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.augmentation import NoiseAugmenter, PolarityAugmenter, ShiftAugmenter
from skemg.exceptions import SignalError
from skemg.features import SpectralFeatures, TimeDomainFeatures
from skemg.model_selection import PatientKFold
from skemg.nn import CNNGRUClassifier
from skemg.signals import Recordings
from skemg.windowing import Windower, WindowVotingClassifier

N_RECORDINGS = 12
Y = np.array(["quiet"] * 8 + ["strong"] * 4)


def recordings():
    rng = np.random.default_rng(0)
    return Recordings.from_list(
        [
            (1 + 4 * (label == "strong")) * rng.normal(size=200 + 10 * i)
            for i, label in enumerate(Y)
        ],
        sfreq=1000,
        groups=[f"p{i // 2}" for i in range(N_RECORDINGS)],
    )


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that keeps what its `fit` and its `predict` got."""

    def fit(self, X, y):
        self.X_, self.y_, self.classes_ = X, y, np.unique(y)
        return self

    def predict(self, X):
        self.seen_ = X
        return np.full(len(X), self.classes_[0])


def voting(*steps):
    return make_pipeline(
        Windower(length=0.05, hop=0.05),
        WindowVotingClassifier(make_imblearn_pipeline(*steps)),
    )


@pytest.mark.parametrize("routing", [False, True])
def test_an_augmenter_in_the_vote_acts_in_training_only(routing):
    X = recordings()
    windows = Windower(length=0.05, hop=0.05).fit_transform(X)
    with config_context(enable_metadata_routing=routing):
        pipeline = voting(PolarityAugmenter(), Recorder()).fit(X, Y)
        pipeline.predict(X)
    inner = pipeline[-1].estimator_[-1]
    assert_array_equal(inner.X_, np.concatenate([windows.values, -windows.values]))
    assert_array_equal(inner.y_, np.tile(windows.repeat(Y), 2))
    assert_array_equal(inner.seen_, windows.values)


@pytest.mark.parametrize(
    "classifier", [LogisticRegression(), make_pipeline(StandardScaler(), SVC())]
)
def test_augmenters_and_features_stand_before_a_classifier(classifier):
    X = recordings()
    pipeline = voting(
        NoiseAugmenter(sampling_strategy="not majority", random_state=0),
        ShiftAugmenter(random_state=0),
        TimeDomainFeatures(("rms", "wl")),
        classifier,
    )
    assert_array_equal(pipeline.fit(X, Y).predict(X), Y)


def test_the_vote_hands_the_rate_to_features_behind_an_augmenter():
    X = recordings()
    pipeline = voting(NoiseAugmenter(), SpectralFeatures(), SVC()).fit(X, Y)
    assert pipeline[-1].estimator_[1].sfreq == 1000


def test_a_stock_sampler_stands_behind_the_features():
    X = recordings()
    smote = SMOTE(k_neighbors=3, random_state=0)
    pipeline = voting(TimeDomainFeatures(("rms", "wl")), smote, SVC())
    assert_array_equal(pipeline.fit(X, Y).predict(X), Y)
    n_seen = pipeline[-1].estimator_[-1].shape_fit_[0]
    windows = Windower(length=0.05, hop=0.05).fit_transform(X)
    assert n_seen == 2 * windows.counts[Y == "quiet"].sum()


def test_strength_and_copies_stand_in_a_grid():
    X = recordings()
    pipeline = voting(
        NoiseAugmenter(random_state=0), TimeDomainFeatures(("rms",)), SVC()
    )
    name = "windowvotingclassifier__estimator__noiseaugmenter__"
    grid = {name + "strength": [0.01, 0.1], name + "n_copies": [0, 2]}
    search = GridSearchCV(pipeline, grid, cv=PatientKFold(2)).fit(X, Y)
    assert search.best_score_ == 1.0


def test_an_augmenter_before_the_vote_is_refused_with_the_cure():
    pipeline = make_imblearn_pipeline(
        Windower(length=0.05, hop=0.05),
        NoiseAugmenter(),
        WindowVotingClassifier(SVC()),
    )
    with pytest.raises(SignalError, match="inside the vote: WindowVotingClassifier"):
        pipeline.fit(recordings(), Y)


def test_before_held_out_patients_or_weights_an_augmenter_is_refused_with_the_cure():
    X = recordings()
    with pytest.raises(ValueError, match="augment= of a net"):
        voting(NoiseAugmenter(), CNNGRUClassifier(early_stopping=True)).fit(X, Y)
    weighted = make_pipeline(
        Windower(length=0.05, hop=0.05),
        WindowVotingClassifier(
            make_imblearn_pipeline(NoiseAugmenter(), SVC()), balance="patient"
        ),
    )
    with pytest.raises(ValueError, match="class_weight="):
        weighted.fit(X, Y)


def test_an_augmenter_stands_before_a_net_that_holds_nobody_out():
    net = CNNGRUClassifier(conv_filters=4, rnn_units=(4,), max_epochs=1, device="cpu")
    vote = voting(NoiseAugmenter(n_copies=3, random_state=0), net).fit(recordings(), Y)
    inner = vote[-1].estimator_
    n_given = Windower(length=0.05, hop=0.05).fit_transform(recordings()).n_windows
    trained = inner[-1].history_[0, "batches", :, "train_batch_size"]
    assert sum(trained) == 4 * n_given


def test_on_plain_windows_an_augmenter_stands_before_a_net():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 64))
    net = CNNGRUClassifier(
        conv_filters=4, rnn_units=(4,), max_epochs=1, batch_size=8, device="cpu"
    )
    pipeline = make_imblearn_pipeline(NoiseAugmenter(n_copies=3, random_state=0), net)
    pipeline.fit(X, Y)
    assert sum(pipeline[-1].history_[0, "batches", :, "train_batch_size"]) == 48
    assert pipeline.predict(X).shape == (12,)

"""No search, calibration or early stopping in the vote splits a patient unknowingly."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    StackingClassifier,
)
from sklearn.feature_selection import RFECV
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    RidgeClassifierCV,
    SGDClassifier,
)
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedGroupKFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.model_selection import LeaveOnePatientOut, PatientKFold
from skemg.nn import DenseClassifier
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

PATIENTS = np.repeat([f"p{i:02}" for i in range(8)], 2)
Y = np.repeat(np.arange(8) % 2, 2)
N_WINDOWS = 4  # of each recording


def bags(groups=PATIENTS, n_windows=N_WINDOWS):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(16 * n_windows, 2)) + np.repeat(Y, n_windows)[:, None]
    return Windows(
        values, np.arange(0, len(values) + 1, n_windows), sfreq=1000, groups=groups
    )


def vote_silently(inner, X=None):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return WindowVotingClassifier(inner).fit(bags() if X is None else X, Y)


def alone(inner):
    return inner


def behind_scaler(inner):
    return make_pipeline(StandardScaler(), inner)


def twice(inner):
    return make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), inner))


SPLITTING = {
    "grid": lambda cv: GridSearchCV(GaussianNB(), {"var_smoothing": [1e-9]}, cv=cv),
    "random search": lambda cv: RandomizedSearchCV(
        behind_scaler(GaussianNB()),
        {"gaussiannb__var_smoothing": [1e-9]},
        n_iter=1,
        cv=cv,
    ),
    "calibration": lambda cv: CalibratedClassifierCV(GaussianNB(), cv=cv),
    "stacking": lambda cv: StackingClassifier([("nb", GaussianNB())], cv=cv),
    "threshold": lambda cv: TunedThresholdClassifierCV(
        GaussianNB(), thresholds=3, cv=cv
    ),
    "path": lambda cv: LogisticRegressionCV(
        Cs=2, cv=cv, l1_ratios=(0,), use_legacy_attributes=False, scoring="accuracy"
    ),
    "ridge": lambda cv: RidgeClassifierCV(cv=cv),
    "selection": lambda cv: make_pipeline(
        RFECV(LogisticRegression(), cv=cv), GaussianNB()
    ),
}
every_splitting = pytest.mark.parametrize("make", SPLITTING.values(), ids=SPLITTING)
everywhere = pytest.mark.parametrize("wrap", [alone, twice])
with_and_without_routing = pytest.mark.parametrize("routing", [False, True])


@with_and_without_routing
@pytest.mark.parametrize(
    "wrap, cv, cure", [(twice, None, r"Fold\(\)$"), (alone, 3, r"Fold\(3\)$")]
)
@every_splitting
def test_an_unnamed_splitter_warns_with_the_cure(make, wrap, cv, cure, routing):
    vote = WindowVotingClassifier(wrap(make(cv)))
    with (
        config_context(enable_metadata_routing=routing),
        pytest.warns(UserWarning, match=rf"\(cv={cv}\) inside .*{cure}") as caught,
    ):
        vote.fit(bags(), Y)
    assert len(caught) == 1
    assert caught[0].filename == __file__


@with_and_without_routing
@everywhere
@every_splitting
def test_the_cure_splits_by_patient_and_is_silent(make, wrap, routing):
    seen = []

    class Watching(PatientKFold):
        def split(self, X, y=None, groups=None):
            for train, test in super().split(X, y, groups):
                seen.append(set(groups[train]) & set(groups[test]))
                yield train, test

    with config_context(enable_metadata_routing=routing):
        vote = vote_silently(wrap(make(Watching(2))))
    assert seen == [set(), set()]
    (cv,) = {
        value
        for name, value in vote.estimator_.get_params().items()
        if name.split("__")[-1] == "cv"
    }
    assert isinstance(cv, PatientKFold)


@every_splitting
def test_a_splitter_asked_for_by_name_is_left_alone(make):
    vote_silently(make(StratifiedKFold(2)))
    vote_silently(make(StratifiedGroupKFold(2)))


def test_a_share_of_the_windows_warns_too():
    vote = WindowVotingClassifier(TunedThresholdClassifierCV(GaussianNB(), cv=0.5))
    with pytest.warns(UserWarning, match=r"\(cv=0.5\) .* use cv=PatientKFold\(\)"):
        vote.fit(bags(), Y)


@with_and_without_routing
def test_a_calibration_is_that_of_folds_of_patients_made_by_hand(routing):
    X = bags()
    folds = [
        (np.flatnonzero(patients != name), np.flatnonzero(patients == name))
        for patients in [np.repeat(PATIENTS, N_WINDOWS)]
        for name in np.unique(patients)
    ]
    expected = CalibratedClassifierCV(GaussianNB(), cv=folds, ensemble=False)
    expected.fit(X.values, np.repeat(Y, N_WINDOWS))
    inner = CalibratedClassifierCV(
        GaussianNB(), cv=LeaveOnePatientOut(), ensemble=False
    )
    with config_context(enable_metadata_routing=routing):
        vote = vote_silently(inner, X)
    assert_allclose(
        vote.predict_proba_windows(X).values, expected.predict_proba(X.values)
    )


@pytest.mark.parametrize("cv", [5, PatientKFold(2)])
def test_a_splitter_below_a_search_needs_routing(cv):
    calibrated = CalibratedClassifierCV(GaussianNB(), cv=cv)
    search = GridSearchCV(calibrated, {"method": ["sigmoid"]}, cv=PatientKFold(2))
    vote = WindowVotingClassifier(search)
    if cv == 5:
        with pytest.warns(UserWarning, match=r"KFold\(5\) and sklearn\.set_config"):
            vote.fit(bags(), Y)
    else:
        with pytest.raises(ValueError, match=r"do not reach it; use sklearn\.set_c"):
            vote.fit(bags(), Y)
        with config_context(enable_metadata_routing=True):
            vote_silently(search)


@with_and_without_routing
def test_a_splitter_that_knows_no_patients_makes_every_recording_its_own(routing):
    search = SPLITTING["calibration"](PatientKFold(2))
    with (
        config_context(enable_metadata_routing=routing),
        pytest.warns(UserWarning, match="patients unknown") as caught,
    ):
        WindowVotingClassifier(search).fit(bags(groups=None), Y)
    assert len(caught) == 1


def test_too_few_patients_for_the_inner_folds_raise_with_the_table():
    search = SPLITTING["grid"](PatientKFold(5))
    with pytest.raises(ValueError, match=r"n_splits=5; .*\{'0': 4, '1': 4\}"):
        WindowVotingClassifier(search).fit(bags(), Y)


@everywhere
@pytest.mark.parametrize(
    "stopping",
    [
        MLPClassifier((2,), max_iter=2, early_stopping=True),
        SGDClassifier(max_iter=5, tol=None, early_stopping=True),
        HistGradientBoostingClassifier(max_iter=2, early_stopping=True),
        GradientBoostingClassifier(n_estimators=2, n_iter_no_change=1),
    ],
    ids=lambda inner: type(inner).__name__,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_early_stopping_on_random_windows_warns(stopping, wrap):
    vote = WindowVotingClassifier(wrap(stopping))
    off = r"(early_stopping=False|n_iter_no_change=None)$"
    with pytest.warns(UserWarning, match=f"early stopping of .* at random.*use {off}"):
        vote.fit(bags(), Y)


@everywhere
def test_the_windows_that_a_net_of_skorch_holds_out_warn(wrap):
    skorch = pytest.importorskip("skorch")
    torch = pytest.importorskip("torch")

    class Linear(torch.nn.Linear):
        def forward(self, X):
            return super().forward(X.float()).softmax(dim=-1)

    net = skorch.NeuralNetClassifier(
        Linear,
        module__in_features=bags().values.shape[1],
        module__out_features=2,
        max_epochs=1,
        verbose=0,
    )
    with pytest.warns(UserWarning, match=r"train_split of .* use train_split=None$"):
        WindowVotingClassifier(wrap(net)).fit(bags(), Y)
    vote_silently(wrap(net.set_params(train_split=None)))


@pytest.mark.parametrize(
    "fixed",
    [
        HistGradientBoostingClassifier(max_iter=2),
        GradientBoostingClassifier(n_estimators=2),
        SGDClassifier(max_iter=1000),
    ],
    ids=lambda inner: type(inner).__name__,
)
def test_a_fixed_number_of_iterations_is_silent(fixed):
    vote_silently(fixed)


def test_automatic_early_stopping_warns_from_10001_windows():
    inner = HistGradientBoostingClassifier(max_iter=1, max_bins=2)
    vote_silently(inner, bags(n_windows=625))  # 10,000 windows
    with pytest.warns(UserWarning, match="early stopping of HistGradientBoosting"):
        WindowVotingClassifier(inner).fit(bags(n_windows=626), Y)


@with_and_without_routing
@pytest.mark.parametrize(
    "wrap",
    [
        behind_scaler,
        lambda net: CalibratedClassifierCV(behind_scaler(net), cv=PatientKFold(2)),
        lambda net: SPLITTING["random search"](PatientKFold(2)).set_params(
            estimator=behind_scaler(net),
            param_distributions={"denseclassifier__lr": [0.01]},
        ),
    ],
)
def test_early_stopping_of_a_net_holds_out_whole_patients(wrap, routing):
    net = DenseClassifier(
        max_epochs=1, early_stopping=True, device="cpu", random_state=0
    )
    with config_context(enable_metadata_routing=routing):
        fitted = vote_silently(wrap(net)).estimator_
    while not hasattr(fitted, "steps"):
        if hasattr(fitted, "calibrated_classifiers_"):
            fitted = fitted.calibrated_classifiers_[0].estimator
        else:
            fitted = fitted.best_estimator_
    held_out = fitted[-1].validation_groups_
    assert len(held_out) >= 2
    assert set(held_out) < set(PATIENTS)


def test_a_net_that_another_begins_with_splits_nothing():
    settings = {"max_epochs": 1, "device": "cpu", "random_state": 0}
    first = vote_silently(
        behind_scaler(DenseClassifier(early_stopping=True, **settings))
    ).estimator_[-1]
    second = vote_silently(behind_scaler(DenseClassifier(init_from=first, **settings)))
    assert not hasattr(second.estimator_[-1], "validation_groups_")


@with_and_without_routing
def test_a_bare_net_in_a_search_gets_the_patients_by_routing_only(routing):
    net = DenseClassifier(
        max_epochs=1, early_stopping=True, device="cpu", random_state=0
    )
    search = GridSearchCV(net, {"lr": [0.01]}, cv=PatientKFold(2))
    with config_context(enable_metadata_routing=routing):
        if routing:
            fitted = vote_silently(search).estimator_
            assert set(fitted.best_estimator_.validation_groups_) < set(PATIENTS)
        else:
            with pytest.warns(
                UserWarning, match="early stopping of DenseCl.*set_config"
            ):
                WindowVotingClassifier(search).fit(bags(), Y)


@with_and_without_routing
def test_weights_reach_the_classifier_of_a_calibration(routing):
    counts = np.resize([2, 3, 1], 14)
    values = np.random.default_rng(0).normal(size=(counts.sum(), 2))
    X = Windows(values, np.append(0, counts.cumsum()), sfreq=1, groups=PATIENTS[:14])
    inner = CalibratedClassifierCV(SVC(), cv=PatientKFold(2), ensemble=False)
    with config_context(enable_metadata_routing=routing):
        vote = WindowVotingClassifier(inner, balance="recording").fit(X, Y[:14])
    weights = np.repeat(counts.sum() / 14 / counts, counts)
    alone = SVC().fit(values, np.repeat(Y[:14], counts), sample_weight=weights)
    fitted = vote.estimator_.calibrated_classifiers_[0].estimator
    assert_array_equal(fitted.dual_coef_, alone.dual_coef_)

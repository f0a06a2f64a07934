"""scikit-learn's common checks on every estimator of the package."""

import importlib
import inspect

import numpy as np
import pytest
import skops.io
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_do_not_raise_errors_in_init_or_set_params,
    check_estimator_cloneable,
    check_estimator_repr,
    check_estimator_tags_renamed,
    check_get_params_invariance,
    check_global_output_transform_pandas,
    check_inplace_ensure_writeable,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_output_transform,
    check_set_output_transform_pandas,
    check_set_params,
    check_transformer_get_feature_names_out,
    check_transformer_get_feature_names_out_pandas,
    parametrize_with_checks,
)

import skemg
from skemg.augmentation import (
    AmplitudeAugmenter,
    NoiseAugmenter,
    PolarityAugmenter,
    ShiftAugmenter,
)
from skemg.classifiers import (
    LSSVC,
    MISVC,
    BagVocabularyClassifier,
    RotationForestClassifier,
)
from skemg.clinical import (
    InterferencePattern,
    MUAPDetector,
    MUAPFeatures,
    NormalZScore,
    RecordingMetadata,
    SpontaneousActivity,
)
from skemg.decision import (
    PatientCalibratedClassifier,
    PatientConformalClassifier,
    PatientVotingClassifier,
    ReferringClassifier,
)
from skemg.features import (
    DeltaFeatures,
    DWTFeatures,
    EMDFeatures,
    EntropyFeatures,
    HilbertFeatures,
    LogSpectrum,
    MelSpectrogram,
    Scalogram,
    SmoothedPseudoWignerVille,
    SpectralFeatures,
    Spectrogram,
    Stockwell,
    TeagerFeatures,
    TimeDomainFeatures,
    WaveletPacketFeatures,
)
from skemg.model_selection import ResumableGridSearchCV
from skemg.nn import (
    AttentionPoolingClassifier,
    CNNGRUClassifier,
    ConvDenoiser,
    DenseClassifier,
    ImageCNNClassifier,
    JointDenoisingClassifier,
    LightCNNClassifier,
    ResidualCNNClassifier,
    SpectroEMGNetClassifier,
)
from skemg.nn._base import NetClassifier
from skemg.persistence import TrainedModel
from skemg.persistence._trusted import ESTIMATORS, TRUSTED
from skemg.preprocessing import (
    AmplitudeScaler,
    Bandpass,
    EMDDenoiser,
    MultiscalePCA,
    Notch,
    PeakPreservingDownsampler,
    Resampler,
    WaveletDenoiser,
)
from skemg.quality import ActivityClassifier
from skemg.windowing import (
    Windower,
    WindowPooling,
    WindowSelector,
    WindowVotingClassifier,
)

# Where a row is a recording of one window, deltas are 0, and the step warns of it.
# Plain rows without groups are patients, and the decisions warn of it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:DeltaFeatures got plain rows"),
    pytest.mark.filterwarnings("ignore:patients unknown"),
]

# Nets that learn the small problems of the checks in a moment; one result for one seed.
QUICK = {"max_epochs": 15, "lr": 0.03, "device": "cpu"}
DENOISING = {"conv_filters": (8,), "conv_kernel": 3, "device": "cpu"}
GRU = {**QUICK, "conv_filters": 4, "rnn_units": (8, 4), "dropout": 0.0}
LIGHT = {**QUICK, "conv_filters": (4,), "dense_units": 8}
RESIDUAL = {**QUICK, "stem_kernels": (), "stage_filters": (4,), "dense_units": (8,)}
DENSE = {**QUICK, "dense_units": (16, 8, 8, 4)}
IMAGE = {**QUICK, "conv_filters": (4, 6), "dense_units": 8}
SPECTRO = {**QUICK, "n_fft": 1, "n_hop": 1, "conv_filters": (4, 8), "dropout": 0.0}
SMOOTH = {"label_smoothing": 0.1, "precision": "float64"}
ATTENTION = {**QUICK, "encoder_units": 8, "attention_units": 4, "batch_size": 64}

# The default where it works on the few columns that the checks use, else the smallest
# setting; sfreq=1 means samples and cycles per sample.
instances = [
    ActivityClassifier(ExtraTreesClassifier(10, random_state=0), sfreq=1),
    InterferencePattern(1.0, 0.1, threshold_unit="signal", sfreq=1),
    NormalZScore(None, normal=1, unknown="all"),
    AmplitudeAugmenter(),
    AmplitudeScaler(),
    AmplitudeScaler("robust"),
    AmplitudeScaler("zscore"),
    AttentionPoolingClassifier(**ATTENTION),
    AttentionPoolingClassifier(**ATTENTION, precision="float64"),
    BagVocabularyClassifier(random_state=0),
    BagVocabularyClassifier(SVC(), softness=0, random_state=0),
    Bandpass(0.1, 0.4, sfreq=1),
    CNNGRUClassifier(**GRU),
    CNNGRUClassifier(**GRU, cell="lstm", pool=True, early_stopping=True),
    CNNGRUClassifier(**GRU, bidirectional=True, readout="mean", precision="float64"),
    ConvDenoiser(**DENOISING, noise=("white",), max_epochs=2, sfreq=1),
    DWTFeatures("haar", level=1),
    JointDenoisingClassifier(**QUICK | DENOISING, noise=("white",)),
    JointDenoisingClassifier(**QUICK | DENOISING, noise=(), precision="float64"),
    EMDDenoiser(),
    EMDDenoiser((), "universal", n_imfs=1),
    EMDFeatures(1, sfreq=1),
    HilbertFeatures(sfreq=1),
    DeltaFeatures(),
    DeltaFeatures(keep=False),
    EntropyFeatures(("approximate", "permutation", "spectral"), m=1, order=2),
    LightCNNClassifier(**LIGHT),
    LightCNNClassifier(**LIGHT, precision="float64"),
    DenseClassifier(**DENSE),
    DenseClassifier(**DENSE, dropout=0.0, precision="float64"),
    ImageCNNClassifier(**IMAGE),
    ImageCNNClassifier(**IMAGE, precision="float64"),
    LogSpectrum(),
    MultiscalePCA("haar", level=1, window_length=2, sfreq=1),
    MultiscalePCA("haar", level=1, columns="channels"),
    MelSpectrogram(2, n_frequencies=2, sfreq=1),
    LSSVC(),
    LSSVC("poly", coef0=1.0, class_weight="balanced"),
    MISVC(),
    MISVC("MI", kernel="linear"),
    MUAPDetector(sfreq=48000),
    MUAPFeatures(unit="uV", sfreq=48000),
    NoiseAugmenter(),
    Notch(0.2, harmonics=1, sfreq=1),
    PatientCalibratedClassifier(LogisticRegression(), cv=2),
    PatientCalibratedClassifier(LogisticRegression(), method="sigmoid", cv=2),
    PatientConformalClassifier(
        LogisticRegression(), confidence=0.5, cv=2, random_state=0
    ),
    PatientVotingClassifier(LogisticRegression(), cv=2),
    PeakPreservingDownsampler(2),
    PolarityAugmenter(),
    ReferringClassifier(LogisticRegression(), min_confidence=0.3),
    ReferringClassifier(
        LogisticRegression(), target_risk=0.99, cv=2, confidence=0.5, random_state=0
    ),
    Resampler(1, sfreq=2),
    ResidualCNNClassifier(**RESIDUAL),
    ResidualCNNClassifier(**RESIDUAL, precision="float64"),
    ResumableGridSearchCV(
        LogisticRegression(),
        {"C": [0.1, 1]},
        cv=KFold(2, shuffle=True, random_state=0),
        error_score="raise",
    ),
    RotationForestClassifier(n_estimators=10, random_state=0),
    ShiftAugmenter(0.5, circular=False),
    Scalogram(0.5, 0.5, n_frequencies=1, n_frames=None, sfreq=1),
    Scalogram(0.5, 0.5, n_frequencies=1, n_frames=2, resize="pick", sfreq=1),
    SmoothedPseudoWignerVille(lag_share=None, time_share=None, sfreq=1),
    SpectralFeatures(sfreq=1),
    SpontaneousActivity(min_peak=None, sfreq=4000),
    SpectroEMGNetClassifier(**SPECTRO, attention=None),
    SpectroEMGNetClassifier(**SPECTRO, attention="se", **SMOOTH),
    SpectroEMGNetClassifier(**SPECTRO, precision="float64"),
    TeagerFeatures(("energy_mean",)),
    Spectrogram(2, delta=True, sfreq=1),
    Spectrogram(2, range=None, sfreq=1),
    Stockwell(sfreq=1),
    TimeDomainFeatures(),
    TimeDomainFeatures(("rms", "wl"), threshold_unit="signal"),
    WaveletDenoiser("haar", level=1),
    WaveletPacketFeatures("haar", level=1),
    WindowPooling(),
    WindowSelector(mains_frequency=None),
    WindowVotingClassifier(),
    WindowVotingClassifier(LogisticRegression()),
    WindowVotingClassifier(SVC()),
    Windower(1, 1, sfreq=1),
]

containers_only = [RecordingMetadata()]  # what they read is in no array


def expected_failures(estimator):
    """Return the checks that cannot pass, each with its reason."""
    if isinstance(estimator, NetClassifier) and estimator.early_stopping:
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "which windows are held out is drawn, and repeated windows are more"
            )
        }
    if getattr(estimator, "noise", ()) and isinstance(estimator, NetClassifier):
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "noise is drawn for each window, and repeated windows are more"
            )
        }
    if isinstance(estimator, NetClassifier) and estimator.precision == "float32":
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "float32 rounds at 1e-7, which is the tolerance of the check; the "
                "instances in float64 pass it"
            )
        }
    if isinstance(estimator, (EMDDenoiser, EMDFeatures, TeagerFeatures)):
        return dict.fromkeys(
            [
                "check_estimators_fit_returns_self",
                "check_estimators_overwrite_params",
                "check_fit_check_is_fitted",
                "check_fit_idempotent",
                "check_n_features_in",
                "check_readonly_memmap_input",
            ],
            "the check has windows of two samples; an energy, an extremum need three",
        )
    if isinstance(estimator, MISVC):
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "libsvm stops at tol, as for SVC; with a small one our own test passes"
            )
        }
    if isinstance(estimator, RotationForestClassifier):
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "the bootstrap for the rotations is drawn, and repeated rows are more"
            )
        }
    if isinstance(estimator, WindowVotingClassifier) and estimator.estimator is None:
        return {
            "check_sample_weight_equivalence_on_dense_data": (
                "the StandardScaler of the default pipeline is fitted without weights, "
                "as in any pipeline of scikit-learn; they reach its last step"
            )
        }
    return {}


@parametrize_with_checks(
    instances, expected_failed_checks=expected_failures, xfail_strict=True
)
def test_common_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", containers_only, ids=repr)
@pytest.mark.parametrize(
    "check",
    [
        check_do_not_raise_errors_in_init_or_set_params,
        check_estimator_cloneable,
        check_estimator_repr,
        check_estimator_tags_renamed,
        check_get_params_invariance,
        check_no_attributes_set_in_init,
        check_parameters_default_constructible,
        check_set_params,
    ],
)
def test_checks_without_data(estimator, check):
    check(type(estimator).__name__, estimator)


table_makers = [  # a sampler has names, but nothing to transform
    e
    for e in instances
    if hasattr(e, "get_feature_names_out") and hasattr(e, "transform")
]


@pytest.mark.parametrize("estimator", instances, ids=repr)
@pytest.mark.parametrize(
    "check",
    [
        check_dataframe_column_names_consistency,
        check_do_not_raise_errors_in_init_or_set_params,
        check_inplace_ensure_writeable,
    ],
)
def test_checks_that_the_suite_leaves_out(estimator, check):
    check(type(estimator).__name__, estimator)


@pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")
@pytest.mark.parametrize("estimator", table_makers, ids=repr)
@pytest.mark.parametrize(
    "check",
    [
        check_global_output_transform_pandas,
        check_set_output_transform,
        check_set_output_transform_pandas,
        check_transformer_get_feature_names_out,
        check_transformer_get_feature_names_out_pandas,
    ],
)
def test_checks_of_tables_that_the_suite_leaves_out(estimator, check):
    check(type(estimator).__name__, estimator)


def public_estimators():
    """Return the classes that are fitted; a model from a file is fitted for good."""
    for name in skemg._SUBPACKAGES:
        module = importlib.import_module(f"skemg.{name}")
        for member in getattr(module, "__all__", []):
            member = getattr(module, member)
            is_estimator = inspect.isclass(member) and issubclass(member, BaseEstimator)
            if is_estimator and member is not TrainedModel:
                yield member


def test_every_public_estimator_stands_in_the_list():
    listed = {type(instance) for instance in instances + containers_only}
    assert listed == set(public_estimators())


def test_a_model_file_may_hold_the_public_estimators_but_no_search():
    names = {f"{e.__module__}.{e.__qualname__}" for e in public_estimators()}
    search = f"{ResumableGridSearchCV.__module__}.ResumableGridSearchCV"
    assert list(ESTIMATORS) == sorted(names - {search})


def test_every_all_is_sorted_and_complete():
    for name in skemg._SUBPACKAGES:
        module = importlib.import_module(f"skemg.{name}")
        names = module.__all__
        assert names == sorted(names), name
        public = {
            key
            for key, value in vars(module).items()
            if not key.startswith("_") and not inspect.ismodule(value)
        }
        assert public == set(names), name


@pytest.mark.parametrize("estimator", instances + containers_only, ids=repr)
def test_no_parameter_is_touched_by_init(estimator):
    given = {name: np.array([1.0]) for name in estimator.get_params(deep=False)}
    made = type(estimator)(**given)
    for name, value in given.items():
        assert getattr(made, name) is value


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("estimator", instances, ids=repr)
def test_a_model_file_may_hold_every_fitted_estimator(estimator):
    if isinstance(estimator, ResumableGridSearchCV):
        pytest.skip("holds scorers and splitters of any kind; best_estimator_ is saved")
    y = np.repeat([0, 1], 15)
    X = np.random.default_rng(0).normal(size=(30, 40)) + y[:, None]
    if hasattr(estimator, "fit_resample"):
        fitted = clone(estimator)
        fitted.fit_resample(X, y)
    else:
        fitted = clone(estimator).fit(X, y)
    model = skops.io.dumps(fitted)
    assert set(skops.io.get_untrusted_types(data=model)) <= set(TRUSTED)

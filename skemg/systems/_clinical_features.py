"""What clinicians measure, and a classifier on it."""

from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import get_tags

from skemg.clinical import InterferencePattern, MUAPDetector, MUAPFeatures
from skemg.features import DWTFeatures
from skemg.preprocessing import Bandpass, Notch
from skemg.utils._number import check_flag
from skemg.windowing import Windower, WindowPooling

from ._cleaned import cleaned_needle_emg
from ._options import choose


def clinical_features(
    classifier="random_forest", *, join_dwt=False, random_state=None, n_jobs=None
):
    """Needle EMG: motor units and interference pattern, a classifier that can be read.

    One row a recording: :class:`~skemg.clinical.MUAPFeatures` and
    :class:`~skemg.clinical.InterferencePattern`, each column a measure that clinicians
    know, with its unit in its name. Before them stand a notch at 50 Hz, without its
    harmonics, whose comb would take a third of the band below 1 kHz and bend the
    potentials, and a high-pass at 20 Hz, forward and backward, so that potentials are
    not shifted. The recordings must be calibrated. All values are our choice.

    Parameters
    ----------
    classifier : {"random_forest", "gradient_boosting", "svm", "mlp"} or classifier, \
default="random_forest"
        "random_forest" has 500 trees, "gradient_boosting" works on histograms with at
        least 5 rows in a leaf, "svm" has a Gaussian kernel and "mlp" one layer of 32
        units; all but the last balance the classes. Any other classifier is taken as it
        is, such as one of XGBoost. Forests and all others that say so take NaN, which
        stands where a recording has no motor units; the rest gets the medians of
        training there.
    join_dwt : bool, default=False
        Whether discrete wavelet features, pooled over windows of 100 ms as in
        :func:`forest_pooled`, stand beside the clinical ones.
    random_state : int, RandomState instance or None, default=None
        Seed of a classifier that is chosen by name.
    n_jobs : int or None, default=None
        Jobs of the decomposition into motor units and of the forest.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out. "svm" gives no probabilities; wrap the
        system in ``CalibratedClassifierCV(system, cv=PatientKFold(5),
        ensemble=False)`` for them.

    Raises
    ------
    ValueError
        If the classifier is not known, or `join_dwt` is no bool.

    See Also
    --------
    forest_pooled : Statistics of the signal that no clinician reads.
    skemg.inspection.patient_importance : Which measures the answers need.
    skemg.clinical.NormalZScore : The same measures against those of normal muscles.

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import clinical_features
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = clinical_features(random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    >>> list(system["featureunion"].get_feature_names_out()[:2])
    ['muap_duration_ms_mean', 'muap_duration_ms_std']
    """
    check_flag(join_dwt, "join_dwt")
    features = [MUAPFeatures(MUAPDetector(n_jobs=n_jobs)), InterferencePattern()]
    if join_dwt:
        features.append(
            make_pipeline(
                *cleaned_needle_emg(),
                Windower(length=0.1, hop=0.05),
                DWTFeatures(wavelet="db4", level=5),
                WindowPooling(),
            )
        )
    return make_pipeline(
        Notch(frequency=50, harmonics=1),  # a comb would bend the potentials
        Bandpass(low=20, high=None, order=2, zero_phase=True),
        make_union(*features, verbose_feature_names_out=False),
        *_classifier(classifier, random_state, n_jobs),
    )


def _classifier(classifier, random_state, n_jobs):
    """Return the classifier behind what it needs."""
    if not isinstance(classifier, str) and hasattr(classifier, "fit"):
        steps = [classifier]
    else:
        seeded = {"random_state": random_state}
        balanced = {"class_weight": "balanced", **seeded}
        options = {
            "random_forest": [RandomForestClassifier(500, n_jobs=n_jobs, **balanced)],
            "gradient_boosting": [
                HistGradientBoostingClassifier(min_samples_leaf=5, **balanced)
            ],
            "svm": [StandardScaler(), SVC(class_weight="balanced")],
            "mlp": [StandardScaler(), MLPClassifier((32,), max_iter=1000, **seeded)],
        }
        steps = choose("classifier", classifier, options)
    # scikit-learn's boosting takes NaN, but no column that has nothing else in training
    fills = isinstance(steps[-1], HistGradientBoostingClassifier)
    if get_tags(steps[-1]).input_tags.allow_nan and not fills:
        return steps
    return [SimpleImputer(strategy="median", keep_empty_features=True), *steps]

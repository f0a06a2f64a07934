"""Multiple-instance learning, after Kamali 2018."""

from sklearn.pipeline import make_pipeline

from skemg.classifiers import MISVC, BagVocabularyClassifier
from skemg.features import TimeDomainFeatures
from skemg.preprocessing import Resampler
from skemg.windowing import Windower

from ._options import choose

_FEATURES = ("rms", "wl", "log", "mfl", "hjorth", "skewness", "kurtosis", "ar")


def kamali2018(*, classifier="vocabulary", random_state=None):
    """Needle EMG: a recording is a bag of windows, of which only some show the class.

    From the source [1]_: a muscle is a bag of instances, only the bag has a label, and
    instances are clustered without labels, into more kinds than there are classes.
    There the instances are motor unit potentials, found beforehand; here they are
    windows of 200 ms side by side. Their features (amplitude, shape and spectrum
    without thresholds), the clustering by k-means, the classifiers, the rate (10 kHz)
    and all other values are our choice. There is no filter.

    Parameters
    ----------
    classifier : {"vocabulary", "mi", "MI"}, default="vocabulary"
        "vocabulary" counts the kinds of windows in each recording, as
        `BagVocabularyClassifier` does; "mi" and "MI" look for the windows that show the
        class, as `MISVC` does. The last two have no `predict_proba`: a recording is one
        vote for its class, unless `CalibratedClassifierCV` with `PatientKFold` stands
        around the system.
    random_state : int, RandomState instance or None, default=None
        Seed of the clusters.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out, without a vote.

    Raises
    ------
    ValueError
        If the classifier is not known.

    Notes
    -----
    Published: accuracy 1.00 over muscles, as cited by Tatlidil (2025,
    doi:10.20883/medical.e1391). All potentials of a muscle are on one side of a split;
    whether all muscles of a patient are we have not verified.

    References
    ----------
    .. [1] Kamali, Stashuk (2018). doi:10.1109/TBME.2018.2802200

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import kamali2018
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = kamali2018(random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    options = {
        "vocabulary": BagVocabularyClassifier(random_state=random_state),
        "mi": MISVC("mi", class_weight="balanced"),
        "MI": MISVC("MI", class_weight="balanced"),
    }
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.2),
        TimeDomainFeatures(_FEATURES),
        choose("classifier", classifier, options),
    )

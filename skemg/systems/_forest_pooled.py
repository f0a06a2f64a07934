"""Statistics over the windows of a recording and random forest."""

from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline, make_union

from skemg.features import DWTFeatures, TimeDomainFeatures
from skemg.windowing import Windower, WindowPooling

from ._cleaned import cleaned_needle_emg

_TIME_DOMAIN = (
    "mav",
    "rms",
    "wl",
    "log",
    "dasdv",
    "mfl",
    "hjorth",
    "skewness",
    "kurtosis",
    "ar",
    "zc",
    "ssc",
    "wamp",
    "myop",
    "turns",
    "turn_amplitude",
)


def forest_pooled(*, random_state=None, n_jobs=None):
    """Needle EMG: statistics of each recording over its windows, random forest.

    Time-domain and discrete wavelet features of windows of 100 ms with half
    overlapping, counts at 25 µV and turns at 100 µV; mean, standard deviation and the
    10th and 90th percentile of each over the recording; a forest on one row a
    recording. On real needle EMG this beats the vote of window classifiers. The
    recordings must be calibrated. All values are our choice; the wavelet features are
    those of Gokgoz and Subasi [1]_.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Seed of the forest.
    n_jobs : int or None, default=None
        Jobs of the forest.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    References
    ----------
    .. [1] Gokgoz, E., Subasi, A. (2015). "Comparison of decision tree algorithms for
       EMG signal classification using DWT." Biomedical Signal Processing and Control,
       18. doi:10.1016/j.bspc.2014.12.005

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import forest_pooled
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = forest_pooled(random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    features = make_union(
        make_pipeline(
            TimeDomainFeatures(_TIME_DOMAIN, threshold=25, threshold_unit="uV"),
            WindowPooling(),
        ),
        make_pipeline(DWTFeatures(wavelet="db4", level=5), WindowPooling()),
    )
    forest = RandomForestClassifier(
        n_estimators=500,
        class_weight="balanced",
        random_state=random_state,
        n_jobs=n_jobs,
    )
    return make_pipeline(
        *cleaned_needle_emg(), Windower(length=0.1, hop=0.05), features, forest
    )

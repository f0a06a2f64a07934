"""Wavelet features and random forest."""

from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from skemg.features import DWTFeatures
from skemg.windowing import Windower, WindowVotingClassifier

from ._cleaned import cleaned_needle_emg


def forest_dwt(*, random_state=None, n_jobs=None):
    """Needle EMG: discrete wavelet features of windows, random forest, soft vote.

    The features of Gokgoz and Subasi [1]_: Daubechies-4 wavelet, sub-bands D1 to D5 and
    A5, with mean absolute value, mean power and standard deviation of each and the
    ratio of neighbours. Their denoising by multiscale PCA is not part of it. Filters,
    rate (10 kHz), windows of 200 ms with half overlapping, and the forest of 300 trees
    with at least 5 windows in a leaf and balanced classes are our choice.

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

    Notes
    -----
    Published: accuracy 0.9667 with a forest (ALS, myopathy, normal), k-fold over
    windows; whether patients were kept apart is not stated.

    References
    ----------
    .. [1] Gokgoz, E., Subasi, A. (2015). "Comparison of decision tree algorithms for
       EMG signal classification using DWT." Biomedical Signal Processing and Control,
       18. doi:10.1016/j.bspc.2014.12.005

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import forest_dwt
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = forest_dwt(random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    forest = RandomForestClassifier(
        n_estimators=300,
        min_samples_leaf=5,
        class_weight="balanced",
        random_state=random_state,
        n_jobs=n_jobs,
    )
    return make_pipeline(
        *cleaned_needle_emg(),
        Windower(length=0.2, hop=0.1),
        DWTFeatures(wavelet="db4", level=5),
        WindowVotingClassifier(forest, voting="soft"),
    )

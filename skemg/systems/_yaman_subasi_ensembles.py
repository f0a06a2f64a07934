"""Wavelet packets and the ensembles of Yaman 2019."""

from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skemg.classifiers import RotationForestClassifier
from skemg.features import WaveletPacketFeatures
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier

from ._options import choose


def yaman_subasi_ensembles(*, ensemble="adaboost", random_state=None, n_jobs=None):
    """Needle EMG: wavelet packet features, ensembles of trees.

    From the source [1]_: statistics of wavelet packet coefficients, and bagging and
    boosting, of which AdaBoost of random forests was best. Rotation forests and
    MultiBoost are among what the authors compare elsewhere. The wavelet (Daubechies-4),
    four levels, energies as the statistics, the rate (10 kHz), windows of 200 ms with
    half overlapping, the sizes of the ensembles and the soft vote are our choice. There
    is no filter.

    Parameters
    ----------
    ensemble : {"adaboost", "bagging", "multiboost", "random_forest", \
"rotation_forest"}, default="adaboost"
        "adaboost" boosts 10 random forests of 20 trees with at least 5 windows in a
        leaf; without that limit they make no error to be boosted. "bagging" has 100
        trees that split by entropy. "multiboost" is 10 times 10 boosted trees of depth
        4, each ten on a bootstrap sample, where MultiBoost draws random weights.
        "random_forest" has 300 trees and "rotation_forest" 50.
    random_state : int, RandomState instance or None, default=None
        Seed of the ensemble.
    n_jobs : int or None, default=None
        Jobs of all but "adaboost".

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    Raises
    ------
    ValueError
        If the ensemble is not known.

    See Also
    --------
    gokgoz2015 : Denoising, octave bands and single trees.

    Notes
    -----
    Published: accuracy 0.9908 with "adaboost" (ALS, myopathy, normal); what was
    counted, and whether patients were kept apart, we have not verified.

    References
    ----------
    .. [1] Yaman, E., Subasi, A. (2019). "Comparison of bagging and boosting ensemble
       machine learning methods for automated EMG signal classification." BioMed
       Research International, 9152506. doi:10.1155/2019/9152506

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import yaman_subasi_ensembles
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = yaman_subasi_ensembles(ensemble="bagging", random_state=0)
    >>> system.fit(emg.data, emg.target).predict_proba(emg.data).shape
    (12, 3)
    """
    seeded = {"random_state": random_state}
    shared = {"random_state": random_state, "n_jobs": n_jobs}
    boosted = AdaBoostClassifier(DecisionTreeClassifier(max_depth=4), n_estimators=10)
    options = {
        "adaboost": AdaBoostClassifier(
            RandomForestClassifier(20, min_samples_leaf=5), n_estimators=10, **seeded
        ),
        "bagging": BaggingClassifier(
            DecisionTreeClassifier(criterion="entropy"), n_estimators=100, **shared
        ),
        "multiboost": BaggingClassifier(
            make_pipeline(boosted),  # without it a bootstrap would have weights of zero
            n_estimators=10,
            **shared,
        ),
        "random_forest": RandomForestClassifier(300, **shared),
        "rotation_forest": RotationForestClassifier(50, **shared),
    }
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.1),
        WaveletPacketFeatures(wavelet="db4", level=4),
        WindowVotingClassifier(choose("ensemble", ensemble, options), voting="soft"),
    )

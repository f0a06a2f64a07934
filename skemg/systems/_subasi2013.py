"""Wavelet features and the support vector machine of Subasi 2013."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.features import DWTFeatures
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def subasi2013(*, C=10.0, gamma="scale"):
    """Needle EMG: discrete wavelet features, RBF support vector machine, hard vote.

    From the source [1]_: statistics of the sub-bands of a discrete wavelet transform
    and a support vector machine. There a particle swarm searches `C` and `gamma`; here
    they are fixed, at values of our choice: search them with patients apart. Wavelet
    (Daubechies-4), five levels, the statistics, the rate (10 kHz), windows of 200 ms
    with half overlapping, scaled features, balanced classes and the vote are our
    choice. There is no filter. `predict_proba` is the share of the windows.

    Parameters
    ----------
    C : float, default=10.0
        `C` of `SVC`.
    gamma : {"scale", "auto"} or float, default="scale"
        `gamma` of `SVC`.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    Notes
    -----
    Published: accuracy 0.9675 with fixed parameters and 0.9741 with the particle swarm,
    over 1,200 pieces of signal of 27 people (normal, neurogenic, myopathic); whether
    patients were kept apart is not stated. Pieces of one recording on both sides of a
    split raise such figures.

    References
    ----------
    .. [1] Subasi, A. (2013). "Classification of EMG signals using PSO optimized SVM for
       diagnosis of neuromuscular disorders." Computers in Biology and Medicine, 43(5),
       576-586. doi:10.1016/j.compbiomed.2013.01.020

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import subasi2013
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = subasi2013().fit(emg.data, emg.target)
    >>> system.predict(emg.data).shape
    (12,)
    """
    svm = SVC(C=C, gamma=gamma, class_weight="balanced")
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.1),
        DWTFeatures(wavelet="db4", level=5),
        WindowVotingClassifier(make_pipeline(StandardScaler(), svm), voting="hard"),
    )

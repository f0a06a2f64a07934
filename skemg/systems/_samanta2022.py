"""Stockwell transform and support vector machine, after Samanta 2022."""

import numpy as np
from sklearn.feature_selection import SelectPercentile, VarianceThreshold, f_classif
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from skemg.features import Stockwell
from skemg.preprocessing import Resampler
from skemg.utils._counts import check_count
from skemg.windowing import Windower, WindowVotingClassifier


def samanta2022(*, gamma=1.0, n_frequencies=24, percentile=50):
    """Needle EMG: Stockwell transform, features that differ, support vector machine.

    From the source [1]_: features of the Stockwell transform over frequency and time,
    those kept that differ significantly between the classes, and common classifiers.
    There the window of the transform is hyperbolic, and a genetic algorithm finds its
    shape; here it is the plain Gaussian, with `gamma` as its width. Mean and standard
    deviation over time of the power of each frequency, in decibels, 20 Hz to 4 kHz, the
    half of these with the largest F values, the rate (10 kHz), windows of 200 ms side
    by side, scaled features, RBF kernel, balanced classes and the hard vote are our
    choice. There is no filter. `predict_proba` is the share of the windows.

    Parameters
    ----------
    gamma : float, default=1.0
        Width of the Gaussian in cycles, as in `Stockwell`.
    n_frequencies : int, default=24
        Number of frequencies.
    percentile : int, default=50
        Share of the features that is kept, in percent.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    See Also
    --------
    skemg.features.Stockwell : The transform.

    Notes
    -----
    Published: accuracy 0.995 for ALS against normal, as cited by Tatlidil (2025,
    doi:10.20883/medical.e1391); what was counted, and whether patients were kept apart,
    we have not verified.

    References
    ----------
    .. [1] Samanta, K., Chatterjee, S., Bose, R. (2022). "Neuromuscular disease
       detection based on feature extraction from time-frequency images of EMG signals
       employing robust hyperbolic Stockwell transform." International Journal of
       Imaging Systems and Technology. doi:10.1002/ima.22709

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import samanta2022
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = samanta2022(n_frequencies=8).fit(emg.data, emg.target)
    >>> system.predict(emg.data).shape
    (12,)
    """
    check_count(n_frequencies, "n_frequencies")
    images = Stockwell(
        low=20,
        high=4000,
        n_frequencies=n_frequencies,
        n_frames=64,
        gamma=gamma,
        resize="pick",
    )
    svm = make_pipeline(
        FunctionTransformer(statistics_over_time),
        VarianceThreshold(),  # a row below the range is zero everywhere
        SelectPercentile(f_classif, percentile=percentile),
        StandardScaler(),
        SVC(C=10, class_weight="balanced"),
    )
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.2),
        images,
        WindowVotingClassifier(svm, voting="hard"),
    )


def statistics_over_time(images):
    """Return mean and SD of each row of the images, as one row an image."""
    rows = np.concatenate([images.mean(axis=-1), images.std(axis=-1)], axis=-1)
    return rows.reshape(len(rows), -1)

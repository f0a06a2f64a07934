"""The support vector machine that Yu 2025 compares with."""

from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.features import TimeDomainFeatures
from skemg.preprocessing import AmplitudeScaler, Bandpass
from skemg.windowing import Windower, WindowVotingClassifier

from ._calibrated import maybe_calibrated


def yu2025_svm(*, calibrated=False):
    """Surface EMG: RMS, WL, ZC and WAMP of 200 ms windows, RBF support vector machine.

    Band-pass 20 to 450 Hz, z-score of each channel of each recording, windows of 200 ms
    with half of it overlapping, as in the source. The order of the filter (4), the
    thresholds of ZC (0.01) and WAMP (0.05 of the z-scored signal) are our choice, as is
    the scaling of the features; the source tunes C and gamma: search C over 0.1 to
    1000 and gamma over "scale" and 0.0001 to 1.

    Parameters
    ----------
    calibrated : bool, default=False
        Wrap the pipeline in `CalibratedClassifierCV(cv=PatientKFold(5),
        ensemble=False)`; the recordings must then know their patients. Without it the
        windows vote hard, and `predict_proba` is their share.

    Returns
    -------
    system : Pipeline or CalibratedClassifierCV
        Recordings in, a class a recording out.

    See Also
    --------
    skemg.systems.yu2025_cnn : The network of the same source.
    skemg.windowing.make_windows : Windows with labels that change within a recording.

    Notes
    -----
    Where the label changes within a recording, as gestures do, the steps before the
    vote cut windows for a track, and the estimator inside the vote classifies them:
    `make_windows(X, track, system[:-1])` and `system[-1].estimator`. See the
    :ref:`User Guide <label_tracks>`.

    Published: accuracy 0.785, F1 0.77 over windows, under a random split (8:2) that
    puts windows of one person on both sides.

    References
    ----------
    .. [1] Yu (2025), who sets it beside a light convolutional network on the recordings
       of Di Nardo et al. (2024). doi:10.13026/grdj-qx06

    Examples
    --------
    >>> from skemg.systems import yu2025_svm
    >>> system = yu2025_svm()
    >>> [name for name, _ in system.steps]
    ['bandpass', 'amplitudescaler', 'windower', 'windowvotingclassifier']
    >>> system.get_params()["windower__length"]
    0.2
    """
    features = make_union(  # two thresholds, in units of the z-scored signal
        TimeDomainFeatures(
            ("rms", "wl", "zc"), threshold=0.01, threshold_unit="signal"
        ),
        TimeDomainFeatures(("wamp",), threshold=0.05, threshold_unit="signal"),
    )
    pipeline = make_pipeline(
        Bandpass(low=20, high=450),
        AmplitudeScaler("zscore"),
        Windower(length=0.2, hop=0.1),
        WindowVotingClassifier(
            make_pipeline(features, StandardScaler(), SVC()), voting="hard"
        ),
    )
    return maybe_calibrated(pipeline, calibrated)

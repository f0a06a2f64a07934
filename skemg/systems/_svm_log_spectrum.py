"""Log-spectrum and support vector machine."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.features import LogSpectrum
from skemg.preprocessing import Notch
from skemg.windowing import Windower, WindowVotingClassifier

from ._calibrated import maybe_calibrated


def svm_log_spectrum(*, calibrated=False):
    """Needle EMG: log-spectrum of windows, RBF support vector machine, hard vote.

    The plain baseline: hum of 50 Hz and its multiples taken out, windows of 200 ms side
    by side, the power of 24 bands from 60 Hz to 2 kHz on a logarithmic scale, a support
    vector machine with balanced classes. Below 60 Hz stand mains and movement, above
    2 kHz needle EMG has little; bins outside are left out, because a logarithm reads
    what a filter has only attenuated. All values are our choice.

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
    forest_pooled : The better one of our own.

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import svm_log_spectrum
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = svm_log_spectrum().fit(emg.data, emg.target)
    >>> system.predict(emg.data).shape
    (12,)
    """
    pipeline = make_pipeline(
        Notch(frequency=50),
        Windower(length=0.2, hop=0.2),
        LogSpectrum(low=60, high=2000, n_bands=24),
        WindowVotingClassifier(
            make_pipeline(StandardScaler(), SVC(class_weight="balanced")),
            voting="hard",
        ),
    )
    return maybe_calibrated(pipeline, calibrated)

"""Intrinsic mode functions and the least-squares machine of Mishra 2016."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.classifiers import LSSVC
from skemg.features import EMDFeatures
from skemg.preprocessing import Resampler
from skemg.utils._counts import check_count
from skemg.windowing import Windower, WindowVotingClassifier


def mishra_emd_lssvm(*, n_imfs=4):
    """Needle EMG: modulations of intrinsic mode functions, LS-SVM.

    From the source [1]_: empirical mode decomposition, the area of the trace in the
    complex plane, the bandwidths of amplitude and frequency modulation, the spectral
    moment and the mean slope of the instantaneous frequency of the analytic intrinsic
    mode functions, and a support vector machine of least squares. The sixth number of
    the source, a normalised instantaneous frequency, is not part of it. The area is
    that of an ellipse of 95 % of the trace. The number of functions, the rate (10 kHz),
    windows of 200 ms side by side, scaled features, RBF kernel, balanced classes and
    the vote are our choice. There is no filter.

    The machine keeps every training window: more than some 5,000 (a thousand seconds of
    signal) take much memory and time.

    Parameters
    ----------
    n_imfs : int, default=4
        The first so many intrinsic mode functions are described.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    See Also
    --------
    dubey2022 : Other numbers of these functions, and a net.

    Notes
    -----
    Two classes in the source, ALS and normal; we have no figure of it that we could
    check.

    References
    ----------
    .. [1] Mishra, V. K., Bajaj, V., Kumar, A., Singh, G. K. (2016). "Analysis of ALS
       and normal EMG signals based on empirical mode decomposition." IET Science,
       Measurement & Technology, 10(8), 963-971. doi:10.1049/iet-smt.2016.0208

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import mishra_emd_lssvm
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = mishra_emd_lssvm(n_imfs=2).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    check_count(n_imfs, "n_imfs")
    features = EMDFeatures(n_imfs, features=("area", "bam", "bfm", "sm1", "freq_slope"))
    svm = make_pipeline(StandardScaler(), LSSVC(class_weight="balanced"))
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.2),
        features,
        WindowVotingClassifier(svm),
    )

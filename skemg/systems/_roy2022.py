"""Teager envelopes of wavelet sub-bands, after Roy 2022."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.utils import gen_batches

from skemg.features._teager import desa1
from skemg.preprocessing import Resampler
from skemg.utils._counts import check_count
from skemg.windowing import Windower, WindowVotingClassifier

_ROWS = 64  # windows at once


def roy2022(*, level=4):
    """Needle EMG: Teager envelopes of wavelet sub-bands, support vector machine.

    From the source [1]_: a discrete wavelet transform, the amplitude envelope of each
    sub-band by the Teager-Kaiser energy operator, features of the envelopes, and a
    support vector machine. We know the source by citation only, so all values are our
    choice: Daubechies-4 wavelet, four levels, envelopes of the coefficients by DESA-1,
    their mean, standard deviation and largest value, the rate (10 kHz), windows of 200
    ms with half overlapping, logarithms, scaled features, RBF kernel, balanced classes
    and the hard vote. There is no filter. `predict_proba` is the share of the windows.

    Parameters
    ----------
    level : int, default=4
        Number of times that the approximation is split.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    See Also
    --------
    skemg.features.TeagerFeatures : The same operator on whole windows.

    Notes
    -----
    Published: accuracy 1.00 for healthy against neuropathic, as cited by Tatlidil
    (2025, doi:10.20883/medical.e1391); what was counted, and whether patients were kept
    apart, we have not verified.

    References
    ----------
    .. [1] Roy et al. (2022). doi:10.1504/ijbet.2022.126493

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import roy2022
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = roy2022(level=3).fit(emg.data, emg.target)
    >>> system.predict(emg.data).shape
    (12,)
    """
    check_count(level, "level")
    svm = make_pipeline(
        FunctionTransformer(envelopes_of_bands, kw_args={"level": level}),
        StandardScaler(),
        SVC(C=10, class_weight="balanced"),
    )
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.1),
        WindowVotingClassifier(svm, voting="hard"),
    )


def envelopes_of_bands(windows, level, wavelet="db4"):
    """Return log of mean, SD and maximum of each band's envelope, band by band."""
    windows = np.asarray(windows)
    rows = windows.reshape(-1, windows.shape[-1])  # a channel of a window
    parts = [_describe(rows[b], level, wavelet) for b in gen_batches(len(rows), _ROWS)]
    return np.log1p(np.concatenate(parts).reshape(len(windows), -1))


def _describe(rows, level, wavelet):
    import pywt

    bands = pywt.wavedec(rows, wavelet, "periodization", level, axis=-1)
    envelopes = [desa1(band)[0] for band in reversed(bands)]
    return np.stack(
        [f(e, axis=1) for e in envelopes for f in (np.mean, np.std, np.max)], axis=1
    )

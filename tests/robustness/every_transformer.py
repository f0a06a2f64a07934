"""Every public transformer in settings that short signals of noise suffice for."""

import importlib
import inspect

import numpy as np
from sklearn.base import BaseEstimator

import skemg
from skemg.clinical import (
    InterferencePattern,
    MUAPDetector,
    MUAPFeatures,
    NormalZScore,
    RecordingMetadata,
    SpontaneousActivity,
)
from skemg.features import (
    DeltaFeatures,
    DWTFeatures,
    EMDFeatures,
    EntropyFeatures,
    HilbertFeatures,
    LogSpectrum,
    MelSpectrogram,
    Scalogram,
    SmoothedPseudoWignerVille,
    SpectralFeatures,
    Spectrogram,
    Stockwell,
    TeagerFeatures,
    TimeDomainFeatures,
    WaveletPacketFeatures,
)
from skemg.features._entropy import _ENTROPIES
from skemg.features._spectral import _FUNCTIONS
from skemg.features._time_domain import _FEATURES
from skemg.nn import ConvDenoiser
from skemg.preprocessing import (
    AmplitudeScaler,
    Bandpass,
    EMDDenoiser,
    MultiscalePCA,
    Notch,
    PeakPreservingDownsampler,
    Resampler,
    WaveletDenoiser,
)
from skemg.windowing import Windower, WindowPooling, WindowSelector

SFREQ = 1000.0
N_TIMES = 96  # samples of a recording or window
IMAGE = {"n_frequencies": 6, "n_frames": 5, "sfreq": SFREQ}

RECORDING_STEPS = [
    AmplitudeScaler(),
    AmplitudeScaler("robust"),
    AmplitudeScaler("zscore"),
    Bandpass(20, 400, sfreq=SFREQ),
    Bandpass(20, 400, zero_phase=True, sfreq=SFREQ),
    ConvDenoiser(
        conv_filters=(2,),
        conv_kernel=3,
        noise=("white",),
        max_epochs=1,
        precision="float64",
        device="cpu",
        random_state=0,
        sfreq=SFREQ,
    ),
    EMDDenoiser(),
    EMDDenoiser((1, 2), "universal", stop="s_number"),
    InterferencePattern(0.032, 0.0, threshold_unit="signal", sfreq=SFREQ),
    MultiscalePCA("db2", level=2, window_length=0.032, sfreq=SFREQ),
    MultiscalePCA("db2", level=2, window_length=0.032, threshold=True, sfreq=SFREQ),
    MultiscalePCA("db2", level=2, columns="channels"),
    Notch(sfreq=SFREQ),
    Notch(zero_phase=True, harmonics=2, sfreq=SFREQ),
    PeakPreservingDownsampler(3),
    PeakPreservingDownsampler(3, "min"),
    Resampler(400, sfreq=SFREQ),
    SpontaneousActivity(min_peak=None, sfreq=SFREQ),
    WaveletDenoiser("db2", level=2),
    WaveletDenoiser("db2", 2, threshold="sure", mode="hard", noise="finest"),
    WaveletDenoiser("db2", 2, threshold="universal"),
    Windower(0.032, 0.016, sfreq=SFREQ),
]
WINDOW_STEPS = [
    AmplitudeScaler(),
    DWTFeatures("db2", level=2),
    EMDFeatures(2, sfreq=SFREQ),
    EntropyFeatures(_ENTROPIES),
    EntropyFeatures(_ENTROPIES, on="dwt", wavelet="db2", level=2),
    HilbertFeatures(bands=[(20, 200), (200, 400)], sfreq=SFREQ),
    LogSpectrum(sfreq=SFREQ),
    LogSpectrum(20, 400, 7, sfreq=SFREQ),
    MelSpectrogram(0.02, n_frequencies=4, delta=True, sfreq=SFREQ),
    Scalogram(**IMAGE),
    Scalogram(**IMAGE, resize="pick"),
    SmoothedPseudoWignerVille(20, 400, **IMAGE),
    SmoothedPseudoWignerVille(lag_share=None, time_share=None, **IMAGE),
    SpectralFeatures(
        tuple(_FUNCTIONS),
        low_band=(20, 200),
        high_band=(200, 450),
        peak_width=40,
        sfreq=SFREQ,
    ),
    Spectrogram(0.02, **IMAGE, delta=True),
    Stockwell(20, 400, **IMAGE),
    TeagerFeatures(sfreq=SFREQ),
    TeagerFeatures(method="desa1", sfreq=SFREQ),
    TimeDomainFeatures(
        _FEATURES,
        threshold=1.0,
        turn_threshold=2.0,
        turn_threshold_unit="noise",
        sfreq=SFREQ,
    ),
    WaveletPacketFeatures("db2", level=2),
    WindowSelector(sfreq=SFREQ),
]
FEATURE_ROW_STEPS = [DeltaFeatures(), DeltaFeatures(keep=False), WindowPooling()]
# What takes no such signal, and why.
OTHERS = {
    MUAPDetector: "units are found in seconds of signal: tests/clinical",
    MUAPFeatures: "units are found in seconds of signal: tests/clinical",
    NormalZScore: "takes a table with names",
    RecordingMetadata: "reads no signal",
}
# Tables of measures: of one channel, NaN where there is nothing to measure.
TABLES = (InterferencePattern, SpontaneousActivity)
STEPS = RECORDING_STEPS + WINDOW_STEPS + FEATURE_ROW_STEPS


def public_transformers():
    """Yield all classes of the package that transform signals, windows or features."""
    for name in skemg._SUBPACKAGES:
        module = importlib.import_module(f"skemg.{name}")
        for member in vars(module).values():
            if (
                inspect.isclass(member)
                and issubclass(member, BaseEstimator)
                and hasattr(member, "transform")
                and not hasattr(member, "predict")
            ):
                yield member


def result_of(step, X):
    """Return what a step makes of X as plain arrays, or the error it raises."""
    try:
        result = step.fit_transform(X)
    except (ValueError, TypeError) as error:
        return error
    if isinstance(result, list):
        return result
    return [result if isinstance(result, np.ndarray) else result.values]

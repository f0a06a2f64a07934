"""What the recordings of the training measured, class by class."""

import numpy as np
from sklearn.pipeline import FeatureUnion, Pipeline

from skemg.clinical import InterferencePattern, MUAPFeatures, SpontaneousActivity

_CLINICAL = InterferencePattern, MUAPFeatures, SpontaneousActivity


def measure(estimator, recordings):
    """Return what a reader compares between a recording and those of the training.

    Parameters
    ----------
    estimator : estimator
        A fitted model. Where clinical measures are columns of its table they are
        measured as it does, behind its own filters.
    recordings : Recordings of length n_recordings
        The recordings.

    Returns
    -------
    measures : dict of {str: ndarray of shape (n_recordings,)}
        `sfreq_hz` and `duration_s` where the rate is known, `rms`, `peak_to_peak`, and
        the clinical measures by the names of their columns. NaN where there is none.
    """
    known = {}
    if recordings.sfreq is not None:
        known = {"sfreq_hz": recordings.sfreq, "duration_s": recordings.seconds}
    return {
        **known,
        "rms": rms(recordings),
        "peak_to_peak": np.array([np.ptp(x, axis=-1).max() for x in recordings]),
        **_clinical_measures(_pipeline_of(estimator), recordings),
    }


def rms(recordings):
    """Return the root mean square of each recording about its mean."""
    return np.array([np.std(signal, dtype=np.float64) for signal in recordings])


def ranges(estimator, X, y):
    """Return smallest value, median and largest of each measure in each class.

    Parameters
    ----------
    estimator : estimator
        The fitted model.
    X : Recordings of length n_recordings
        The recordings of the training.
    y : ndarray of shape (n_recordings,)
        Their classes.

    Returns
    -------
    ranges : dict of {str: dict of {str: list of 3 float, or None}}
        By measure and class; None where no recording has the measure.
    """
    return {
        name: {str(label): _range(values[y == label]) for label in np.unique(y)}
        for name, values in measure(estimator, X).items()
    }


def _range(values):
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return None
    return [float(value) for value in np.quantile(values, [0, 0.5, 1])]


def _clinical_measures(step, X):
    """Return the columns of the first clinical steps, behind what stands before."""
    if isinstance(step, _CLINICAL):
        names, table = step.get_feature_names_out(), np.asarray(step.transform(X))
        return dict(zip(names.tolist(), table.T.astype(float), strict=True))
    parts = step.get_params().values() if hasattr(step, "get_params") else ()
    if not any(isinstance(part, _CLINICAL) for part in parts):
        return {}
    if isinstance(step, FeatureUnion):
        parts = [_clinical_measures(part, X) for _, part in step.transformer_list]
        return {name: column for part in parts for name, column in part.items()}
    for inner in _steps_of(step):
        found = _clinical_measures(inner, X)
        if found:
            return found
        X = inner.transform(X)
    return {}


def _steps_of(pipeline):
    """Return the steps that change the data; a sampler does so in training alone."""
    steps = [step for _, step in getattr(pipeline, "steps", [])]
    return [step for step in steps if hasattr(step, "transform")]


def _pipeline_of(estimator):
    """Return the fitted pipeline within a model, or the model."""
    inner = estimator
    while inner is not None and not isinstance(inner, Pipeline):
        calibrated = getattr(inner, "calibrated_classifiers_", [])
        if len(calibrated) == 1:
            inner = calibrated[0].estimator
        else:
            inner = getattr(inner, "estimator_", None)
    return estimator if inner is None else inner

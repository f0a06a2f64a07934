"""What the recordings of the training measured, class by class."""

import numpy as np
from sklearn.pipeline import Pipeline

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
        **_clinical_measures(estimator, recordings),
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


def _clinical_measures(estimator, recordings):
    """Return the clinical columns of the first table of a pipeline that has some."""
    pipeline = _pipeline_of(estimator)
    if pipeline is None:
        return {}
    wanted = {
        name
        for part in pipeline.get_params(deep=True).values()
        if isinstance(part, _CLINICAL)
        for name in _names_of(part)
    }
    if not wanted:
        return {}
    X = recordings
    for _, step in pipeline.steps[:-1]:
        if not hasattr(step, "transform"):  # "passthrough", or a sampler
            continue
        X = step.transform(X)
        names = _names_of(step)
        columns = {names[i]: i for i in range(len(names)) if names[i] in wanted}
        if columns:
            table = np.asarray(X)
            return {name: table[:, i].astype(float) for name, i in columns.items()}
    return {}


def _pipeline_of(estimator):
    """Return the fitted pipeline within a model, or None."""
    while estimator is not None and not isinstance(estimator, Pipeline):
        calibrated = getattr(estimator, "calibrated_classifiers_", [])
        if len(calibrated) == 1:
            estimator = calibrated[0].estimator
        else:
            estimator = getattr(estimator, "estimator_", None)
    return estimator


def _names_of(step):
    """Return the names of the columns of a step, without those of a union's parts."""
    try:
        names = step.get_feature_names_out()
    except (AttributeError, ValueError):  # what gives recordings has no columns
        return []
    return [str(name).rsplit("__", 1)[-1] for name in names]

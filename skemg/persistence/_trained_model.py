"""A model from a file, which knows for what recordings it was made."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._ranges import rms

_FACTOR = 30  # about the root of 1000, the step from one unit to the next


def _inner_has(method):
    return lambda model: hasattr(model.estimator, method)


class TrainedModel(ClassifierMixin, BaseEstimator):
    """A fitted model that refuses recordings of another kind than it was fitted on.

    :func:`load` gives it; it predicts and is not fitted again. Where scikit-learn wants
    to fit it, as in a calibration, put :class:`~sklearn.frozen.FrozenEstimator` around
    it. Recordings must have a rate, the unit and the channels of the training (several
    channels also in their order, where names are known), and their root mean square
    must lie within a thirtieth of the smallest and thirty times the largest of the
    training (the factor is our choice), which most millivolts taken for microvolts, and
    microvolts for millivolts, do not.

    Parameters
    ----------
    estimator : estimator
        The fitted model.
    record : dict
        What was written beside it, see :func:`save`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.

    See Also
    --------
    load : Read a model from a file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.persistence import load, save
    >>> from skemg.systems import forest_pooled
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> forest = forest_pooled(random_state=0).fit(emg.data, emg.target)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "forest.skemg"
    ...     save(forest, path, X=emg.data, y=emg.target)
    ...     model = load(path)
    >>> bool((model.predict_proba(emg.data) == forest.predict_proba(emg.data)).all())
    True
    >>> try:
    ...     model.predict(emg.data.with_values(emg.data.values, unit=None))
    ... except ValueError as error:
    ...     print(error)
    X is uncalibrated, the model was fitted on uV; read the recordings in their unit
    """

    def __init__(self, estimator, record):
        self.estimator = estimator
        self.record = record

    @property
    def classes_(self):
        return self.estimator.classes_

    def __sklearn_is_fitted__(self):
        return hasattr(self, "classes_")  # a clone is not

    def fit(self, X, y=None):
        """Raise: what came from a file is not fitted again.

        Parameters
        ----------
        X : ignored
            Not used.
        y : ignored
            Not used.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError(
            "a model from a file is not fitted again, as its record would be wrong; "
            "fit sklearn.base.clone(model.estimator), or use the model as it is in "
            "sklearn.frozen.FrozenEstimator(model)"
        )

    def predict(self, X, **params):
        """Predict the class of each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings
            Of the rate, unit and channels of the training.
        **params : dict
            What else the model takes, such as `muscle_type`.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes.
        """
        self._refuse_other_kind(X)
        return self.estimator.predict(X, **params)

    @available_if(_inner_has("predict_proba"))
    def predict_proba(self, X, **params):
        """Predict the probability of each class for each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings
            Of the rate, unit and channels of the training.
        **params : dict
            What else the model takes, such as `muscle_type`.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Columns in the order of `classes_`.
        """
        self._refuse_other_kind(X)
        return self.estimator.predict_proba(X, **params)

    @available_if(_inner_has("predict_set"))
    def predict_set(self, X, **params):
        """Predict the classes that cannot be excluded for each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings
            Of the rate, unit and channels of the training.
        **params : dict
            What else the model takes.

        Returns
        -------
        sets : ndarray of bool of shape (n_recordings, n_classes)
            As of :class:`~skemg.decision.PatientConformalClassifier`.
        """
        self._refuse_other_kind(X)
        return self.estimator.predict_set(X, **params)

    def _refuse_other_kind(self, X):
        training = self.record["training"]
        if training is None:
            return
        if not isinstance(X, Recordings):
            raise SignalError(
                f"X is a {type(X).__name__} whose rate and unit are not known; pass "
                "Recordings.from_list(..., sfreq=..., unit=...)"
            )
        _refuse_other_unit(X.unit, training["unit"])
        _refuse_other_rates(X.sfreq, training["sfreq"])
        _refuse_other_channels(X, training["n_channels"], training["channel_names"])
        _refuse_other_size(rms(X), training["ranges"]["rms"])


def _refuse_other_unit(unit, wanted):
    if unit != wanted:
        raise SignalError(
            f"X is {unit or 'uncalibrated'}, the model was fitted on "
            f"{wanted or 'uncalibrated recordings'}; read the recordings in their unit"
        )


def _refuse_other_channels(X, n_channels, names):
    if X.n_channels != n_channels:
        raise SignalError(
            f"X has {X.n_channels} channels, the model was fitted on {n_channels}; "
            "choose the same"
        )
    known = n_channels > 1 and None not in (names, X.channel_names)
    if known and X.channel_names != names:  # a single one is called as one likes
        raise SignalError(
            f"X has the channels {X.channel_names}, the model was fitted on {names}; "
            "choose these, in this order"
        )


def _refuse_other_rates(sfreq, wanted):
    if wanted is None:
        return
    rates = " and ".join(f"{rate:.10g} Hz" for rate in wanted)
    if sfreq is None:
        raise SignalError(
            f"the rate of X is unknown, the model was fitted at {rates}; pass "
            "Recordings(sfreq=...)"
        )
    other = np.flatnonzero(~np.isin(sfreq, wanted))
    if len(other):
        raise SignalError(
            f"recording {other[0]} has {sfreq[other[0]]:.10g} Hz, the model was fitted "
            f"at {rates}; give it that rate with Resampler in Python, if that is sound"
        )


def _refuse_other_size(size, of_classes):
    bounds = np.array([bounds for bounds in of_classes.values() if bounds is not None])
    low, high = bounds[:, 0].min(), bounds[:, -1].max()
    other = np.flatnonzero(~((size >= low / _FACTOR) & (size <= high * _FACTOR)))
    if len(other):
        raise SignalError(
            f"recording {other[0]} has a root mean square of {size[other[0]]:g}, those "
            f"of the training had {low:g} to {high:g}; check the unit and the electrode"
        )

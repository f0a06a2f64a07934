"""A model from a file, which knows for what recordings it was made."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skemg.exceptions import SignalError
from skemg.signals import Recordings

from ._record import rms

_FACTOR = 100  # between a volt and a millivolt lie 1000


class TrainedModel(ClassifierMixin, BaseEstimator):
    """A fitted model that refuses recordings of another kind than it was fitted on.

    :func:`load` gives it; it predicts and is not fitted again. Recordings must have a
    rate, the unit and the channels of the training, and their root mean square must
    lie within a hundredth of the smallest and a hundred times the largest of the
    training (the factor is our choice), which volts taken for microvolts do not.

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
        return True

    def predict(self, X):
        """Predict the class of each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings
            Of the rate, unit and channels of the training.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes.
        """
        self._refuse_other_kind(X)
        return self.estimator.predict(X)

    def predict_proba(self, X):
        """Predict the probability of each class for each recording.

        Parameters
        ----------
        X : Recordings of length n_recordings
            Of the rate, unit and channels of the training.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Columns in the order of `classes_`.
        """
        self._refuse_other_kind(X)
        return self.estimator.predict_proba(X)

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
        if X.n_channels != training["n_channels"]:
            raise SignalError(
                f"X has {X.n_channels} channels, the model was fitted on "
                f"{training['n_channels']}; choose the same"
            )
        _refuse_other_size(rms(X), training["rms"])


def _refuse_other_unit(unit, wanted):
    if unit != wanted:
        raise SignalError(
            f"X is {unit or 'uncalibrated'}, the model was fitted on "
            f"{wanted or 'uncalibrated recordings'}; read the recordings in their unit"
        )


def _refuse_other_rates(sfreq, wanted):
    if wanted is None:
        return
    if sfreq is None:
        raise SignalError(
            f"the rate of X is unknown, the model was fitted at {wanted} Hz; pass "
            "Recordings(sfreq=...)"
        )
    other = np.flatnonzero(~np.isin(sfreq, wanted))
    if len(other):
        raise SignalError(
            f"recording {other[0]} has {sfreq[other[0]]:g} Hz, the model was fitted at "
            f"{wanted} Hz; put Resampler(target_sfreq=...) before, if that is sound"
        )


def _refuse_other_size(size, limits):
    low, high = limits[0] / _FACTOR, limits[1] * _FACTOR
    other = np.flatnonzero(~((size >= low) & (size <= high)))
    if len(other):
        raise SignalError(
            f"recording {other[0]} has a root mean square of {size[other[0]]:g}, those "
            f"of the training had {limits[0]:g} to {limits[1]:g}; check the unit and "
            "the electrode"
        )

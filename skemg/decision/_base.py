"""What the classifiers with one answer a patient have in common."""

import warnings

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import get_tags, indexable
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
    process_routing,
)
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.signals import Recordings, Windows
from skemg.utils._groups import resolve_groups
from skemg.utils._labels import check_labels
from skemg.utils._sklearn import num_samples
from skemg.windowing._nesting import takers_of_groups

_CURE = (
    "pass Recordings(groups=...), or groups= beside X; a recording is never taken for "
    "a patient"
)


class PatientDecision(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Patients at the door, and the answer of a patient to each of its recordings.

    A subclass has `fit`, which calls `_check_fit`, and
    `_patient_proba(X, codes, params)`, a row a patient.
    """

    # scikit-learn's marker that a method asks for `groups` without the user's request
    __metadata_request__fit = {"groups": True}
    __metadata_request__predict = {"groups": True}
    __metadata_request__predict_proba = {"groups": True}
    __metadata_request__score = {"groups": True}

    def predict(self, X, groups=None, **params):
        """Return the class of the patient of each recording.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data. Recordings of one patient are judged together.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **params : dict
            More for `predict_proba` of the inner classifier.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes; a tie goes to the first in `classes_`.
        """
        proba = self.predict_proba(X, groups, **params)
        return self.classes_[proba.argmax(axis=1)]

    def predict_proba(self, X, groups=None, **params):
        """Return the probabilities of the patient of each recording.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data. Recordings of one patient are judged together.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **params : dict
            More for `predict_proba` of the inner classifier.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Probabilities, in the order of `classes_`; the same for all recordings of a
            patient.
        """
        X, codes, params = self._check_predict(X, groups, params)
        return self._patient_proba(X, codes, params)[codes]

    def score(self, X, y, sample_weight=None, groups=None, **params):
        """Return the share of recordings whose patient gets the right class.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,)
            The true classes.
        sample_weight : array-like of shape (n_recordings,), default=None
            Weight of each recording.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.
        **params : dict
            More for `predict_proba` of the inner classifier.

        Returns
        -------
        accuracy : float
            Between 0 and 1. `skemg.metrics.patient_scorer` counts patients instead.
        """
        answers = self.predict(X, groups, **params)
        return accuracy_score(y, answers, sample_weight=sample_weight)

    def get_metadata_routing(self):
        """Return where `fit` and the predictions send patients and other metadata.

        Returns
        -------
        routing : MetadataRouter
            As scikit-learn's metadata routing asks for it.
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        for caller in ("fit", "predict", "predict_proba", "score"):
            mapping.add(caller=caller, callee="predict_proba")
        return (
            MetadataRouter(owner=self)
            .add_self_request(self)
            .add(estimator=self.estimator, method_mapping=mapping)
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.input_tags.sparse = inner.input_tags.sparse
        tags.input_tags.allow_nan = inner.input_tags.allow_nan
        return tags

    def _check_fit(self, X, y, groups, fit_params):
        """Return data, classes, patients and the parameters of the inner methods."""
        carrier = isinstance(X, Recordings | Windows)
        if not carrier:  # afterwards the inner estimator checks widths and names
            validate_data(self, X, reset=True, skip_check_array=True)
            (X,) = indexable(X)
        n_recordings = num_samples(X)
        if n_recordings == 0:
            raise ValueError(f"{self._name()} needs recordings, got X with 0 of them")
        if "sample_weight" in fit_params:
            raise ValueError(
                f"{self._name()} takes no sample_weight: it counts patients, not "
                "recordings. Weight the classes inside (class_weight=, balance=), or "
                "name the step that takes the weights (step__sample_weight=...)"
            )
        y = check_labels(y, n_recordings)
        patients = resolve_groups(groups, X, n_recordings)
        self._rows_are_patients = patients is None
        if patients is None:
            if carrier:
                raise ValueError(f"{self._name()} does not know the patients: {_CURE}")
            warnings.warn(
                "patients unknown: each row of X counts as a patient of its own; pass "
                "Recordings(groups=...) or fit(groups=...) if a patient has several",
                UserWarning,
                stacklevel=3,
            )
            patients = np.arange(n_recordings)
        classes = np.unique(y)
        if len(classes) < 2:
            raise ValueError(
                f"y has one class, {classes[0]!r}; {self._name()} needs two classes or "
                "more"
            )
        X = X.with_groups(patients) if carrier else X
        return X, y, patients, self._inner_params(X, patients, fit_params)

    def _inner_params(self, X, patients, fit_params):
        """Return what the inner `fit` and the inner `predict_proba` get."""
        params = {
            "fit": dict(fit_params),
            "predict_proba": _consumed(self.estimator, fit_params),
        }
        if get_config()["enable_metadata_routing"] and fit_params:
            params["fit"] = dict(
                process_routing(self, "fit", **fit_params)["estimator"].fit
            )
        if not isinstance(X, Recordings | Windows):
            takers = takers_of_groups(self.estimator)
            params["fit"] |= dict.fromkeys(takers, patients)
            params["predict_proba"] |= _consumed(self.estimator, {"groups": patients})
        return params

    def _check_predict(self, X, groups, params):
        """Return data that know the patients, their numbers, and inner parameters."""
        check_is_fitted(self)
        n_recordings = num_samples(X)
        patients = resolve_groups(groups, X, n_recordings)
        carrier = isinstance(X, Recordings | Windows)
        if patients is None and (carrier or not self._rows_are_patients):
            raise ValueError(
                f"{self._name()} does not know the patients of these recordings: "
                f"{_CURE}"
            )
        if patients is None:
            patients = np.arange(n_recordings)
        if carrier:
            X = X.with_groups(patients)
        else:
            params = params | _consumed(self.estimator, {"groups": patients})
        return X, np.unique(patients, return_inverse=True)[1], params

    def _name(self):
        return type(self).__name__


def _consumed(estimator, params):
    """Return those parameters that `predict_proba` of the estimator takes."""
    try:
        routing = get_routing_for_object(estimator)
    except NotImplementedError:  # some of scikit-learn, which take none
        return {}
    names = routing.consumes("predict_proba", list(params))
    return {name: params[name] for name in names}

"""What all splitters of patients share."""

import numbers

import numpy as np
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import assert_all_finite
from sklearn.utils.multiclass import type_of_target

from skemg.exceptions import SignalError
from skemg.metrics._vote import label_by_group
from skemg.utils._groups import resolve_groups
from skemg.utils._labels import check_labels, refuse_missing_and_mixed
from skemg.utils._sklearn import num_samples


class PatientSplitter(BaseCrossValidator):
    """Find the patients, let `_folds` split them, refuse folds that teach nothing."""

    # scikit-learn's marker that `split` asks for `groups` without the user's request
    __metadata_request__split = {"groups": True}

    _cure = "Add patients"

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : ignored
            Not used.

        Returns
        -------
        n_splits : int
            The number of splits.
        """
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """Yield the recordings of training and test, split by split.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data, which may carry the patients.
        y : array-like of shape (n_recordings,), default=None
            Classes; without them, and with numbers of a regression, nothing is
            stratified, and no class is looked for.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.

        Yields
        ------
        train, test : ndarray of int
            Numbers of recordings; no patient is in both.
        """
        self._check_parameters()
        patients = self._patients(X, groups)
        y = _classes(y, len(patients))
        if y is not None and len(np.unique(y)) < 2:
            raise ValueError(
                f"y has one class; {table(y, patients)}. A classifier needs two"
            )
        folds = list(self._folds(patients, y))
        for number, (train, test) in enumerate(folds):
            self._check_fold(number, train, test, patients, y)
        yield from folds

    def _folds(self, patients, y):
        """Yield train and test; `y` holds classes or is None."""
        raise NotImplementedError

    def _check_parameters(self):
        pass

    def _patients(self, X, groups):
        known = X if X is not None else groups
        patients = None
        if known is not None:
            patients = resolve_groups(groups, X, num_samples(known))
        if patients is None:
            raise ValueError(
                f"{type(self).__name__} does not know the patients: pass "
                "Recordings(groups=...) or groups=; it never takes a recording for a "
                "patient"
            )
        if len(patients) == 0:
            raise ValueError("X holds no recording; there is nothing to split")
        return patients

    def _check_fold(self, number, train, test, patients, y):
        for side, recordings in (("trains on", train), ("tests", test)):
            if len(recordings) == 0:
                counts = "" if y is None else f"; {table(y, patients)}"
                raise ValueError(f"split {number} {side} nobody{counts}. {self._cure}")
        if y is None:
            return
        missing = np.setdiff1d(y, y[train])
        if len(missing):
            raise ValueError(
                f"split {number} trains on nobody of class {missing[0]}; "
                f"{table(y, patients)}. {self._cure}"
            )


def table(y, patients):
    """Return the number of patients of each class, in words."""
    counts = {str(c): len(np.unique(patients[y == c])) for c in np.unique(y)}
    return f"patients a class: {counts}"


def sides(in_test):
    """Return the numbers of the recordings of training and test."""
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


def class_of_patients(y, patients, cure):
    """Return a class for each patient, in sorted order; two classes raise."""
    try:
        return label_by_group(y, patients)
    except SignalError as error:
        raise SignalError(f"{error}; {table(y, patients)}. {cure}") from None


def check_at_least(smallest, **parameters):
    """Refuse integers that are too small, by name."""
    for name, value in parameters.items():
        if not isinstance(value, numbers.Integral) or value < smallest:
            raise ValueError(
                f"{name} must be an integer of at least {smallest}, got {value!r}"
            )


def _classes(y, n_recordings):
    """Return the classes, None where y has none."""
    if y is None:
        return None
    if num_samples(y) != n_recordings:
        raise SignalError(
            f"y has {num_samples(y)} labels for {n_recordings} recordings; give one "
            "for each"
        )
    refuse_missing_and_mixed(y)
    assert_all_finite(np.asarray(y), input_name="y")
    if type_of_target(y) not in ("binary", "multiclass", "unknown"):
        return None
    return check_labels(y, n_recordings)

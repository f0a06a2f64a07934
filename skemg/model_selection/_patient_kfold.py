"""K folds of whole patients."""

import numbers

import numpy as np
from sklearn.model_selection import (
    BaseCrossValidator,
    GroupKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from skemg.exceptions import SignalError
from skemg.metrics._vote import label_by_group
from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import num_samples


class PatientKFold(BaseCrossValidator):
    """Split recordings into folds of whole patients, the classes spread evenly.

    The patients are read from `Recordings` or `Windows` where `groups` is not given, so
    nested searches and calibration are grouped too, with metadata routing on or off. It
    never takes a recording for a patient: unknown patients raise. Read more in the
    :ref:`User Guide <patient_splits>`.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.
    stratify : {"auto", "patient", "recording"}, default="auto"
        "patient" spreads the patients of each class evenly over the folds, "recording"
        the recordings. "auto" is "patient" where every patient has one class.
    shuffle : bool, default=False
        Whether to assign the patients at random. By default the order of the recordings
        decides.
    random_state : int, RandomState instance or None, default=None
        Seed of `shuffle`.

    Raises
    ------
    ValueError
        If the patients are unknown, or a class has fewer patients than there are folds;
        the message then holds the table of counts.
    SignalError
        If `y` or `groups` has not one entry a recording, or `groups` contradicts X.

    See Also
    --------
    sklearn.model_selection.StratifiedGroupKFold : Needs `groups` with every call.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import PatientKFold
    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_array(
    ...     np.zeros((6, 10)), sfreq=1000, groups=["a", "a", "b", "b", "c", "d"]
    ... )
    >>> y = ["normal", "normal", "myopathic", "myopathic", "normal", "myopathic"]
    >>> for train, test in PatientKFold(n_splits=2).split(emg, y):
    ...     print(emg.groups[train], emg.groups[test])
    ['c' 'd'] ['a' 'a' 'b' 'b']
    ['a' 'a' 'b' 'b'] ['c' 'd']
    """

    # scikit-learn's marker that `split` asks for `groups` without the user's request
    __metadata_request__split = {"groups": True}

    def __init__(
        self, n_splits=5, *, stratify="auto", shuffle=False, random_state=None
    ):
        self.n_splits = n_splits
        self.stratify = stratify
        self.shuffle = shuffle
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : ignored
            Not used.

        Returns
        -------
        n_splits : int
            The number of folds.
        """
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """Yield the recordings of training and test, fold by fold.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data, which may carry the patients.
        y : array-like of shape (n_recordings,), default=None
            Classes; without them the folds are not stratified.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.

        Yields
        ------
        train, test : ndarray of int
            Numbers of recordings; no patient is in both.
        """
        self._check_parameters()
        n_recordings = num_samples(X)
        patients = resolve_groups(groups, X, n_recordings)
        if patients is None:
            raise ValueError(
                "PatientKFold does not know the patients: pass Recordings(groups=...) "
                "or groups=; it never takes a recording for a patient"
            )
        codes = np.unique(patients, return_inverse=True)[1]
        if y is None or type_of_target(y) not in ("binary", "multiclass"):
            yield from self._folds(GroupKFold, codes, None, codes)
            return
        y = column_or_1d(y)
        if len(y) != n_recordings:
            raise SignalError(
                f"y has {len(y)} labels for {n_recordings} recordings; give one for "
                "each"
            )
        self._check_counts(y, codes)
        if self._stratifies_patients(y, patients):
            first = np.sort(np.unique(codes, return_index=True)[1])
            for _, test in self._folds(StratifiedKFold, codes[first], y[first]):
                in_test = np.isin(codes, codes[first][test])
                yield np.flatnonzero(~in_test), np.flatnonzero(in_test)
        else:
            yield from self._folds(StratifiedGroupKFold, codes, y, codes)

    def _folds(self, splitter, rows, y, groups=None):
        seed = self.random_state if self.shuffle else None
        folds = splitter(self.n_splits, shuffle=self.shuffle, random_state=seed)
        return folds.split(np.zeros(len(rows)), y, groups)

    def _check_parameters(self):
        if not isinstance(self.n_splits, numbers.Integral) or self.n_splits < 2:
            raise ValueError(
                f"n_splits must be an integer of at least 2, got {self.n_splits!r}"
            )
        if self.stratify not in ("auto", "patient", "recording"):
            raise ValueError(
                'stratify must be "auto", "patient" or "recording", got '
                f"{self.stratify!r}"
            )

    def _check_counts(self, y, codes):
        classes = np.unique(y)
        counts = {str(c): len(np.unique(codes[y == c])) for c in classes}
        if min(counts.values()) < self.n_splits:
            raise ValueError(
                f"a class has fewer patients than n_splits={self.n_splits}; patients a "
                f"class: {counts}. Choose fewer folds or add patients"
            )

    def _stratifies_patients(self, y, patients):
        if self.stratify == "patient":
            label_by_group(y, patients)  # two classes of one patient raise
            return True
        one_class = len(np.unique(patients)) == len(
            np.unique(np.column_stack([_codes(patients), _codes(y)]), axis=0)
        )
        return self.stratify == "auto" and one_class


def _codes(values):
    return np.unique(values, return_inverse=True)[1]

"""K folds of whole patients."""

import numbers

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold

from ._patient_splitter import (
    PatientSplitter,
    check_at_least,
    class_of_patients,
    sides,
    table,
)


class PatientKFold(PatientSplitter):
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
        Seed of `shuffle`; without that, a seed is an error.

    Raises
    ------
    ValueError
        If the patients are unknown, a class has fewer patients than there are folds, or
        is missing in one of them; the message then holds the table of counts.
    SignalError
        If `y` or `groups` has not one entry a recording, or `groups` contradicts X.

    See Also
    --------
    RepeatedPatientKFold : Several times, each with other folds.
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

    _cure = 'Choose fewer folds, stratify="patient" or another seed, or add patients'
    _tests_every_class = True

    def __init__(
        self, n_splits=5, *, stratify="auto", shuffle=False, random_state=None
    ):
        self.n_splits = n_splits
        self.stratify = stratify
        self.shuffle = shuffle
        self.random_state = random_state

    def _folds(self, patients, y):
        codes = _codes(patients)
        if y is None:
            yield from self._split_rows(GroupKFold, codes, None, codes)
            return
        self._check_counts(y, patients)
        if self._stratifies_patients(y, patients):
            first = np.sort(np.unique(codes, return_index=True)[1])
            for _, test in self._split_rows(StratifiedKFold, codes[first], y[first]):
                yield sides(np.isin(codes, codes[first][test]))
        else:
            yield from self._split_rows(StratifiedGroupKFold, codes, y, codes)

    def _split_rows(self, splitter, rows, y, groups=None):
        seed = self.random_state if self.shuffle else None
        folds = splitter(self.n_splits, shuffle=self.shuffle, random_state=seed)
        return folds.split(np.zeros(len(rows)), y, groups)

    def _check_parameters(self):
        check_at_least(2, n_splits=self.n_splits)
        if self.stratify not in ("auto", "patient", "recording"):
            raise ValueError(
                'stratify must be "auto", "patient" or "recording", got '
                f"{self.stratify!r}"
            )
        # StackingClassifier gives a RandomState of its own to every splitter
        if isinstance(self.random_state, numbers.Integral) and not self.shuffle:
            raise ValueError(
                f"random_state={self.random_state!r} has no effect without shuffle=True"
            )

    def _check_counts(self, y, patients):
        fewest = min(len(np.unique(patients[y == c])) for c in np.unique(y))
        if fewest < self.n_splits:
            raise ValueError(
                f"a class has fewer patients than n_splits={self.n_splits}; "
                f"{table(y, patients)}. Choose fewer folds or add patients"
            )

    def _stratifies_patients(self, y, patients):
        if self.stratify == "patient":
            class_of_patients(y, patients, 'Choose stratify="recording"')
            return True
        of_patient = np.column_stack([_codes(patients), _codes(y)])
        one_class = len(np.unique(of_patient, axis=0)) == len(np.unique(patients))
        return self.stratify == "auto" and one_class


def _codes(values):
    return np.unique(values, return_inverse=True)[1]

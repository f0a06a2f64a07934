"""Patients drawn at random for training and test."""

import numbers
from math import ceil

import numpy as np
from sklearn.utils import check_random_state

from ._patient_splitter import (
    PatientSplitter,
    check_at_least,
    class_of_patients,
    table,
)


class PatientShuffleSplit(PatientSplitter):
    """Draw whole patients for test and training, the same share of each class.

    Unlike folds, the test sets may have any size and may share patients from one split
    to the next. At least one patient of every class is on each side. The patients are
    read from `Recordings` or `Windows` where `groups` is not given. Read more in the
    :ref:`User Guide <patient_splits>`.

    Parameters
    ----------
    n_splits : int, default=10
        Number of splits.
    test_size : float or int, default=None
        Share of the patients, between 0 and 1 and rounded up, or their number. None is
        what `train_size` leaves, and 0.2 where that is None too.
    train_size : float or int, default=None
        Share of the patients, rounded down, or their number. None is what `test_size`
        leaves. Smaller ones leave patients out, as a learning curve needs it.
    stratify : bool, default=True
        Whether each class has the same share of its patients on each side; then a
        patient must have one class.
    random_state : int, RandomState instance or None, default=None
        Seed of the draws.

    Raises
    ------
    ValueError
        If the patients are unknown, a size is out of range, or a class has too few
        patients; the message then holds the table of counts.
    SignalError
        If a patient has two classes, `y` or `groups` has not one entry a recording, or
        `groups` contradicts X.

    See Also
    --------
    RepeatedPatientKFold : Every patient is tested equally often.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import PatientShuffleSplit
    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_array(np.zeros((5, 10)), sfreq=1000, groups=list("abbcd"))
    >>> cv = PatientShuffleSplit(n_splits=2, test_size=2, random_state=0)
    >>> for train, test in cv.split(emg, [0, 0, 0, 1, 1]):
    ...     print(emg.groups[train], emg.groups[test])
    ['a' 'd'] ['b' 'b' 'c']
    ['b' 'b' 'd'] ['a' 'c']
    """

    _cure = "Choose other sizes, stratify=True, or add patients"

    def __init__(
        self,
        n_splits=10,
        *,
        test_size=None,
        train_size=None,
        stratify=True,
        random_state=None,
    ):
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.stratify = stratify
        self.random_state = random_state

    def _folds(self, patients, y):
        names, codes = np.unique(patients, return_inverse=True)
        of_patient = np.zeros(len(names), dtype=int)
        stratified = self.stratify and y is not None
        if stratified:
            labels = class_of_patients(y, patients, "Choose stratify=False")
            of_patient = np.unique(labels, return_inverse=True)[1]
        n_train, n_test = self._sizes(len(names))
        counts = np.bincount(of_patient)
        if stratified:
            self._check_room(n_train, n_test, counts, table(y, patients))
        rng = check_random_state(self.random_state)
        for _ in range(self.n_splits):
            order = rng.permutation(len(names))
            tested = _draw(order, of_patient, _shares(n_test, counts, counts - 1, rng))
            rest = order[~np.isin(order, tested)]
            left = np.bincount(of_patient[rest], minlength=len(counts))
            trained = _draw(rest, of_patient, _shares(n_train, left, left, rng))
            yield (
                np.flatnonzero(np.isin(codes, trained)),
                np.flatnonzero(np.isin(codes, tested)),
            )

    def _check_parameters(self):
        check_at_least(1, n_splits=self.n_splits)
        for name in ("test_size", "train_size"):
            size = getattr(self, name)
            if size is None:
                continue
            is_number = isinstance(size, numbers.Integral) and size >= 1
            if not is_number and not (isinstance(size, numbers.Real) and 0 < size < 1):
                raise ValueError(
                    f"{name} must be a share between 0 and 1 or a number of patients, "
                    f"got {size!r}"
                )

    def _sizes(self, n_patients):
        """Return the numbers of patients for training and test."""
        test_size = self.test_size
        if test_size is None and self.train_size is None:
            test_size = 0.2
        n_train, n_test = self.train_size, test_size
        if isinstance(n_test, numbers.Real) and n_test < 1:
            n_test = ceil(n_test * n_patients)
        if isinstance(n_train, numbers.Real) and n_train < 1:
            n_train = int(n_train * n_patients)
        n_test = n_patients - n_train if n_test is None else n_test
        n_train = n_patients - n_test if n_train is None else n_train
        if min(n_train, n_test) < 1 or n_train + n_test > n_patients:
            raise ValueError(
                f"test_size={self.test_size!r} and train_size={self.train_size!r} are "
                f"{n_test} and {n_train} of {n_patients} patients; choose sizes that "
                "leave somebody on each side"
            )
        return n_train, n_test

    def _check_room(self, n_train, n_test, counts, patients_a_class):
        if counts.min() < 2:
            raise ValueError(
                f"a class has one patient and cannot be on both sides; "
                f"{patients_a_class}. Add patients or leave the class out"
            )
        for name, size in (("test_size", n_test), ("train_size", n_train)):
            if size < len(counts):
                raise ValueError(
                    f"{name}={getattr(self, name)!r} is {size} patients for "
                    f"{len(counts)} classes; {patients_a_class}. Choose a larger "
                    f"{name} or stratify=False"
                )


def _shares(size, counts, most, rng):
    """Return how many patients of each class to draw, one or more and at most `most`.

    The shares come as near to those of the classes as whole patients can. Which of
    several equal classes gets one more is drawn, so that none is favoured.
    """
    wanted = size * counts / counts.sum()
    shares = np.ones(len(counts), dtype=int)
    order = rng.permutation(len(counts))
    for _ in range(size - len(counts)):
        lack = np.where(shares < most, wanted - shares, -np.inf)
        shares[order[np.argmax(lack[order])]] += 1
    return shares


def _draw(order, of_patient, shares):
    """Return the first patients in `order`, of each class its share."""
    of_class = [order[of_patient[order] == c][:n] for c, n in enumerate(shares)]
    return np.concatenate(of_class)

"""K folds of whole patients, several times over."""

from sklearn.utils import check_random_state

from ._patient_kfold import PatientKFold
from ._patient_splitter import PatientSplitter, check_at_least


class RepeatedPatientKFold(PatientSplitter):
    """Split into folds of whole patients several times, each time with other folds.

    With few patients the score depends on who meets whom in a fold. Repetitions show by
    how much. They add no patients: the interval of a score does not shrink with them.
    The patients are read from `Recordings` or `Windows` where `groups` is not given.
    Read more in the :ref:`User Guide <patient_splits>`.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.
    n_repeats : int, default=10
        Number of times that the patients are assigned to folds.
    stratify : {"auto", "patient", "recording"}, default="auto"
        As for `PatientKFold`.
    random_state : int, RandomState instance or None, default=None
        Seed of the assignments.

    Raises
    ------
    ValueError
        If the patients are unknown, or a class has fewer patients than there are folds;
        the message then holds the table of counts.
    SignalError
        If `y` or `groups` has not one entry a recording, or `groups` contradicts X.

    See Also
    --------
    PatientKFold : Once.
    PatientShuffleSplit : Test sets of any size, which may overlap.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import RepeatedPatientKFold
    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_array(np.zeros((4, 10)), sfreq=1000, groups=list("abcd"))
    >>> cv = RepeatedPatientKFold(n_splits=2, n_repeats=2, random_state=5)
    >>> for train, test in cv.split(emg, [0, 0, 1, 1]):
    ...     print(emg.groups[train], emg.groups[test])
    ['b' 'c'] ['a' 'd']
    ['a' 'd'] ['b' 'c']
    ['b' 'd'] ['a' 'c']
    ['a' 'c'] ['b' 'd']
    """

    _cure = PatientKFold._cure

    def __init__(self, n_splits=5, *, n_repeats=10, stratify="auto", random_state=None):
        self.n_splits = n_splits
        self.n_repeats = n_repeats
        self.stratify = stratify
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits, those of all repetitions.

        Parameters
        ----------
        X, y, groups : ignored
            Not used.

        Returns
        -------
        n_splits : int
            `n_splits` times `n_repeats`.
        """
        return self.n_splits * self.n_repeats

    def _folds(self, patients, y):
        once = self._once(check_random_state(self.random_state))
        for _ in range(self.n_repeats):
            yield from once._folds(patients, y)

    def _check_parameters(self):
        check_at_least(1, n_repeats=self.n_repeats)
        self._once(None)._check_parameters()

    def _once(self, rng):
        return PatientKFold(
            self.n_splits, stratify=self.stratify, shuffle=True, random_state=rng
        )

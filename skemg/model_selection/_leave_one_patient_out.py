"""Each patient tested alone."""

import numpy as np

from ._patient_splitter import PatientSplitter, sides


class LeaveOnePatientOut(PatientSplitter):
    """Test each patient by a model of all the others.

    A test set is one patient, so it has one class: score all the predictions together,
    with `cross_val_predict`, not each split alone. The patients are read from
    `Recordings` or `Windows` where `groups` is not given. Read more in the
    :ref:`User Guide <patient_splits>`.

    Raises
    ------
    ValueError
        If the patients are unknown, or a class has one patient only; the message then
        holds the table of counts.
    SignalError
        If `y` or `groups` has not one entry a recording, or `groups` contradicts X.

    See Also
    --------
    PatientKFold : Fewer fits, and every class in each test set.
    LeaveOneSiteOut : All patients of a hospital at once.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import LeaveOnePatientOut
    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_array(np.zeros((5, 10)), sfreq=1000, groups=list("abbcd"))
    >>> for train, test in LeaveOnePatientOut().split(emg, [0, 0, 0, 1, 1]):
    ...     print(emg.groups[train], emg.groups[test])
    ['b' 'b' 'c' 'd'] ['a']
    ['a' 'c' 'd'] ['b' 'b']
    ['a' 'b' 'b' 'd'] ['c']
    ['a' 'b' 'b' 'c'] ['d']
    """

    _cure = "Every class needs two patients: add some or leave the class out"

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of patients.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...), default=None
            The data, which may carry the patients.
        y : ignored
            Not used.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them.

        Returns
        -------
        n_splits : int
            The number of patients.
        """
        return len(np.unique(self._patients(X, groups)))

    def _folds(self, patients, y):
        for patient in np.unique(patients):
            yield sides(patients == patient)

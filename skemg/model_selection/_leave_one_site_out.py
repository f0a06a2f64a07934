"""Each site tested by the others."""

from collections.abc import Mapping

import numpy as np

from skemg.exceptions import SignalError
from skemg.signals._checks import as_groups

from ._patient_splitter import PatientSplitter, sides


class LeaveOneSiteOut(PatientSplitter):
    """Test the patients of each site by a model of all the other sites.

    A site is what shares needle, amplifier and examiner: a hospital, a device, a data
    set. The patients are read from `Recordings` or `Windows` where `groups` is not
    given. Read more in the :ref:`User Guide <patient_splits>`.

    Parameters
    ----------
    sites : dict or array-like of shape (n_recordings,)
        The site of each patient, as `{patient: site}`, or the site of each recording.
        Nested searches and calibration split a part of the recordings and need the
        dict.

    Raises
    ------
    ValueError
        If the patients are unknown, there is one site only, or all patients of a class
        are at one site; the message then holds the table of counts.
    SignalError
        If a patient has no site or two, `sites`, `y` or `groups` has not one entry a
        recording, or `groups` contradicts X.

    See Also
    --------
    LeaveOnePatientOut : One patient at once.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.model_selection import LeaveOneSiteOut
    >>> from skemg.signals import Recordings
    >>> emg = Recordings.from_array(np.zeros((5, 10)), sfreq=1000, groups=list("abbcd"))
    >>> cv = LeaveOneSiteOut({"a": "Oslo", "b": "Rome", "c": "Oslo", "d": "Rome"})
    >>> for train, test in cv.split(emg, [0, 0, 0, 1, 1]):
    ...     print(emg.groups[train], emg.groups[test])
    ['b' 'b' 'd'] ['a' 'c']
    ['a' 'c'] ['b' 'b' 'd']
    """

    _cure = "There must be two sites, and every class at two of them"

    def __init__(self, sites):
        self.sites = sites

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of sites.

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
            The number of sites of these recordings.
        """
        return len(np.unique(self._site_of(self._patients(X, groups))))

    def _folds(self, patients, y):
        site_of = self._site_of(patients)
        for site in np.unique(site_of):
            yield sides(site_of == site)

    def _site_of(self, patients):
        """Return the site of each recording."""
        if isinstance(self.sites, Mapping):
            return self._look_up(patients.tolist())
        try:
            site_of = as_groups(self.sites, len(patients), name="sites", noun="site")
        except SignalError as error:
            raise SignalError(
                f"{error}; where a part of the recordings is split, in nested "
                "searches, pass sites={patient: site}"
            ) from None
        if site_of is None:
            raise ValueError("sites is None; pass {patient: site}")
        _, first, index = np.unique(patients, return_index=True, return_inverse=True)
        elsewhere = np.flatnonzero(site_of != site_of[first][index])
        if len(elsewhere):
            j, i = elsewhere[0], first[index[elsewhere[0]]]
            raise SignalError(
                f"patient {patients[i]} is at two sites, {site_of[i]} (recording {i}) "
                f"and {site_of[j]} (recording {j}); two people of one name need names "
                "of their own, and one person needs one site: sites={patient: site}"
            )
        return site_of

    def _look_up(self, patients):
        for i, patient in enumerate(patients):
            if patient not in self.sites:
                raise SignalError(
                    f"sites has no patient {patient!r} (recording {i}); give the site "
                    "of every patient"
                )
        found = [self.sites[patient] for patient in patients]
        return as_groups(found, len(found), name="sites", noun="site")

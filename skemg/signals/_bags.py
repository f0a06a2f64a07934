"""What follows from the number of windows of each recording alone."""

import numpy as np

from skemg.exceptions import SignalError


class BagsMixin:
    """Count, repeat and average over the bags that `offsets` cuts."""

    @property
    def shape(self):
        return (len(self),)

    @property
    def n_windows(self):
        return int(self.offsets[-1])

    @property
    def counts(self):
        return np.diff(self.offsets)

    def repeat(self, per_recording):
        """Give every window the entry of its recording.

        Parameters
        ----------
        per_recording : array-like of shape (n_recordings, ...)
            Labels, weights or patients.

        Returns
        -------
        per_window : ndarray of shape (n_windows, ...)
            The same, repeated.
        """
        per_recording = np.asarray(per_recording)
        if len(per_recording) != len(self):
            raise SignalError(
                f"{len(per_recording)} entries were given for {len(self)} recordings; "
                "give one for each"
            )
        return np.repeat(per_recording, self.counts, axis=0)

    def mean(self, per_window):
        """Average something known of each window over each recording.

        Parameters
        ----------
        per_window : array-like of shape (n_windows, ...)
            One row a window, for example class probabilities.

        Returns
        -------
        per_recording : ndarray of shape (n_recordings, ...)
            The mean over the windows of each recording.
        """
        per_window = np.asarray(per_window)
        if len(per_window) != self.n_windows:
            raise SignalError(
                f"{len(per_window)} rows were given for {self.n_windows} windows; give "
                "one for each"
            )
        total = np.add.reduceat(per_window, self.offsets[:-1], axis=0, dtype=np.float64)
        return total / self.counts.reshape(-1, *[1] * (total.ndim - 1))

    def __len__(self):
        return len(self.offsets) - 1

"""The region in which the epochs of normal muscles lie."""

import numpy as np
from scipy import stats

from skemg.exceptions import SignalError

_FEWEST = 20
_FLAT = 1e10  # condition from which on a covariance is that of a line


class Cloud:
    """An ellipse around the points (log turns/s, log amplitude) of normal epochs.

    Parameters
    ----------
    points : ndarray of shape (n_epochs, 2)
        Turns per second and mean turn amplitude of the epochs of normal patients.
    patients : ndarray of shape (n_epochs,)
        The patient of each; all patients weigh the same.
    share : float
        Share of the normal epochs inside, if the logarithms are normal.

    Attributes
    ----------
    centre : ndarray of shape (2,)
        Mean of the logarithms.
    covariance : ndarray of shape (2, 2)
        Their covariance.
    limit : float
        Square of the Mahalanobis distance of the border.
    """

    def __init__(self, points, patients, share):
        _, index, counts = np.unique(patients, return_inverse=True, return_counts=True)
        if len(points) < _FEWEST or len(counts) < 2:
            raise SignalError(
                f"the cloud of normal epochs needs {_FEWEST} epochs with turns of two "
                f"patients at least, got {len(points)} of {len(counts)}; pass more "
                "normal recordings, or normal=None"
            )
        weights = 1 / counts[index]
        logs = np.log(points)
        self.centre = np.average(logs, axis=0, weights=weights)
        self.covariance = np.cov(logs.T, aweights=weights)
        if np.linalg.cond(self.covariance) > _FLAT:
            raise SignalError(
                "turns per second and amplitude of the normal epochs lie on a line, "
                "which has no region around it; pass more normal recordings, or "
                "normal=None"
            )
        self.limit = float(stats.chi2.ppf(share, df=2))

    def distance(self, points):
        """Return the square of the Mahalanobis distance of each point."""
        logs = np.log(points) - self.centre
        return np.einsum("ij,ij->i", logs, np.linalg.solve(self.covariance, logs.T).T)

    def above(self, points):
        """Whether the amplitude is above that of normal muscles at as many turns."""
        logs = np.log(points) - self.centre
        slope = self.covariance[0, 1] / self.covariance[0, 0]
        return logs[:, 1] > slope * logs[:, 0]

    def border(self, n_points=200):
        """Return the border as points of shape (n_points, 2), the last as the first."""
        angle = np.linspace(0, 2 * np.pi, n_points)
        circle = np.stack([np.cos(angle), np.sin(angle)])
        axes = np.linalg.cholesky(self.covariance) * np.sqrt(self.limit)
        return np.exp(self.centre + (axes @ circle).T)

    def shares(self, points):
        """Return the shares of points outside, outside above, outside below."""
        if len(points) == 0:
            return np.full(3, np.nan)
        outside, above = self.distance(points) > self.limit, self.above(points)
        return np.array(
            [outside.mean(), (outside & above).mean(), (outside & ~above).mean()]
        )

"""Principal components of a few columns, which are the rows of the arrays here."""

from numbers import Real

import numpy as np

_SHARE = 0.05  # of the variance, which "heuristic" asks of a component


class Moments:
    """Mean and scatter matrix of columns that come piece by piece [1]_.

    References
    ----------
    .. [1] Chan, T. F., Golub, G. H., LeVeque, R. J. (1983). "Algorithms for computing
       the sample variance: analysis and recommendations." The American Statistician,
       37(3). doi:10.1080/00031305.1983.10483115
    """

    def __init__(self):
        self.n, self.mean, self.scatter = 0, 0.0, 0.0

    def add(self, piece):
        """Take in a piece of shape (n_columns, n)."""
        n = piece.shape[1]
        mean = piece.mean(axis=1)
        centred = piece - mean[:, np.newaxis]
        step = mean - self.mean
        total = self.n + n
        self.scatter = self.scatter + centred @ centred.T
        self.scatter += self.n * n / total * np.outer(step, step)
        self.mean = self.mean + n / total * step
        self.n = total


def check_rule(rule):
    """Raise unless the rule is known."""
    if isinstance(rule, str) and rule in ("kaiser", "heuristic"):
        return
    if not isinstance(rule, Real) or isinstance(rule, int) or not 0 < rule <= 1:
        raise ValueError(
            'rule must be "kaiser", "heuristic" or a fraction of the variance, a float '
            f"above 0 and up to 1.0, got {rule!r}"
        )


def leading(scatter, rule, n_columns):
    """Return the components that the rule keeps, of shape (n_kept, n)."""
    values, vectors = np.linalg.eigh(scatter)
    values = np.maximum(values[::-1], 0)
    return vectors[:, ::-1][:, : _n_kept(values, rule, n_columns)].T


def project(band, mean, components, shrink):
    """Return a band of shape (n_columns, n), rebuilt from components."""
    scores = components @ (band - mean[:, np.newaxis])
    return mean[:, np.newaxis] + components.T @ shrink(scores)


def project_on_its_own(band, rule, shrink):
    """Return a band rebuilt from the leading components of itself."""
    n_columns, n = band.shape
    mean = band.mean(axis=1)
    centred = band - mean[:, np.newaxis]
    if n_columns <= n:
        components = leading(centred @ centred.T, rule, n_columns)
        return project(band, mean, components, shrink)
    # The same from the smaller matrix, whose components are the scores, each divided by
    # its length; a threshold that is relative to the scores does not see that.
    scores = leading(centred.T @ centred, rule, n_columns)
    return mean[:, np.newaxis] + centred @ scores.T @ shrink(scores)


def _n_kept(values, rule, n_columns):
    """Return how many of the eigenvalues, largest first, are kept: at least one."""
    total = values.sum()
    if rule == "kaiser":
        kept = values >= total / n_columns
    elif rule == "heuristic":
        kept = values > _SHARE * total
    else:  # all that begin below the fraction
        kept = np.cumsum(values) - values < (np.inf if rule == 1 else rule * total)
    return max(1, np.count_nonzero(kept))

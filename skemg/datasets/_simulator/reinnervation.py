"""Orphan fibres of lost motor units find new ones: fibre grouping.

Orphans of a patch of muscle are shared by few of the surviving units nearby, so that
adopted fibres of one unit lie close together (Hamilton-Wright & Stashuk, 2005; size of
the patches and number of units that share one are our choice).

References
----------
Hamilton-Wright, A. & Stashuk, D. W. (2005). "Physiologically based simulation of
clinical EMG signals." IEEE Transactions on Biomedical Engineering, 52(2), 171-183.
doi:10.1109/TBME.2004.840501
"""

import numpy as np

from .muscle import Fibres

ADOPTED_SHARE = 0.9  # of the orphan fibres
PATCH = 0.5  # mm, side of a square
N_HOSTS = 2  # units that share a patch
REACH = 0.4  # of a territory's diameter


def draw_lost_units(n_units, loss, rng):
    """Draw which motor units are lost; enough are left to share a patch."""
    luck = rng.random(n_units)
    return luck < min(loss, np.sort(luck)[-N_HOSTS])


def reinnervate(fibres, muscle, lost, rng):
    """Hand the fibres of lost motor units to surviving ones.

    Parameters
    ----------
    fibres : Fibres
        All fibres of the muscle.
    muscle : Muscle
        Its motor units.
    lost : ndarray of shape (n_units,), bool
        Which motor units are lost.
    rng : Generator
        Source of randomness.

    Returns
    -------
    fibres : Fibres
        The fibres of the surviving units, first their own and then the adopted ones.
    """
    orphan = lost[fibres.unit]
    own = fibres.take(~orphan)
    orphans = fibres.take(orphan)
    orphans = orphans.take(rng.random(len(orphans.unit)) < ADOPTED_SHARE)
    if not len(orphans.unit):
        return own
    patch, centres = _divide_into_patches(orphans)
    hosts = _draw_hosts(centres, muscle, np.flatnonzero(~lost), rng)
    unit = hosts[patch, rng.integers(N_HOSTS, size=len(patch))]
    return Fibres(
        unit=np.concatenate([own.unit, unit]),
        x=np.concatenate([own.x, orphans.x]),
        y=np.concatenate([own.y, orphans.y]),
        adopted=np.concatenate([own.adopted, np.ones(len(unit), bool)]),
    )


def _divide_into_patches(fibres):
    """Return the patch of each fibre and the centres of the patches, in mm."""
    columns = np.floor(fibres.x / PATCH).astype(int)
    rows = np.floor(fibres.y / PATCH).astype(int)
    n_rows = rows.max() - rows.min() + 1
    code = (columns - columns.min()) * n_rows + rows - rows.min()
    codes, patch = np.unique(code, return_inverse=True)
    column, row = np.divmod(codes, n_rows)
    centres = np.stack([column + columns.min() + 0.5, row + rows.min() + 0.5]) * PATCH
    return patch, centres


def _draw_hosts(centres, muscle, survivors, rng):
    """Draw `N_HOSTS` different surviving units for each patch, near ones more often."""
    x, y = centres[..., np.newaxis]
    distance2 = (x - muscle.x[survivors]) ** 2 + (y - muscle.y[survivors]) ** 2
    log_weight = -distance2 / (REACH * muscle.territory[survivors]) ** 2
    # The largest of log-weights plus Gumbel noise are a weighted draw without return.
    luck = log_weight + rng.gumbel(size=log_weight.shape)
    return survivors[np.argpartition(luck, -N_HOSTS, axis=1)[:, -N_HOSTS:]]

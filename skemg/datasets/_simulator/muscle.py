"""Motor units of a muscle cross-section and their fibres, with the needle at (0, 0).

Layout after Stashuk (1993), recruitment thresholds after Fuglevand et al. (1993).

References
----------
Stashuk, D. W. (1993). "Simulation of electromyographic signals." Journal of
Electromyography and Kinesiology, 3(3), 157-173.

Fuglevand, A. J., Winter, D. A. & Patla, A. E. (1993). "Models of recruitment and rate
coding organization in motor-unit pools." Journal of Neurophysiology, 70(6), 2470-2488.
doi:10.1152/jn.1993.70.6.2470
"""

from dataclasses import dataclass

import numpy as np

MUSCLE_RADIUS = 8.0  # mm
SMALLEST_TERRITORY = 5.0  # mm, diameter
TERRITORY_RANGE = 9 / 5  # largest territory over smallest
THRESHOLD_RANGE = 30.0  # last threshold over first


@dataclass(frozen=True)
class Muscle:
    """Motor units from the first recruited, the smallest, to the last."""

    x: np.ndarray  # mm, centres of the territories
    y: np.ndarray
    territory: np.ndarray  # mm, diameters
    threshold: np.ndarray  # drive at which the unit is recruited


@dataclass(frozen=True)
class Fibres:
    """Muscle fibres and the motor unit that each belongs to."""

    unit: np.ndarray
    x: np.ndarray  # mm
    y: np.ndarray
    adopted: np.ndarray  # whether the first motor unit of the fibre was lost

    def take(self, index):
        """Return the fibres at `index`."""
        return Fibres(
            self.unit[index], self.x[index], self.y[index], self.adopted[index]
        )


def draw_muscle(patient, rng):
    """Draw the motor units around a needle inserted at random."""
    size = np.linspace(0, 1, patient.n_units)
    x, y = _draw_in_disc(rng, np.full(patient.n_units, MUSCLE_RADIUS))
    return Muscle(
        x=x,
        y=y,
        territory=SMALLEST_TERRITORY
        * TERRITORY_RANGE**size
        * rng.lognormal(0, 0.08, patient.n_units),
        threshold=patient.last_threshold * THRESHOLD_RANGE ** (size - 1),
    )


def draw_fibres(muscle, density, rng):
    """Scatter the fibres of every motor unit over its territory."""
    n_fibres = rng.poisson(np.pi / 4 * muscle.territory**2 * density)
    unit = np.repeat(np.arange(len(n_fibres)), n_fibres)
    x, y = _draw_in_disc(rng, muscle.territory[unit] / 2)
    return Fibres(
        unit=unit,
        x=muscle.x[unit] + x,
        y=muscle.y[unit] + y,
        adopted=np.zeros(len(unit), bool),
    )


def _draw_in_disc(rng, radius):
    """Draw a point in each of the discs around the origin."""
    radius = radius * np.sqrt(rng.random(len(radius)))
    angle = 2 * np.pi * rng.random(len(radius))
    return radius * np.cos(angle), radius * np.sin(angle)

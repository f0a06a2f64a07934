"""Spontaneous activity of a resting muscle, one idea a file.

============= =================================================================
`spikes`      where the signal rises above its noise
`trains`      which of these potentials are alike and come at steady intervals
`shape`       phases, duration and sign of a potential
`joining`     trains of one source are one, and explain what is around them
`contraction` signs that the muscle is not at rest
`rules`       what clinicians call a train
`find`        all of it together: the trains of one recording
============= =================================================================
"""

from .find import find_trains
from .rules import KINDS

__all__ = ["KINDS", "find_trains"]

"""The simulator behind `make_needle_emg` and `make_activity_windows`, one idea a file.

=================  ===========================================================
`patient`          what is drawn once for each patient
`disease`          what a disease of a given severity changes
`muscle`           motor units of a cross-section and their fibres
`reinnervation`    orphan fibres find new motor units
`fibre`            potential of one fibre at the needle
`muap`             potentials of motor units, with jitter and blocking
`firing`           discharge trains
`recording`        all of it together: one recording
`rest`             single fibres that fire in a muscle that does not contract
`spontaneous`      all kinds of discharges at rest, and one recording of them
`artefacts`        what is no muscle
=================  ===========================================================

Lengths are in mm (fibre diameters in µm), template times in ms, discharge times in s
and potentials in µV. Values that no source gives were calibrated against the
quantitative MUAP analysis of Pattichis et al. [1]_; they are marked "our choice".

References
----------
.. [1] Pattichis, C. S., Schizas, C. N. & Middleton, L. T. (1995). "Neural network
   models in EMG diagnosis." IEEE Transactions on Biomedical Engineering, 42(5),
   486-496.
"""

from .disease import DISEASES
from .patient import draw_patient
from .recording import simulate_recording
from .spontaneous import DISCHARGES, simulate_spontaneous

__all__ = [
    "DISCHARGES",
    "DISEASES",
    "draw_patient",
    "simulate_recording",
    "simulate_spontaneous",
]

"""Decomposition of one needle-EMG signal into motor units, one idea a file.

================  ============================================================
`detection`       the copy of the signal in which potentials are told apart
`clustering`      groups of alike potentials
`superposition`   which template starts when, overlaps included
`templates`       mean potential of each unit, overlaps taken out
`rhythm`          when a unit is expected to discharge
`trains`          what discharge times say: one unit, two, or none
`rounds`          all of it together, several times
`recording`       the potentials in full, and what is no signal
================  ============================================================

Events are pairs of arrays: the unit of each event, and where its template starts, in
steps of ``1 / PHASES`` of a sample.
"""

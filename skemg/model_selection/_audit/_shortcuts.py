"""What tells the class and is no disease."""

import numpy as np

from ._alone import score_measures
from ._measures import MEASURES, measure_recordings
from ._splits import patient_counts, put_patients_apart
from ._texts import measure_record, shortcut_record


def find_shortcuts(cohort, sides, alpha, n_permutations, rng):
    """Return the records of all measures, and their values.

    Where the split shares patients, `sides` is None and the patients are put apart
    here: a measure that knows the patient again would look like one that knows more.
    """
    y = cohort.y[cohort.first]
    counts = patient_counts(y, cohort.patients)
    reason, where = cohort.no_signal, "alone"
    if (cohort.y != y[cohort.recording]).any():
        reason = "the class changes within a recording"
    elif sides is None and min(counts.values()) < 2:
        reason = "a class has one patient, so patients cannot be put apart"
    if reason is not None:
        return [measure_record(m._replace(reason=reason)) for m in MEASURES], {}
    if sides is None:
        sides = put_patients_apart(y, cohort.patients, min(5, *counts.values()))
        where = "alone with patients apart"
    measures = measure_recordings(cohort)
    records = {}
    for of_apparatus in (True, False):
        family = [m for m in measures if m.of_apparatus == of_apparatus]
        vary = [m for m in family if m.values is not None and np.ptp(m.values) > 0]
        records |= {m.name: measure_record(m) for m in family}
        if vary:
            auc, highest = score_measures(
                [m.values for m in vary],
                y,
                cohort.patients,
                sides,
                n_permutations=n_permutations,
                rng=rng,
            )
            for m, reached in zip(vary, auc, strict=True):
                records[m.name] = shortcut_record(
                    m, np.unique(y), reached, highest, alpha, where
                )
    values = {m.name: m.values for m in measures if m.values is not None}
    return [records[m.name] for m in measures], values

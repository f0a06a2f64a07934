"""The parts of a recording that a model of whole recordings needs."""

from itertools import pairwise

import numpy as np
from tqdm import tqdm

from skemg.report._figures import PartsFigure
from skemg.report._section import Section

_TITLE = "Parts of the recording"
_WHOLE = "The model answers for the recording as a whole: no window votes."


def parts(case):
    """Return what the likeliest class loses when parts are left out."""
    if case.n_parts == 0:
        return Section(_TITLE, lines=(_WHOLE,))
    n_times = case.signal.shape[1]
    edges = np.linspace(0, n_times, case.n_parts + 1).astype(int)
    spans = tqdm(
        list(pairwise(edges)),
        desc="without parts",
        unit="part",
        leave=False,
        disable=None if case.progress else True,
    )
    try:
        without = [_without(case, start, stop) for start, stop in spans]
    except ValueError as error:
        return Section(_TITLE, lines=(_WHOLE, f"No part can be left out: {error}."))
    drops = case.proba[case.likeliest] - np.array(without)
    name = case.classes[case.likeliest]
    return Section(
        _TITLE,
        lines=(
            f"{_WHOLE} The figure shows what the probability of {name} loses when a "
            f"part of {n_times / case.sfreq / case.n_parts:.3g} s is cut out: parts "
            f"above 0 speak for it, those below against it. {_largest(drops)}",
        ),
        figures=(
            PartsFigure(
                signal=case.signal[0],
                sfreq=case.sfreq,
                unit=case.unit,
                edges=edges / case.sfreq,
                drops=drops,
                name=name,
            ),
        ),
    )


def _largest(drops):
    if drops.max() <= 0:
        return "None speaks for it."
    return f"The strongest one counts for {drops.max():.3f}."


def _without(case, start, stop):
    """Return the probability of the likeliest class for the rest of the recording.

    What is cut out leaves a seam and nothing else; zeros in its place would be a flat
    line, which no recording of the training has.
    """
    rest = np.delete(case.recording.values, np.s_[start:stop], axis=-1)
    rest = case.recording.with_values(rest, offsets=[0, rest.shape[-1]])
    return case.estimator.predict_proba(rest)[0, case.likeliest]

"""The windows that speak for the class, where windows vote."""

import numpy as np

from skemg.metrics._scorers import _vote_and_windows as vote_and_windows
from skemg.report._figures import VoteFigure
from skemg.report._section import Section
from skemg.signals import Windows
from skemg.windowing import Windower

from ._parts import parts

_N_SHOWN = 5


def windows(case):
    """Return which windows, or else parts, speak most for the likeliest class."""
    bags, proba = _votes(case)
    length = None if bags is None else _length(case.estimator, bags)
    if length is None:
        return parts(case)
    seconds = bags.start / bags.sfreq
    name, column = case.classes[case.likeliest], proba[:, case.likeliest]
    is_for = proba.argmax(axis=1) == case.likeliest
    text = f"{is_for.sum()} of {len(proba)} windows of {length:.3g} s are for {name}"
    if np.isin(proba, (0, 1)).all():
        shown, columns = np.flatnonzero(is_for), ()
        text += " and shaded. Each has one vote."
    else:
        shown = np.argsort(-column, kind="stable")[:_N_SHOWN]
        columns = ("From (s)", "To (s)", f"Probability of {name}")
        text += ". Those of the table speak most for it and are shaded."
    figure = VoteFigure(
        signal=case.signal[0],
        sfreq=case.sfreq,
        unit=case.unit,
        proba=proba,
        seconds=seconds,
        classes=case.classes,
        spans=[(seconds[i], seconds[i] + length) for i in shown],
    )
    rows = [(seconds[i], seconds[i] + length, column[i]) for i in shown]
    return Section(
        "Windows",
        lines=(text,),
        columns=columns,
        rows=tuple(rows) if columns else (),
        figures=(figure,),
    )


def _votes(case):
    """Return the windows before the vote and their probabilities, or None twice."""
    try:
        vote, bags = vote_and_windows(case.estimator, case.recording)
    except TypeError:  # no vote at the end
        return None, None
    if not isinstance(bags, Windows) or bags.start is None:
        return None, None
    return bags, vote.predict_proba_windows(bags).values


def _length(estimator, bags):
    """Return the length of the windows in seconds; features do not know it."""
    if bags.n_times is not None:
        return bags._n_cut / bags.sfreq
    steps = estimator.get_params(deep=True).values()
    return next((step.length for step in steps if isinstance(step, Windower)), None)

"""Result of one model under several splits."""

from functools import cached_property

from ._table_text import html_table, text_table, to_frame, with_interval

SHOWN = "balanced_accuracy"


class LeakageGapResult:
    """Scores of one model by window, by recording and by patient.

    `leakage_gap` returns it. Read more in the :ref:`User Guide <leakage>`.

    Parameters
    ----------
    results : dict
        The `LevelsResult` of each split: "by window" where windows vote,
        "by recording", "by patient".
    control : dict of list or None, default=None
        For each split a `LevelsResult` of each shuffle of the classes among the
        patients.

    Attributes
    ----------
    results, control : dict
        As given.
    scores : list of dict
        A record a split, level and metric: `classes`, "true" or "shuffled", `split`,
        and what a record of `LevelsResult.scores` has. Of shuffled classes `score` is
        the mean over the shuffles, `low` and `high` are the lowest and highest of them.
    notes : list of str
        What a reader has to know.

    See Also
    --------
    leakage_gap : Makes it.
    skemg.plot.LeakageGapDisplay : Draws it.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skemg.model_selection import leakage_gap
    >>> X = [[0.0], [0.1], [4.0], [4.1], [2.0], [2.1], [6.0], [6.1]]
    >>> y = ["normal"] * 4 + ["myopathic"] * 4
    >>> nearest = KNeighborsClassifier(n_neighbors=1)
    >>> gap = leakage_gap(nearest, X, y, groups=list("aabbccdd"), n_splits=2)
    >>> gap.gap("accuracy", "recording")
    0.5
    """

    def __init__(self, results, control=None):
        self.results = results
        self.control = control

    @cached_property
    def scores(self):
        true = [
            {"classes": "true", "split": split} | record
            for split, result in self.results.items()
            for record in result.scores
        ]
        shuffled = [
            {"classes": "shuffled", "split": split} | _over_shuffles(results, record)
            for split, results in (self.control or {}).items()
            for record in self.results[split].scores
        ]
        return true + shuffled

    @property
    def notes(self):
        notes = [note for result in self.results.values() for note in result.notes]
        if self.control:
            n_shuffles = len(self.control["by patient"])
            notes.append(
                f"classes shuffled: mean [lowest, highest] of {n_shuffles} shuffles"
            )
        return list(dict.fromkeys(notes))

    def gap(self, metric=SHOWN, level="patient", *, split=None):
        """Return how far a split is above the folds of patients.

        Parameters
        ----------
        metric : str, default="balanced_accuracy"
            Name of a metric in `scores`.
        level : str, default="patient"
            "window", "recording" or "patient".
        split : str, default=None
            "by window" or "by recording"; None is the first of them that there is.

        Returns
        -------
        gap : float
            The difference of the two scores.
        """
        split = next(iter(self.results)) if split is None else split
        if split not in self.results:
            raise ValueError(
                f"split must be one of {list(self.results)}, got {split!r}"
            )
        leaking, apart = self.results[split], self.results["by patient"]
        return leaking.score(metric, level) - apart.score(metric, level)

    def to_frame(self):
        """Return `scores` as a DataFrame; needs pandas.

        Returns
        -------
        frame : DataFrame
            A row a record.
        """
        return to_frame(self.scores)

    def _title(self):
        apart = self.results["by patient"]
        return (
            f"balanced accuracy, {len(apart.folds)} folds, "
            f"{100 * apart.confidence:g} % intervals by patient"
        )

    def _table(self):
        levels = self.results["by patient"].levels
        rows = {}
        for record in self.scores:
            if record["metric"] == SHOWN:
                shuffled = record["classes"] == "shuffled"
                name = record["split"] + (", classes shuffled" if shuffled else "")
                rows.setdefault(name, []).append(with_interval(record))
        return ["", *levels], [[name, *cells] for name, cells in rows.items()]

    def __repr__(self):
        lines = [
            f"<{type(self).__name__}: {self._title()}>",
            text_table(*self._table()),
        ]
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self):
        return html_table(self._title(), *self._table(), self.notes)


def _over_shuffles(results, record):
    """Return a record of the mean, the lowest and the highest over the shuffles."""
    scores = [result.score(record["metric"], record["level"]) for result in results]
    low, high = min(scores), max(scores)
    return record | {"score": sum(scores) / len(scores), "low": low, "high": high}

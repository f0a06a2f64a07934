"""Table of a comparison of models."""

import html

COLUMNS = (
    "model_a",
    "model_b",
    "score_a",
    "score_b",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
)


class ModelComparison:
    """What `compare_models` found: a line for each pair of models.

    Parameters
    ----------
    records : list of dict
        A line each: `model_a`, `model_b`, `score_a`, `score_b`, `difference` (a less
        b), `low` and `high` of its interval, `p_value` and `p_adjusted`.
    scores : dict of str to float
        The score of each model.
    metric : str
        Name of the score.
    test : str
        Name of the test.
    correction : str or None
        Name of the correction behind `p_adjusted`.
    n_patients : int
        Number of patients.
    ranking : Bunch, default=None
        With the test of Friedman what `friedman_nemenyi` gives, for a critical
        difference diagram.

    See Also
    --------
    compare_models : Makes one.

    Examples
    --------
    >>> from skemg.model_selection import compare_models
    >>> y = ["normal", "normal", "myopathic", "myopathic"]
    >>> table = compare_models(
    ...     {"net": y, "always normal": ["normal"] * 4}, y, groups=["a", "b", "c", "d"]
    ... )
    >>> table.scores
    {'net': 1.0, 'always normal': 0.5}
    """

    def __init__(
        self, records, *, scores, metric, test, correction, n_patients, ranking=None
    ):
        self.records = records
        self.scores = scores
        self.metric = metric
        self.test = test
        self.correction = correction
        self.n_patients = n_patients
        self.ranking = ranking

    def to_frame(self):
        """Return the lines as a table of pandas.

        Returns
        -------
        frame : pandas.DataFrame
            A row a pair, the columns named as in `records`.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_frame needs pandas: pip install pandas") from error
        return pd.DataFrame(self.records, columns=COLUMNS)

    def _title(self):
        correction = f", p adjusted by {self.correction}" if self.correction else ""
        return f"{self.metric} of {self.n_patients} patients, {self.test}{correction}"

    def _cells(self):
        for record in self.records:
            yield [
                f"{value:.3g}"
                if key.startswith("p_")
                else f"{value:.3f}"
                if isinstance(value, float)
                else str(value)
                for key, value in record.items()
            ]

    def __repr__(self):
        rows = [COLUMNS, *self._cells()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) for cell, width in zip(row, widths, strict=True)
            )
            for row in rows
        ]
        return "\n".join([self._title(), *lines])

    def _repr_html_(self):
        def row(cells, tag):
            inside = "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(row(cells, "td") for cells in self._cells())
        return (
            f"<table><caption>{html.escape(self._title())}</caption>"
            f"<thead>{row(COLUMNS, 'th')}</thead><tbody>{body}</tbody></table>"
        )

"""What an audit found, as text, as HTML, as records, or as an exception."""

import html

from skemg.exceptions import LeakageError

_MARKS = {"ok": "ok", "not checked": "-"}


class SplitAudit:
    """What :func:`audit_split` found.

    Parameters
    ----------
    records : list of dict
        One for each check, see the attribute.
    patients, recordings, overlap, copies : list of dict
        What leaks, in detail, see the attributes.
    measures : dict of {str: ndarray of shape (n_recordings,)}
        The measures behind the shortcuts.
    names : list
        The recordings, in the order of `measures`.
    n_splits, n_patients : int
        Size of what was audited.

    Attributes
    ----------
    records : list of dict
        One for each check, with the keys `check`; `status`, one of "ok", "leak",
        "shortcut", "suspect" (the class can be told, but the muscle may be why) and
        "not checked"; and `text`. Shortcuts have `auc`, the mean over the classes of
        the AUC against the rest; `best_class` and `best_auc`, the class that is told
        best; `chance`, what chance reaches with its best measure and class in one audit
        of a hundred (or as `alpha` says); and `p_value`. They are None elsewhere.
    patients, recordings : list of dict
        For each split that shares some: `split`, `shared` (the labels) and `n_test`
        (labels in its test).
    overlap : list of dict
        For each split that cuts through samples: `split`; `seconds` of the test that
        are in training too, in `unit`, "samples" where the rate is unknown; and
        `n_rows` of the test that share a sample with training, of `n_test`.
    copies : list of dict
        For each pair that shares a signal: `recordings` and `patients`, two each;
        `kind`, "equal" or "changed"; `lag`, so that time `t` of the second is `t + lag`
        of the first, and `seconds` shared, both in `unit`; `gain` of the second over
        the first; `correlation`; and `n_splits` in which the two are on different
        sides.
    measures : dict of {str: ndarray of shape (n_recordings,)}
        The numbers that the shortcuts were told by.
    names : list
        The recordings, in the order of `measures`.
    passed : bool
        Whether nothing leaks and no shortcut was found; suspects are yours to judge.

    See Also
    --------
    audit_split : Makes it.
    """

    def __init__(
        self,
        *,
        records,
        patients,
        recordings,
        overlap,
        copies,
        measures,
        names,
        n_splits,
        n_patients,
    ):
        self.records = records
        self.patients = patients
        self.recordings = recordings
        self.overlap = overlap
        self.copies = copies
        self.measures = measures
        self.names = names
        self.n_splits = n_splits
        self.n_patients = n_patients

    @property
    def passed(self):
        return not self._failed("leaks") and not self._failed("shortcuts")

    def raise_for(self, what="leaks"):
        """Raise where a check failed.

        Parameters
        ----------
        what : {"leaks", "shortcuts", "all"}, str or list of str, default="leaks"
            "leaks" are shared patients, recordings and samples, and copies;
            "shortcuts" what tells the class and is no disease; "all" both, and the
            suspects too. Or names of checks, as in `records`; a suspect raises where it
            is named.

        Returns
        -------
        self : SplitAudit
            The audit itself, where nothing was raised.

        Raises
        ------
        LeakageError
            If one of the checks failed; the message has a line for each.
        ValueError
            If `what` names no check.
        """
        failed = self._failed(what)
        if failed:
            raise LeakageError(
                "\n".join(f"{record['check']}: {record['text']}" for record in failed)
            )
        return self

    def to_frame(self):
        """Return the records as a DataFrame with a row a check (needs pandas).

        Returns
        -------
        frame : DataFrame
            The columns are the keys of `records`.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_frame needs pandas: pip install pandas") from error
        return pd.DataFrame(self.records)

    def _failed(self, what):
        statuses = {record["check"]: record["status"] for record in self.records}
        groups = {
            "leaks": [name for name in statuses if statuses[name] == "leak"],
            "shortcuts": [name for name in statuses if statuses[name] == "shortcut"],
            "all": list(statuses),
        }
        names = []
        for entry in [what] if isinstance(what, str) else what:
            if entry not in groups and entry not in statuses:
                raise ValueError(
                    f"{entry!r} is no check; choose from {[*groups, *statuses]}"
                )
            names += groups.get(entry, [entry])
        return [
            record
            for record in self.records
            if record["check"] in names
            and record["status"] in ("leak", "shortcut", "suspect")
        ]

    def _head(self):
        return (
            f"Audit of {self.n_splits} splits of {len(self.names)} recordings of "
            f"{self.n_patients} patients"
        )

    def __repr__(self):
        found = [
            f"{record['check']} ({record['status']})" for record in self._failed("all")
        ]
        return f"<SplitAudit: {', '.join(found) or 'nothing found'}>"

    def __str__(self):
        lines = [self._head()]
        for record in self.records:
            mark = _MARKS.get(record["status"], record["status"].upper())
            first, *rest = record["text"].split("\n")
            lines.append(f"  {record['check']:13s} {mark:8s}  {first}")
            lines += [" " * 26 + line for line in rest]
        return "\n".join(lines)

    def _repr_html_(self):
        rows = "".join(
            "<tr>"
            f"<th>{html.escape(record['check'])}</th>"
            f"<td>{_emphasised(record['status'])}</td>"
            f"<td>{html.escape(record['text']).replace(chr(10), '<br>')}</td>"
            "</tr>"
            for record in self.records
        )
        return f"<table><caption>{html.escape(self._head())}</caption>{rows}</table>"


def _emphasised(status):
    return status if status in _MARKS else f"<strong>{html.escape(status)}</strong>"

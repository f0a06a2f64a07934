"""The records of an audit: each finding in a line or two of plain words."""

import numpy as np

_SHOWN = 5


def shared_record(check, findings, n_splits):
    """Return the record of patients or recordings that are on both sides."""
    if not findings:
        return _record(check, "ok", f"no {check[:-1]} is on both sides")
    shared = {label for finding in findings for label in finding["shared"]}
    share = max(len(finding["shared"]) / finding["n_test"] for finding in findings)
    text = (
        f"{len(shared)} {check} are on both sides, up to {share:.0%} of those of a "
        f"test, in {len(findings)} of {n_splits} splits"
    )
    return _record(check, "leak", text)


def overlap_record(findings, n_splits, reason):
    """Return the record of samples that are in a test and in its training."""
    if reason is not None:
        return _record("overlap", "not checked", reason)
    if not findings:
        return _record("overlap", "ok", "no sample of a test is in its training")
    n_rows, n_test = (
        sum(finding[key] for finding in findings) for key in ("n_rows", "n_test")
    )
    amount = sum(finding["seconds"] for finding in findings)
    text = (
        f"{n_rows} of {n_test} windows of the tests share {amount:.4g} "
        f"{findings[0]['unit']} with training, in {len(findings)} of {n_splits} splits"
    )
    return _record("overlap", "leak", text)


def copies_record(copies, n_splits, limits, is_checked):
    """Return the record of pairs of recordings that hold one signal.

    Two patients who share a signal are a leak even where these splits keep them on one
    side by luck; copies within a patient are none while they stay together.
    """
    if not is_checked:
        return _record("copies", "not checked", *limits)
    if not copies:
        text = "; ".join(["no two recordings hold the same signal", *limits])
        return _record("copies", "ok", text)
    n_apart = sum(copy["n_splits"] > 0 for copy in copies)
    n_strange = sum(len(set(copy["patients"])) > 1 for copy in copies)
    lines = [
        f"{len(copies)} pair{'s' * (len(copies) > 1)} of recordings with one signal; "
        f"{n_strange or 'none'} under two patients, {n_apart or 'none'} on both sides"
    ]
    lines += [_pair(copy, n_splits) for copy in copies[:_SHOWN]]
    if len(copies) > _SHOWN:
        lines.append(f"and {len(copies) - _SHOWN} more, see the attribute copies")
    status = "leak" if n_apart or n_strange else "ok"
    return _record("copies", status, "\n".join([*lines, *limits]))


def _pair(copy, n_splits):
    one, other = (
        f"{name} of {patient}"
        for name, patient in zip(copy["recordings"], copy["patients"], strict=True)
    )
    text = f"{one} and {other}: {copy['seconds']:.4g} {copy['unit']} {copy['kind']}"
    if copy["lag"]:
        text += f", {abs(copy['lag']):.4g} {copy['unit']} apart"
    if copy["kind"] == "changed":
        text += f", gain {copy['gain']:.2g}, r = {copy['correlation']:.2f}"
    return f"{text}, in {copy['n_splits']} of {n_splits} splits"


def measure_record(measure):
    """Return the record of a measure that cannot tell anything, or was not taken."""
    if measure.values is None:
        return _record(measure.name, "not checked", measure.reason)
    return _record(measure.name, "ok", f"{measure.text}: the same everywhere")


def shortcut_record(measure, classes, auc, highest, alpha, where):
    """Return the record of a measure that might tell the class.

    Parameters
    ----------
    measure : Measure
        What was measured.
    classes : ndarray of shape (n_classes,)
        The classes.
    auc : ndarray of shape (n_classes,)
        What it reaches for each class against the rest.
    highest : ndarray of shape (n_permutations,)
        What the best measure of its kind reaches with labels drawn anew.
    alpha : float
        Level of the alarm.
    where : str
        How the AUC was reached.

    Returns
    -------
    record : dict
        As `SplitAudit.records` says.
    """
    scores = {
        "auc": float(auc.mean()),
        "best_class": classes.tolist()[auc.argmax()],
        "best_auc": float(auc.max()),
        "chance": float(np.quantile(highest, 1 - alpha, method="higher")),
        "p_value": float((1 + (highest >= auc.max()).sum()) / (1 + len(highest))),
    }
    text = f"{measure.text}: AUC {scores['auc']:.2f} {where}"
    if len(classes) > 2:
        text += f", {scores['best_class']} against the rest {scores['best_auc']:.2f}"
    text += f", chance up to {scores['chance']:.2f}, p = {scores['p_value']:.2g}"
    status = "ok"
    if scores["p_value"] <= alpha:
        status = "shortcut" if measure.of_apparatus else "suspect"
        if status == "suspect":
            text += "; the muscle may be why"
    return _record(measure.name, status, text) | scores


def _record(check, status, text):
    scores = ("auc", "best_class", "best_auc", "chance", "p_value")
    return {"check": check, "status": status, "text": text} | dict.fromkeys(scores)

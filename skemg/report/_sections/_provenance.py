"""What is needed to compute the answer again."""

import skemg
from skemg.persistence._record import digest
from skemg.report._section import Section


def provenance(case):
    """Return versions and checksums."""
    rows = [
        ("skemg, for this report", skemg.__version__),
        ("SHA-256 of the recording", digest(case.recording)),
    ]
    if case.record is None:
        return Section(
            "Record of the model",
            lines=("The model comes from no file and has no record.",),
            rows=tuple(rows),
        )
    record = case.record
    training = {} if case.training is None else case.training
    rows += [
        ("SHA-256 of the training", training.get("sha256", "not known")),
        ("Model", str(record.get("model", "not known"))),
        ("Saved", str(record.get("saved", "not known"))),
        ("Platform", str(record.get("platform", "not known"))),
        *((f"{name}, for the model", v) for name, v in record["versions"].items()),
    ]
    parameters = record.get("parameters") or {}
    return Section(
        "Record of the model",
        rows=tuple(rows),
        folded=tuple((str(name), str(value)) for name, value in parameters.items()),
    )

"""What may be wrong with the recording."""

from skemg.quality import SignalQuality
from skemg.report._section import Section


def quality(case):
    """Return the checks of the signal, those with a finding marked."""
    found = SignalQuality.from_recordings(case.recording, kind=case.electrode)
    flags = {(flag["check"], flag["channel"]): flag["text"] for flag in found.flags}
    rows, flagged = [], set()
    for check, limit in found.thresholds.items():
        for channel, value in zip(
            found.table["channel"].tolist(), found.values[check].tolist(), strict=True
        ):
            text = flags.get((check, channel)) or flags.get((check, None), "")
            if text:
                flagged.add(len(rows))
            rows.append((check, str(channel), value, limit, text))
    lines = ("No check has a finding.",) if not flagged else ()
    return Section(
        "Quality of the signal",
        lines=lines,
        columns=("Check", "Channel", "Value", "Limit", "Finding"),
        rows=tuple(rows),
        flagged=frozenset(flagged),
    )

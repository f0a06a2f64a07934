"""What may be wrong with the recording."""

import math

from skemg.report._section import Section

_NAMES = {
    "missing": "Samples that are no number, share",
    "flat": "Samples on flat lines, share",
    "clipped": "Samples at an end of the range, share",
    "wrapped": "Jumps between the ends of the range, number",
    "mains": "Hum of the mains, share of the power",
    "drift": "Drift below 10 Hz, share of the power",
    "offset": "Offset of the baseline, times the root mean square",
    "amplitude": "Amplitude outside of the plausible range, factor (inside: below 1)",
    "repeated_rows": "Samples repeated in all channels, share",
    "repeated": "Samples repeated in this channel, share",
    "rate": "Error of the sampling rate, share",
    "gaps": "Gaps of the time stamps, number",
    "jitter": "Jitter of the time stamps, share",
    "backwards": "Time stamps that run back, number",
    "axes": "Swapped axes, channels / samples",
}  # "copy" compares recordings, and this is one


def quality(case):
    """Return the checks of the signal, those with a finding marked."""
    found = case.quality
    flags = {(flag["check"], flag["channel"]): flag["text"] for flag in found.flags}
    rows, flagged, unknown = [], set(), []
    for check, words in _NAMES.items():
        for channel, value in zip(
            found.table["channel"].tolist(), found.values[check].tolist(), strict=True
        ):
            text = flags.get((check, channel)) or flags.get((check, None), "")
            if text:
                flagged.add(len(rows))
            elif math.isnan(value):
                unknown.append(words.split(",")[0])
                continue
            rows.append((words, str(channel), value, found.thresholds[check], text))
    lines = [] if flagged else ["No check has a finding."]
    if unknown:
        lines.append(f"Not known: {'; '.join(dict.fromkeys(unknown))}.")
    return Section(
        "Quality of the signal",
        lines=tuple(lines),
        columns=("Check", "Channel", "Value", "Limit", "Finding"),
        rows=tuple(rows),
        flagged=frozenset(flagged),
    )


def findings(case):
    """Return the checks with a finding, in words."""
    checks = dict.fromkeys(flag["check"] for flag in case.quality.flags)
    words = [_NAMES[check].split(",")[0] for check in checks]
    return [found[0].lower() + found[1:] for found in words]

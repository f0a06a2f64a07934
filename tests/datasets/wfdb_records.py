"""Small WFDB records of 16 bits, written by hand."""

import struct


def write_record(path, channels, *, sfreq, offset=0, comments=""):
    """Write channels, a dict of {(name, unit): steps}, with 10 steps a unit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n_times = len(next(iter(channels.values())))
    lines = [f"{path.name} {len(channels)} {sfreq} {n_times}"]
    for (name, unit), steps in channels.items():
        checksum = (sum(steps) + 2**15) % 2**16 - 2**15
        lines.append(
            f"{path.name}.bin 16+{offset} 10/{unit} 16 0 {steps[0]} {checksum} 0 {name}"
        )
    frames = [step for frame in zip(*channels.values(), strict=True) for step in frame]
    path.with_suffix(".bin").write_bytes(
        b"\xff" * offset + struct.pack(f"<{len(frames)}h", *frames)
    )
    path.with_suffix(".hea").write_text("\n".join([*lines, comments]))

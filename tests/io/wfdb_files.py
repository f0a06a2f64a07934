"""WFDB records written by hand, byte by byte."""


def pack(steps, form):
    """Return integers in a format of WFDB."""
    if form in (16, 24, 32):
        return b"".join(x.to_bytes(form // 8, "little", signed=True) for x in steps)
    if form == 61:
        return b"".join(x.to_bytes(2, "big", signed=True) for x in steps)
    if form == 80:
        return bytes(x + 128 for x in steps)
    assert form == 212
    packed = bytearray()
    for i in range(0, len(steps), 2):
        one, *other = (x % 4096 for x in steps[i : i + 2])
        two = other[0] if other else 0
        packed += bytes(
            [one & 255, one >> 8 | two >> 8 << 4, two & 255][: 2 + len(other)]
        )
    return bytes(packed)


def checksum(steps):
    """Return the 16-bit checksum with its sign."""
    return (sum(steps) + 2**15) % 2**16 - 2**15


def write_wfdb(
    folder,
    channels,
    *,
    form=16,
    name="r1",
    sfreq="2000",
    gain="1000/mV",
    offset=0,
    comments="# <age>: 44 <sex>: M\n",
):
    """Write channels of equal length into one file; return the path of the header."""
    frames = [step for frame in zip(*channels, strict=True) for step in frame]
    (folder / f"{name}.dat").write_bytes(b"\x5a" * offset + pack(frames, form))
    placed = f"{form}+{offset}" if offset else form
    lines = [
        f"{name}.dat {placed} {gain} 12 0 {steps[0]} {checksum(steps)} 0 EMG {i}"
        for i, steps in enumerate(channels, 1)
    ]
    header = folder / f"{name}.hea"
    header.write_text(
        "\n".join([f"{name} {len(lines)} {sfreq} {len(channels[0])}", *lines, comments])
    )
    return header

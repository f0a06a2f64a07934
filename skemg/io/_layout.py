"""Fields of a binary file at their places, and never outside of it."""

import struct

from skemg.exceptions import SignalError

MAX_RATIO = 200  # of unpacked to packed bytes; no recording is packed further


class Layout:
    """Bytes of a file from which nothing is taken beyond the end.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    content : bytes
        What it holds.
    """

    def __init__(self, path, content):
        self.path = path
        self.content = memoryview(content)

    def __len__(self):
        return len(self.content)

    def take(self, start, size, what):
        """Return `size` bytes from `start`, which hold `what`, without a copy."""
        if not 0 <= start <= start + size <= len(self):
            self.refuse(f"{what} needs {size} bytes from byte {start} of {len(self)}")
        return self.content[start : start + size]

    def fields(self, format, start, what):
        """Return the numbers of a `struct` format that stand at `start`."""
        return struct.unpack(
            format, self.take(start, struct.calcsize(format), what).tobytes()
        )

    def refuse(self, found):
        """Raise that the file is damaged or of a kind that is not read."""
        raise SignalError(f"{self.path}: {found}; export or download it again")

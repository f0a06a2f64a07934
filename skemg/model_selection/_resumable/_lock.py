"""A lock on an open file, which the system releases when its process dies."""

import errno

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt
    import os

_BEHIND_THE_END = 1 << 40  # Windows keeps others from reading what is locked


def lock(descriptor):
    """Lock the file, or return False where another process holds it."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(descriptor, _BEHIND_THE_END, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True

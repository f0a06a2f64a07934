"""Matrix products on one thread each, where we have threads of our own."""

import contextlib
import threading

from threadpoolctl import threadpool_limits

_lock = threading.Lock()
_users = 0
_limits = None


@contextlib.contextmanager
def one_blas_thread():
    """Let BLAS use one thread; the last of several callers at once undoes it.

    Products of a block are short. Threads of BLAS beside those of our own would spend
    their time waiting for each other.
    """
    global _users, _limits
    with _lock:
        if _users == 0:
            _limits = threadpool_limits(limits=1, user_api="blas")
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limits.restore_original_limits()

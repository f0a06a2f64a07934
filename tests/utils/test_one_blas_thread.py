"""BLAS gets one thread while anyone asks for it, and its own number afterwards."""

import threading

import numpy as np
from threadpoolctl import threadpool_info

from skemg.utils._blas import one_blas_thread


def n_threads():
    np.ones((2, 2)) @ np.ones((2, 2))  # BLAS is there
    return [p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas"]


def test_the_last_of_several_callers_gives_the_threads_back():
    before = n_threads()
    inside, leave = threading.Event(), threading.Event()

    def other():
        with one_blas_thread():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with one_blas_thread():
        thread.start()
        assert inside.wait(10)
        assert set(n_threads()) == {1}
    assert set(n_threads()) == {1}
    leave.set()
    thread.join()
    assert n_threads() == before

"""What training must not change outside itself: seeds, threads, CUDA settings."""

import multiprocessing
import threading
from contextlib import contextmanager

import torch

# Seeds and CUDA settings belong to the whole process, so threads train in turn.
_one_at_a_time = threading.RLock()


def choose_device(device):
    """Return the name of the device, or raise where it is not there.

    Parameters
    ----------
    device : {"auto", "cpu", "cuda"}
        "auto" is CUDA where there is one.

    Returns
    -------
    device : {"cpu", "cuda"}
        The device.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError(f'device must be "auto", "cpu" or "cuda", got {device!r}')
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            'device="cuda", but CUDA is not available here; use device="auto" or "cpu"'
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


@contextmanager
def private_seed(seed, device):
    """Draw from `seed` inside; outside, all generators of torch are as they were."""
    on_cuda = device == "cuda"
    devices = [torch.cuda.current_device()] if on_cuda else []
    with _one_at_a_time, torch.random.fork_rng(devices=devices):
        # torch.manual_seed would seed the generators of idle CUDA devices too
        torch.default_generator.manual_seed(seed)
        if on_cuda:
            torch.cuda.manual_seed(seed)
        yield


@contextmanager
def one_thread_in_workers():
    """Use one thread inside the worker processes of joblib, which share the cores."""
    if multiprocessing.current_process().name == "MainProcess":
        yield
        return
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


@contextmanager
def arithmetic(device, precision):
    """Set what CUDA may round, and that it repeats its results bit by bit."""
    if device != "cuda":
        yield
        return
    tf32 = precision == "tf32"
    with _one_at_a_time:
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("high" if tf32 else "highest")
        try:
            with torch.backends.cudnn.flags(
                enabled=True, deterministic=True, allow_tf32=tf32
            ):
                yield
        finally:
            torch.set_float32_matmul_precision(before)


@contextmanager
def memory_advice(batch_size):
    """Raise MemoryError with the cure where a GPU is full."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise MemoryError(
            f"the GPU has too little memory for batch_size={batch_size}; lower it, or "
            'use precision="bf16"'
        ) from error


@contextmanager
def prediction(net):
    """Surround what a fitted net computes; nothing global stays changed."""
    with (
        one_thread_in_workers(),
        arithmetic(net.device, net.precision),
        memory_advice(net.batch_size),
    ):
        yield

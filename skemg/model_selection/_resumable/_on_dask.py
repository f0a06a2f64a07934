"""Cells on a cluster of dask, whose scheduler knows which cell killed its workers.

joblib's own way there is left aside: it waits for ever for a cell that was killed.
"""

from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool

from joblib.parallel import get_active_backend
from sklearn import config_context, get_config

from ._cell import dead_cell, run_cell

_PATIENCE = 60.0  # seconds


def dask_backend():
    """Return the backend that joblib uses now where it is that of dask, else None."""
    backend, _ = get_active_backend()
    return backend if type(backend).__name__ == "DaskDistributedBackend" else None


def run_on_dask(backend, bench, estimators, cells):
    """Yield `(cell, result)` as they are finished.

    A cell that kills a worker is tried again by dask, three times by its default. Where
    the last copy of the data died with a worker, this raises as loky does.
    """
    from distributed import KilledWorker, as_completed

    client, config = backend.client, get_config()
    client.wait_for_workers(1, timeout=_PATIENCE)  # those that died are started again
    shared = client.scatter(bench, broadcast=True, hash=False)
    futures = {
        client.submit(_run, config, shared, estimators[cell[0]], cell, pure=False): cell
        for cell in cells
    }
    lost = []
    try:
        with backend.retrieval_context():  # a worker that waits gives its place away
            for future in as_completed(futures):
                try:
                    yield future.result()
                except KilledWorker:
                    yield futures[future], dead_cell(bench, futures[future])
                except CancelledError:
                    lost.append(future)
    finally:
        client.cancel(list(futures))
    if lost:
        raise BrokenProcessPool(f"{len(lost)} cells lost their data with a worker")


def _run(config, bench, estimator, cell):
    with config_context(**config):
        return run_cell(bench, estimator, cell)

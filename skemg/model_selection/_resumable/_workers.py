"""Cells on all workers; a worker that dies costs its own cell at most."""

import contextlib
import warnings
from concurrent.futures.process import BrokenProcessPool

from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from ._cell import dead_cell, run_cell
from ._on_dask import dask_backend, run_on_dask


def run_cells(bench, estimators, cells, *, n_jobs, pre_dispatch):
    """Yield `(cell, result)` as they are finished.

    Parameters
    ----------
    bench : Bench
        What all cells share.
    estimators : dict
        The candidate of each number.
    cells : list of tuple
        `(candidate, fold)` of each cell.
    n_jobs, pre_dispatch
        As for joblib.
    """

    def run(cells):
        if (backend := dask_backend()) is not None:
            return run_on_dask(backend, bench, estimators, cells)
        parallel = Parallel(
            n_jobs=n_jobs,
            pre_dispatch=pre_dispatch,
            batch_size=1,  # what is finished is journalled at once
            return_as="generator_unordered",
        )
        return parallel(
            delayed(run_cell)(bench, estimators[cell[0]], cell) for cell in cells
        )

    waiting = dict.fromkeys(cells)  # in order
    while waiting:
        try:
            with _stopped(run(list(waiting))) as results:
                for cell, result in results:
                    del waiting[cell]
                    yield cell, result
        except BrokenProcessPool:
            # One of the cells at work killed its worker and took the others along:
            # each is tried once more, alone.
            for cell in list(waiting)[: effective_n_jobs(n_jobs)]:
                del waiting[cell]
                try:
                    yield from run([cell])
                except BrokenProcessPool:
                    yield cell, dead_cell(bench, cell)


@contextlib.contextmanager
def _stopped(results):
    """Stop the workers where the caller stops early, which joblib would warn of."""
    try:
        yield results
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"\d+ tasks ", UserWarning)
            results.close()

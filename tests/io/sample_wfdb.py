"""WFDB records to damage, one for each way of storing samples."""

import numpy as np
from fuzzing import Sample
from wfdb_files import write_wfdb

from skemg.io import read_wfdb

COMMENTS = "# <age>: 44 <sex>: M\n# needle in the biceps, gentle contraction\n"


def _steps(form, n_times):
    rng = np.random.default_rng(form)
    return rng.integers(-90, 90, n_times).tolist()


def _sample(name, form, n_channels=1, n_times=1001, **how):
    def write(folder):
        channels = [_steps(form + i, n_times) for i in range(n_channels)]
        return write_wfdb(folder, channels, form=form, comments=COMMENTS, **how)

    return Sample(f"wfdb-{name}", write, read_wfdb, _comments)


def _comments(folder):
    content = (folder / "r1.hea").read_bytes()
    start = content.index(b"# needle") + 2
    return [("r1.hea", start, len(content) - 1)]


SAMPLES = [
    _sample("16", 16, n_channels=2),
    _sample("16+20", 16, offset=20),
    _sample("24", 24),
    _sample("61", 61),
    _sample("80", 80),
    _sample("212", 212, n_channels=2),
]

"""EntropyFeatures beside antropy, NeuroKit2 and numpy, window by window.

pip install antropy neurokit2
python benchmarks/bench_entropy.py
"""

import warnings

import antropy
import numpy as np
from _compare import compare, windows_and_rows
from numpy.testing import assert_allclose

from skemg.features import EntropyFeatures

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import neurokit2

N_ROWS = 600  # enough for two threads, and the peers are slow
_, rows = windows_and_rows()
rows = rows[: 32 * N_ROWS : 32]
exact = rows.astype(np.float64)
sample, fuzzy = (EntropyFeatures((name,)).fit(rows) for name in ("sample", "fuzzy"))


def fuzzy_with_numpy(x, m=2):
    similarity = []
    for length in (m, m + 1):
        views = np.lib.stride_tricks.sliding_window_view(x, length)[: len(x) - m]
        templates = views - views.mean(axis=1, keepdims=True)
        d = np.abs(templates[:, np.newaxis] - templates).max(axis=2)
        similar = np.exp(-((d / (0.2 * x.std())) ** 2))
        similarity.append(similar.sum() - len(d))
    return np.log(similarity[0] / similarity[1])


def agree(result, expected):
    assert_allclose(np.ravel(result), expected, rtol=1e-4)


compare(
    "Sample entropy, m=2, r=0.2",
    {"skemg": lambda: sample.transform(rows)},
    {"antropy": lambda: [antropy.sample_entropy(x) for x in exact]},
    agree,
    n_items=N_ROWS,
)

# NeuroKit2 does not take the means from the templates, so only speeds are compared.
agree(fuzzy.transform(rows[:10]), [fuzzy_with_numpy(x) for x in exact[:10]])
compare(
    "Fuzzy entropy, m=2, r=0.2, n=2",
    {
        "skemg": lambda: fuzzy.transform(rows),
        "skemg, float64": lambda: fuzzy.transform(exact),
    },
    {"neurokit2": lambda: [neurokit2.entropy_fuzzy(x, dimension=2) for x in exact]},
    lambda result, expected: None,
    n_items=N_ROWS,
)

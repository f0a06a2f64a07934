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

N_SAMPLE, N_FUZZY = 1000, 500  # windows: some threads' worth, and the peers are slow
_, rows = windows_and_rows()
rows = rows[: 16 * N_SAMPLE : 16]


def fuzzy_with_numpy(x, m=2):
    similarity = []
    for length in (m, m + 1):
        views = np.lib.stride_tricks.sliding_window_view(x, length)[: len(x) - m]
        templates = views - views.mean(axis=1, keepdims=True)
        d = np.abs(templates[:, np.newaxis] - templates).max(axis=2)
        similar = np.exp(-((d / (0.2 * x.std())) ** 2))
        similarity.append(similar.sum() - len(d))
    return np.log(similarity[0] / similarity[1])


def neurokit(x):
    # Its mean of templates and its tolerance are other ones: speed only.
    return neurokit2.entropy_fuzzy(x, dimension=2)[0]


def step(name):
    return EntropyFeatures((name,)).fit(rows)


def each(function, n_rows):
    return lambda: np.array([function(x) for x in rows[:n_rows].astype(float)])


def agree(result, expected):
    assert_allclose(np.ravel(result), expected, rtol=1e-4)


compare(
    "Sample entropy, m=2, r=0.2, windows of 960",
    {"skemg": lambda: step("sample").transform(rows)},
    {"antropy": each(antropy.sample_entropy, N_SAMPLE)},
    agree,
    n_items=N_SAMPLE,
)
first = rows[:N_FUZZY]
compare(
    "Fuzzy entropy, m=2, r=0.2, n=2, windows of 960; NeuroKit2 has another definition",
    {
        "skemg": lambda: step("fuzzy").transform(first),
        "skemg, float64": lambda: step("fuzzy").transform(first.astype(float)),
    },
    {"numpy, row by row": each(fuzzy_with_numpy, 20)},
    lambda result, expected: agree(result[: len(expected)], expected),
    n_items=N_FUZZY,
)

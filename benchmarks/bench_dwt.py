"""DWTFeatures beside pywt on the whole batch with statistics in numpy.

python benchmarks/bench_dwt.py
"""

from itertools import pairwise

import numpy as np
import pywt
from _compare import compare, windows_and_rows
from numpy.testing import assert_allclose

from skemg.features import DWTFeatures

windows, rows = windows_and_rows()


def with_pywt(rows, level=5):
    bands = pywt.wavedec(rows, "db4", mode="periodization", level=level, axis=-1)[::-1]
    columns = []
    for band in bands:
        columns += [np.abs(band).mean(axis=1), (band * band).mean(axis=1), band.std(1)]
    mav = columns[::3]
    columns += [one / two for one, two in pairwise(mav)]
    return np.stack(columns, axis=1)


def in_chunks(n_rows=128):
    chunks = [rows[i : i + n_rows] for i in range(0, len(rows), n_rows)]
    return np.concatenate([with_pywt(chunk) for chunk in chunks])


def agree(result, expected):
    assert result.dtype == expected.dtype == np.float32
    assert_allclose(result, expected, rtol=1e-4)


step = DWTFeatures().fit(rows)
compare(
    "DWT, db4, 5 levels, 23 statistics",
    {
        "skemg, rows": lambda: step.transform(rows),
        "skemg, Windows": lambda: step.transform(windows).values,
    },
    {
        "pywt, whole batch": lambda: with_pywt(rows),
        "pywt, chunks of 128": in_chunks,
    },
    agree,
    n_items=len(rows),
)
print(f"\noutput: {len(rows) * 23 * 4 / 1e6:.1f} MB")

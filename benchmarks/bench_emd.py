"""EMD and EMDFeatures beside EMD-signal (PyEMD), all with ten siftings an IMF.

pip install "EMD-signal>=1.10"
python benchmarks/bench_emd.py
"""

import numpy as np
from _compare import compare, windows_and_rows
from numpy.testing import assert_allclose
from PyEMD import EMD
from PyEMD.experimental.jitemd import JitEMD, default_emd_config

from skemg._kernels.emd import FIXED, emd
from skemg.features import EMDFeatures
from skemg.features._emd import _FUNCTIONS, _modes

SFREQ = 9600.0
rows = windows_and_rows()[1][::500].astype(np.float64)  # the peers take 30 ms a window
time = np.arange(rows.shape[1], dtype=np.float64)

peer = EMD(FIXE=10)
config = default_emd_config.copy()
config["FIXE"] = 10.0
compiled = JitEMD(config=config)
for name in ("range_thr", "total_power_thr"):  # they are absolute there
    setattr(peer, name, 0.0)
    config[name] = 0.0


def with_pyemd(n_imfs):
    return np.stack([peer.emd(x, max_imf=n_imfs)[:n_imfs] for x in rows])


def with_jitemd(n_imfs):
    return np.stack([compiled.emd(x, time, max_imf=n_imfs)[:n_imfs] for x in rows])


def features_of_pyemd():
    modes = _modes(with_pyemd(4), SFREQ)
    columns = [function(modes) for function in _FUNCTIONS.values()]
    return np.stack(columns, axis=-1).reshape(len(rows), -1)


def agree(result, expected):
    assert_allclose(result, expected, rtol=1e-6, atol=1e-9 * np.abs(expected).max())


compare(
    "EMD, 4 IMFs of 10 siftings, one thread",
    {"skemg": lambda: emd(rows, 4, FIXED, 10.0)[0][:, :4]},
    {"EMD-signal": lambda: with_pyemd(4), "its JitEMD": lambda: with_jitemd(4)},
    agree,
    n_items=len(rows),
)
compare(
    "EMD, 4 IMFs, and 28 features, one thread",
    {"skemg": lambda: EMDFeatures(sfreq=SFREQ).fit_transform(rows)},
    {"EMD-signal, the same features": features_of_pyemd},
    agree,
    n_items=len(rows),
)

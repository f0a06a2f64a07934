"""Our kernels leave the threads of other libraries alone."""

import subprocess
import sys

SCRIPT = """
import torch

torch.set_num_threads(1)

import numpy as np
from skemg.features import DWTFeatures, LogSpectrum, TimeDomainFeatures

X = np.random.default_rng(0).normal(size=(2000, 64))
for step in (DWTFeatures(level=2), LogSpectrum(), TimeDomainFeatures()):
    step.fit_transform(X)
print(torch.get_num_threads())

import numba
from skemg.utils._windowwise import number_of_threads

numba.set_num_threads(1)
print(number_of_threads())
"""


def test_features_do_not_reset_the_threads_of_torch_and_heed_those_of_numba():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "1"]

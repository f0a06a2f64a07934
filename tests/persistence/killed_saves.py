"""Kill a process that saves, again and again, and look at what it leaves.

python tests/persistence/killed_saves.py FOLDER N_KILLS
"""

import json
import os
import random
import signal
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from models import EMG, fitted

from skemg.persistence import load, save


def save_for_ever(models, path):
    while True:
        for model in models:
            save(model, path, X=EMG.data, y=EMG.target)


def main():
    folder, n_kills = Path(sys.argv[1]), int(sys.argv[2])
    path = folder / "model.skemg"
    models = [fitted(1e-3), fitted(100.0)]
    known = [model.predict_proba(EMG.data) for model in models]
    assert not np.array_equal(*known)
    save(models[0], path, X=EMG.data, y=EMG.target)
    report = {"n_kills": n_kills, "n_unreadable": 0, "n_other": 0, "n_cut": 0}
    random.seed(0)
    for _ in range(n_kills):
        child = os.fork()
        if child == 0:
            save_for_ever(models, path)
        time.sleep(random.uniform(0.005, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        asides = list(folder.glob(f".{path.name}.*"))
        report["n_cut"] += len(asides)
        for aside in asides:
            aside.unlink()
        try:
            proba = load(path).predict_proba(EMG.data)
        except Exception:
            report["n_unreadable"] += 1
            continue
        report["n_other"] += not any(np.array_equal(proba, k) for k in known)
    print(json.dumps(report))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

"""Draw the picture of the README: simulated recordings, and who is taken for whom.

Run it from the root of the repository: ``python doc/readme_figure.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import cross_val_predict

from skemg.datasets import make_needle_emg
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.systems import forest_pooled

COLORS = {"normal": "#0072B2", "neuropathic": "#D55E00", "myopathic": "#009E73"}

emg = make_needle_emg(n_patients=60, n_recordings=2, random_state=0, n_jobs=2)
figure, axes = plt.subplot_mosaic(
    [["normal", "patients"], ["neuropathic", "patients"], ["myopathic", "patients"]],
    figsize=(10, 4.2),
    width_ratios=[1.9, 1],
    layout="constrained",
)
for name, color in COLORS.items():
    ax = axes[name]
    of_class = np.flatnonzero(emg.target == name)
    strength = [emg.data[i].std() for i in of_class]
    typical = of_class[np.argsort(strength)[len(of_class) // 2]]
    signal = emg.data[int(typical)][48_000:72_000]
    ax.plot(np.arange(len(signal)) / 48, signal, color=color, linewidth=0.5)
    ax.set(title=f"{name} (simulated)", ylim=(-1500, 1500), xlim=(0, 500))
    ax.label_outer()
    ax.set_ylabel("µV")
axes["myopathic"].set_xlabel("Time (ms)")

proba = cross_val_predict(
    forest_pooled(random_state=0),
    emg.data,
    emg.target,
    cv=PatientKFold(5),
    method="predict_proba",
    n_jobs=2,
)
vote = vote_by_group(proba, emg.groups, y=emg.target)
ConfusionMatrixDisplay.from_predictions(
    vote.target,
    np.unique(emg.target)[vote.proba.argmax(axis=1)],
    labels=list(COLORS),
    ax=axes["patients"],
    cmap="Blues",
    colorbar=False,
)
axes["patients"].set(
    xlabel="Predicted class of the patient",
    ylabel="Class of the patient",
    title="60 patients, unseen in training",
)
axes["patients"].tick_params(axis="x", labelrotation=20)
figure.savefig("doc/_static/readme.png", dpi=120)

"""What is linked to the class in the Algiers recordings and is no disease.

    python benchmarks/algiers_nuisances.py DIR

DIR holds the recordings of doi:10.17632/543xpjycj9.1. Mains hum, the band below 16 Hz,
the band above 5 kHz and the length differ between the classes there. The first table
tells how well a classifier does that is fed with one of them alone, on the raw
recordings and on what the systems feed their model. The second one tells what the same
models reach with these bands and without them. Everything is under PatientKFold(5).
"""

import argparse

import numpy as np
from scipy import signal
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.datasets import fetch_algiers
from skemg.features import DWTFeatures, LogSpectrum, TimeDomainFeatures
from skemg.metrics import vote_by_group
from skemg.model_selection import PatientKFold
from skemg.preprocessing import Bandpass, Notch, Resampler
from skemg.windowing import Windower, WindowPooling

CHAINS = {
    "raw": [],
    "notch, 60 Hz to 4 kHz (the forests)": [
        Resampler(10_000),
        Notch(50, zero_phase=True),
        Bandpass(60, 4000, zero_phase=True),
    ],
    "notch, 60 Hz to 2 kHz": [
        Resampler(10_000),
        Notch(50, zero_phase=True),
        Bandpass(60, 2000, zero_phase=True),
    ],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", metavar="DIR")
    args = parser.parse_args()
    emg = fetch_algiers(args.data, dtype=np.float64)
    X, y = emg.data, emg.target
    cleaned = {
        name: make_pipeline(*steps).fit_transform(X) if steps else X
        for name, steps in CHAINS.items()
    }
    print(
        "one nuisance alone: AUC healthy against patients / balanced accuracy of three"
    )
    print("fed with | hum | below 16 Hz | above 5 kHz | length | number of windows")
    for name, recordings in cleaned.items():
        told = [alone(values, X, y) for values in nuisances(recordings).values()]
        print(" | ".join([name, *told]), flush=True)
    bins = nuisances(Notch(50).fit_transform(X), keep=(60, 2000))
    told = [alone(values, X, y) for values in bins.values()]
    print(" | ".join(["notch, bins of 60 Hz to 2 kHz (svm_log_spectrum)", *told]))
    print("\nbalanced accuracy of a forest on pooled features: recording / patient")
    for name, recordings in cleaned.items():
        for kind, features in FEATURES.items():
            print(f"{kind}, {name} | {score(features, recordings, y)}", flush=True)


FEATURES = {
    "log-spectrum, all bins": [LogSpectrum(low=0, high=5000, n_bands=60)],
    "log-spectrum, 60 Hz to 2 kHz": [LogSpectrum(low=60, high=2000, n_bands=24)],
    "DWT": [DWTFeatures()],
    "time domain": [
        TimeDomainFeatures(("mav", "rms", "wl", "zc", "turns"), threshold=25,
                           threshold_unit="uV"),
    ],
}  # fmt: skip


def nuisances(recordings, keep=(0, np.inf)):
    """Return the measures of each recording that have nothing to do with disease.

    Hum is compared with its neighbourhood at the resolution of windows of 200 ms, 1 to
    3 Hz with 60 to 200 Hz, and what lies above 5 kHz stands alone, in µV². `keep`
    zeroes the bins that a model never sees.
    """
    hum, low, high = [], [], []
    for x, sfreq in zip(recordings, recordings.sfreq, strict=True):
        f, power = spectrum(x, sfreq, 0.2, keep)
        away = np.abs((f + 25) % 50 - 25)
        mains = (f >= 45) & (f <= 1000)
        hum.append(
            ratio(power[mains & (away < 4)].mean(), power[mains & (away > 14)].mean())
        )
        f, power = spectrum(x, sfreq, 1.0, keep)
        muscle = power[(f >= 60) & (f <= 200)].mean()
        low.append(ratio(power[(f >= 1) & (f <= 3)].mean(), muscle))
        high.append(ratio(power[(f > 5000) & (f <= 9000)].sum(), 1.0))
    windows = Windower(0.1, 0.05).fit_transform(recordings)
    return {
        "hum": np.array(hum),
        "low": np.array(low),
        "high": np.array(high),
        "length": recordings.n_times.astype(float),
        "windows": windows.counts.astype(float),
    }


def spectrum(x, sfreq, seconds, keep):
    """Return frequencies and power density, without the bins outside `keep`."""
    n_times = round(seconds * sfreq)
    f, power = signal.welch(x, sfreq, nperseg=n_times, detrend="constant")
    return f, np.where((f >= keep[0]) & (f <= keep[1]), power, 0)


def ratio(power, reference):
    """Return the ratio in decades; below single precision there is nothing to see."""
    return np.log10(power / reference + 1e-7)


def alone(values, X, y):
    """Return how well one number a recording tells the class, patients apart."""
    model = make_pipeline(
        StandardScaler(),
        RandomForestClassifier(200, min_samples_leaf=10, random_state=0),
    )
    table = values[:, np.newaxis]
    proba = cross_val_predict(
        model, table, y, groups=X.groups, cv=PatientKFold(5), method="predict_proba"
    )
    linear = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced")
    )
    patient = y != "normal"
    sick = cross_val_predict(
        linear, table, patient, groups=X.groups, cv=PatientKFold(5),
        method="predict_proba",
    )[:, 1]  # fmt: skip
    three = balanced_accuracy_score(y, np.unique(y)[proba.argmax(axis=1)])
    low, high = interval_of_auc(patient, sick, X.groups)
    return f"{roc_auc_score(patient, sick):.2f} [{low:.2f}, {high:.2f}] / {three:.2f}"


def interval_of_auc(truth, score, groups, n_draws=500):
    """Return the 95 % interval over resampled patients."""
    rng = np.random.default_rng(0)
    members = {p: np.flatnonzero(groups == p) for p in np.unique(groups)}
    of_class = [np.unique(groups[truth == c]) for c in (False, True)]
    draws = []
    for _ in range(n_draws):
        drawn = [
            p for patients in of_class for p in rng.choice(patients, len(patients))
        ]
        rows = np.concatenate([members[p] for p in drawn])
        draws.append(roc_auc_score(truth[rows], score[rows]))
    return np.quantile(draws, [0.025, 0.975])


def score(features, recordings, y):
    """Return balanced accuracy of recordings and patients over three splits."""
    windows = Windower(0.1, 0.05).fit_transform(recordings)
    table = make_pipeline(*features, WindowPooling()).fit_transform(windows)
    scores = []
    for seed in range(3):
        forest = RandomForestClassifier(300, class_weight="balanced", random_state=seed)
        proba = cross_val_predict(
            forest, table, y, groups=recordings.groups, method="predict_proba",
            cv=PatientKFold(5, shuffle=True, random_state=seed), n_jobs=2,
        )  # fmt: skip
        vote = vote_by_group(proba, recordings.groups, y=y)
        classes = np.unique(y)
        scores.append(
            [
                balanced_accuracy_score(y, classes[proba.argmax(axis=1)]),
                balanced_accuracy_score(
                    vote.target, classes[vote.proba.argmax(axis=1)]
                ),
            ]
        )
    mean, sd = np.mean(scores, axis=0), np.std(scores, axis=0, ddof=1)
    return " / ".join(f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, sd, strict=True))


if __name__ == "__main__":
    main()

"""How much noise nets take out of simulated needle EMG, and how well they classify it.

    python benchmarks/denoising.py [--patients 27] [--epochs 40] [--csv FILE]

Two thirds of the patients are for training, the others for testing. The noise of the
tests is drawn here, by other formulas than the nets were trained with; "mixed" is all
three kinds in equal strength. The first table has the gain in SNR in dB on whole test
recordings, mean over recordings; the identity gains 0 dB. The second one has the
balanced accuracy of three classes for nets of one architecture: trained on clean
windows, on noisy ones, and on noisy ones that it also has to rebuild.
"""

import argparse
import csv
import time

import numpy as np
from scipy import signal
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.metrics import window_scorer
from skemg.nn import ConvDenoiser, JointDenoisingClassifier
from skemg.preprocessing import Bandpass, Notch, WaveletDenoiser
from skemg.windowing import Windower, WindowVotingClassifier

SFREQ = 10_000.0
SNRS = (-10, -5, 0, 5, 10, 20)
KINDS = ("white", "mains", "motion", "mixed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patients", type=int, default=27)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv", metavar="FILE")
    args = parser.parse_args()
    emg = make_needle_emg(
        args.patients, duration=args.seconds, sfreq=SFREQ, random_state=args.seed
    )
    # the simulator takes the classes in turns
    n_train = args.patients // 9 * 6 * 2
    train, test = np.arange(n_train), np.arange(n_train, len(emg.data))
    denoiser, nets = trained(emg.data[train], emg.target[train], args)
    rng = np.random.default_rng(args.seed)
    noisy = {
        (kind, snr): with_noise(emg.data[test], kind, snr, rng)
        for kind in KINDS
        for snr in SNRS
    }
    rows = gains(emg.data[test], noisy, denoiser, nets["joint"])
    print_table("gain in SNR, dB", rows)
    scores = accuracies(emg.data[test], emg.target[test], noisy, nets)
    print_table("balanced accuracy", scores)
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["measure", "method", "noise", "snr", "value"])
            writer.writerows(("gain", *row) for row in rows)
            writer.writerows(("balanced accuracy", *row) for row in scores)


def trained(X, y, args):
    """Return the denoiser and the votes, and tell how long they took."""
    settings = {"max_epochs": args.epochs, "lr": 3e-3, "random_state": args.seed}
    weights = {
        "clean windows": {"noise": (), "reconstruction_weight": 0.0},
        "noisy windows": {"reconstruction_weight": 0.0},
        "joint": {},
    }
    denoiser = ConvDenoiser(max_epochs=args.epochs, random_state=args.seed)
    nets = {
        name: make_pipeline(
            Windower(length=0.1, hop=0.1),
            WindowVotingClassifier(JointDenoisingClassifier(**params, **settings)),
        )
        for name, params in weights.items()
    }
    for name, model in {"ConvDenoiser": denoiser, **nets}.items():
        start = time.perf_counter()
        model.fit(X, y)
        print(f"{name} learned in {time.perf_counter() - start:.0f} s", flush=True)
    return denoiser, nets


def with_noise(X, kind, snr, rng):
    """Return recordings with noise of an SNR in dB, each drawn anew."""
    values = X.values.copy()
    for start, stop in zip(X.offsets[:-1], X.offsets[1:], strict=True):
        clean = X.values[start:stop]
        parts = KINDS[:3] if kind == "mixed" else (kind,)
        noise = sum(unit_noise(part, len(clean), rng) for part in parts)
        strength = np.sqrt(clean.var() / 10 ** (snr / 10) / np.square(noise).mean())
        values[start:stop] += strength * noise
    return X.with_values(values)


def unit_noise(kind, n_times, rng):
    """Return noise of mean square one."""
    time = np.arange(n_times) / SFREQ
    if kind == "white":
        noise = rng.normal(size=n_times)
    elif kind == "mains":  # a grid is off by some hundredths of a Hz
        mains, phase = 50 + rng.uniform(-0.05, 0.05), rng.uniform(0, 2 * np.pi, 8)
        noise = sum(
            np.sin(2 * np.pi * mains * h * time + phase[h]) * rng.uniform(0.3, 1) / h
            for h in range(1, 8)
        )
    else:
        low_pass = signal.butter(2, 15, output="sos", fs=SFREQ)
        noise = signal.sosfilt(low_pass, rng.normal(size=2 * n_times))[n_times:]
    return noise / np.sqrt(np.square(noise).mean())


def gains(clean, noisy, denoiser, joint):
    """Return rows of method, kind, SNR and gain."""
    filters = make_pipeline(
        Bandpass(20, None, zero_phase=True),
        Notch(50, harmonics=10, zero_phase=True),
    )
    filters.fit(clean)
    wavelets = WaveletDenoiser().fit(clean)
    universal = WaveletDenoiser(threshold="universal", noise="finest").fit(clean)
    methods = {
        "identity": lambda X: X,
        "Bandpass + Notch": filters.transform,
        "wavelets, Bayes": wavelets.transform,
        "wavelets, universal": universal.transform,
        "filters, then wavelets": lambda X: wavelets.transform(filters.transform(X)),
        "ConvDenoiser": denoiser.transform,
        "JointDenoisingClassifier": lambda X: by_windows(joint, X),
    }
    rows = []
    for name, method in methods.items():
        for (kind, snr), X in noisy.items():
            denoised = method(X)
            gain = [
                10 * np.log10(np.square(n - c).mean() / np.square(d - c).mean())
                for c, n, d in zip(clean, X, denoised, strict=True)
            ]
            rows.append((name, kind, snr, float(np.mean(gain))))
    return rows


def by_windows(pipeline, X):
    """Denoise windows that stand side by side and join them; a rest stays."""
    windower, vote = pipeline[0], pipeline[-1]
    windows = windower.transform(X)
    rebuilt = vote.estimator_.denoise(windows.values)
    values = X.values.copy()
    for i, start in enumerate(X.offsets[:-1]):
        one = rebuilt[windows.offsets[i] : windows.offsets[i + 1]].ravel()
        values[start : start + len(one)] = one
    return X.with_values(values)


def accuracies(clean, y, noisy, nets):
    """Return rows of net and level, kind, SNR and balanced accuracy."""
    rows = []
    by_window = window_scorer("balanced_accuracy")
    cases = {("none", np.inf): clean, **noisy}
    for name, net in nets.items():
        for (kind, snr), X in cases.items():
            recordings = balanced_accuracy_score(y, net.predict(X))
            rows.append((f"{name}, windows", kind, snr, by_window(net, X, y)))
            rows.append((f"{name}, recordings", kind, snr, recordings))
    return rows


def print_table(title, rows):
    """Print a line for each method and kind, a column for each SNR."""
    snrs = sorted({row[2] for row in rows if np.isfinite(row[2])})
    digits = 1 if "dB" in title else 3
    print(f"\n| {title} | noise | " + " | ".join(f"{s} dB" for s in snrs) + " |")
    print("|---|---|" + "---:|" * len(snrs))
    cells = {row[:3]: f"{row[3]:.{digits}f}" for row in rows}
    for kind in ("none", *KINDS):
        for name in dict.fromkeys(row[0] for row in rows):
            if kind == "none":
                if (name, kind, np.inf) in cells:
                    value = cells[name, kind, np.inf]
                    print(f"| {name} | none | {value} |" + " |" * (len(snrs) - 1))
                continue
            line = " | ".join(cells[name, kind, snr] for snr in snrs)
            print(f"| {name} | {kind} | {line} |")


if __name__ == "__main__":
    main()

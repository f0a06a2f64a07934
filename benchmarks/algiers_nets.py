"""Scores of the nets on the needle EMG of Algiers, patients apart.

    python benchmarks/algiers_nets.py DIR [--epochs 8] [--out benchmarks/results] ...

DIR holds the recordings of doi:10.17632/543xpjycj9.1. Every system is fitted on the
training patients of PatientKFold(5) and answers for windows, recordings and patients it
has not seen; given are balanced accuracies of three classes with the interval that
resamples patients within their class (95 %). The answers of every fold are saved as
they come, and a further run with the same settings goes on behind them. --epochs caps
the epochs and --hop the number of training windows: on a processor the full size takes
days.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from algiers import level_scores
from sklearn.pipeline import Pipeline, make_pipeline

from skemg import systems
from skemg.datasets import fetch_algiers
from skemg.features import LogSpectrum
from skemg.model_selection import PatientKFold
from skemg.nn import AttentionPoolingClassifier
from skemg.preprocessing import AmplitudeScaler
from skemg.signals import Windows
from skemg.systems._cleaned import cleaned_needle_emg
from skemg.windowing import Windower, WindowVotingClassifier


def main():
    args = parse()
    emg = fetch_algiers(args.data)
    print("| system | windows | recordings | patients | epochs | minutes a fold |")
    print("|---|---|---|---|---|---|")
    for name in args.systems.split(","):
        answers = out_of_fold(name, systems_of(args)[name], emg, args)
        if answers is not None:
            print(row_of(name, answers, emg), flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", metavar="DIR")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--epochs", type=int, default=1000, help="most epochs")
    parser.add_argument("--hop", type=float, default=None, help="in seconds")
    parser.add_argument("--stride", type=int, default=1, help="conv_stride of row 9")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=float, default=np.inf)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    return parser.parse_args()


# -- systems ---------------------------------------------------------------------------


def attention_of_log_spectra():
    return make_pipeline(
        *cleaned_needle_emg(),
        Windower(length=0.2, hop=0.1),
        LogSpectrum(low=60, high=4000, n_bands=40),
        AttentionPoolingClassifier(
            max_epochs=100, early_stopping=True, class_weight="balanced", random_state=0
        ),
    )


def attention_of_signals():
    return make_pipeline(
        *cleaned_needle_emg(),
        AmplitudeScaler(),
        Windower(length=0.2, hop=0.1),
        AttentionPoolingClassifier(
            conv_kernel=15,
            max_epochs=100,
            early_stopping=True,
            class_weight="balanced",
            random_state=0,
        ),
    )


SYSTEMS = {
    "yoo2022_nemgnet": lambda: systems.yoo2022_nemgnet(random_state=0),
    "tatlidil2025_row_9": lambda: systems.tatlidil2025(9, random_state=0),
    "rahman2023_spectroemgnet": lambda: systems.rahman2023_spectroemgnet(
        random_state=0
    ),
    "attention_log_spectrum": attention_of_log_spectra,
    "attention_signals": attention_of_signals,
    "svm_log_spectrum": systems.svm_log_spectrum,
    "forest_pooled": lambda: systems.forest_pooled(random_state=0),
}


def systems_of(args):
    """Return the systems under the limits of the command line."""

    def limited(make):
        system = make()
        net = net_of(system)
        if net is None:
            return system
        net.set_params(
            max_epochs=min(net.max_epochs, args.epochs),
            precision=args.precision,
            device=args.device,
        )
        if args.stride != 1 and "rnn_units" in net.get_params():
            net.set_params(conv_stride=args.stride)
        if args.hop is not None and isinstance(system[-1], WindowVotingClassifier):
            system.set_params(windower__hop=args.hop)
        return system

    return {name: lambda make=make: limited(make) for name, make in SYSTEMS.items()}


def net_of(system):
    """Return the net at the end of a system, or None."""
    last = system[-1]
    last = last.estimator if isinstance(last, WindowVotingClassifier) else last
    return last if hasattr(last, "max_epochs") else None


# -- folds -----------------------------------------------------------------------------


def out_of_fold(name, make, emg, args):
    """Return the answers of all folds, or None where the time is over before."""
    end = time.time() + 60 * args.minutes
    folds = list(PatientKFold(5).split(emg.data, emg.target))
    settings = f"{name}-{args.epochs}-{args.hop}-{args.stride}-{args.precision}"
    folder = args.out / "algiers_nets" / settings
    folder.mkdir(parents=True, exist_ok=True)
    seen, rest = None, None
    for i, (train, test) in enumerate(folds):
        if (folder / f"{i}.npz").exists():
            continue
        if time.time() > end:
            return None
        if seen is None:
            seen, rest = prepared(make(), emg)
        start = time.time()
        fitted = rest().fit(seen[train], emg.target[train])
        answers = answers_of(fitted, seen[test])
        np.savez(
            folder / f"{i}.npz",
            test=test,
            epochs=epochs_of(fitted),
            minutes=(time.time() - start) / 60,
            **answers,
        )
        print(f"<!-- {name}: fold {i} -->", flush=True)
    return [dict(np.load(folder / f"{i}.npz")) for i in range(len(folds))]


def prepared(system, emg):
    """Return what the steps give that learn nothing, and how to make the others."""
    names = [type(step).__name__ for _, step in system.steps]
    n_fixed = names.index(
        "AmplitudeScaler" if "AmplitudeScaler" in names else "Windower"
    )
    fixed, rest = system.steps[:n_fixed], system.steps[n_fixed:]
    seen = Pipeline(fixed).fit_transform(emg.data) if fixed else emg.data
    return seen, lambda: Pipeline(rest)


def answers_of(fitted, recordings):
    """Return the probabilities of recordings and, behind a vote, of windows."""
    bags = fitted[:-1].transform(recordings)
    answers = {"recordings": fitted[-1].predict_proba(bags)}
    if isinstance(fitted[-1], WindowVotingClassifier):
        windows = fitted[-1].predict_proba_windows(bags)
        answers |= {"windows": windows.values, "counts": windows.counts}
    return answers


def epochs_of(fitted):
    net = net_of(fitted)
    if net is None:
        return 0
    net = getattr(fitted[-1], "estimator_", fitted[-1])
    return len(net.history_)


def row_of(name, answers, emg):
    """Return a line of the table."""
    n_classes = answers[0]["recordings"].shape[1]
    recordings = np.empty((len(emg.target), n_classes))
    for fold in answers:
        recordings[fold["test"]] = fold["recordings"]
    windows = joined(answers, len(emg.target)) if "windows" in answers[0] else None
    scores = level_scores(windows, recordings, emg.groups, emg.target)
    cells = [
        "-" if np.isnan(value) else f"{value:.3f} [{low:.3f}, {high:.3f}]"
        for value, low, high in scores.values()
    ]
    epochs = [int(fold["epochs"]) for fold in answers]
    minutes = np.mean([fold["minutes"] for fold in answers])
    epochs = f"{min(epochs)} to {max(epochs)}" if any(epochs) else "-"
    return "| " + " | ".join([name, *cells, epochs, f"{minutes:.1f}"]) + " |"


def joined(answers, n_recordings):
    """Return the windows of all folds as bags in the order of the recordings."""
    bags = [None] * n_recordings
    for fold in answers:
        pieces = np.split(fold["windows"], np.cumsum(fold["counts"])[:-1])
        for i, piece in zip(fold["test"], pieces, strict=True):
            bags[i] = piece
    offsets = np.append(0, np.cumsum([len(bag) for bag in bags]))
    return Windows(np.concatenate(bags), offsets, sfreq=None)


if __name__ == "__main__":
    main()

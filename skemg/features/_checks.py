"""What the feature steps ask of a list of names and of the length of windows."""

import numpy as np

from skemg.exceptions import SignalError


def check_names(features, known, parameter="features", noun="feature"):
    """Raise unless `features` is a list of known names, each once."""
    if isinstance(features, str) or not np.iterable(features) or not len(features):
        raise ValueError(f"{parameter} must be a list of names, got {features!r}")
    for name in features:
        if name not in known:
            raise ValueError(
                f"unknown {noun} {name!r}; the {parameter} are {', '.join(known)}"
            )
    if len(set(features)) < len(features):
        raise ValueError(f"{parameter} must name each one once, got {features!r}")


def check_length(estimator, n_times, minimum, what):
    """Raise where windows have too few samples, in the words of scikit-learn."""
    if n_times < minimum:
        raise SignalError(
            f"Found windows with {n_times} feature(s) (samples) while a minimum of "
            f"{minimum} is required by {type(estimator).__name__} for {what}"
        )

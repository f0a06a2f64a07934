"""Classification of electromyography (EMG) recordings with scikit-learn.

Recordings go through filters, windows and features to one answer a recording and one
a patient, as steps of scikit-learn's own Pipeline, with patients kept apart in every
split.

Subpackages are imported when they are first used, so `import skemg` costs next to
nothing.
"""

import importlib

__version__ = "0.1.0.dev0"

_SUBPACKAGES = [
    "augmentation",
    "classifiers",
    "clinical",
    "datasets",
    "decision",
    "exceptions",
    "features",
    "inspection",
    "io",
    "metrics",
    "model_selection",
    "nn",
    "persistence",
    "plot",
    "preprocessing",
    "quality",
    "signals",
    "systems",
    "windowing",
]

__all__ = ["__version__", *_SUBPACKAGES]


def __getattr__(name):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"skemg.{name}")
    raise AttributeError(f"module 'skemg' has no attribute {name!r}")


def __dir__():
    return __all__

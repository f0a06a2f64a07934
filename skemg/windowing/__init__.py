"""From recordings to windows, and from windows back to one answer a recording."""

from ._make_windows import make_windows
from ._pooling import WindowPooling
from ._selector import WindowSelector
from ._voting import WindowVotingClassifier
from ._windower import Windower

__all__ = [
    "WindowPooling",
    "WindowSelector",
    "WindowVotingClassifier",
    "Windower",
    "make_windows",
]

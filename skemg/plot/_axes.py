"""What the displays share: axes, and one colour for a class everywhere."""

# Okabe & Ito (2008), which colour-blind readers tell apart
_COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
_OF_CLASS = {"normal": _COLORS[2], "neuropathic": _COLORS[0], "myopathic": _COLORS[1]}
_OF_CLASS |= {"healthy": _COLORS[2], "neuropathy": _COLORS[0], "myopathy": _COLORS[1]}


def axes_or_new(ax, figsize):
    """Return the axes, or those of a new figure; size in inches."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=figsize, layout="constrained")[1] if ax is None else ax


def color_of_each(classes):
    """Return a colour for each class; the diagnoses have theirs in every figure."""
    names = [str(name) for name in classes]
    free = [c for c in _COLORS if c not in {_OF_CLASS.get(name) for name in names}]
    others = [name for name in names if name not in _OF_CLASS]
    given = {name: free[i % len(free)] for i, name in enumerate(others)}
    return [_OF_CLASS.get(name) or given[name] for name in names]

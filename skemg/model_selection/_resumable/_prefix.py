"""The first steps of a pipeline that learn nothing, computed once for all folds."""

from dataclasses import dataclass, field

from sklearn import get_config
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import get_routing_for_object

from ._digest import digest

_SKIPPED = None, "passthrough"


@dataclass
class Chain:
    """The stateless steps at the head of a candidate."""

    estimator: object
    steps: list = field(default_factory=list)  # of (name, step)
    keys: tuple = ()  # what tells each step, its parameters included


def stateless_chain(estimator, asked):
    """Return the steps before the first one that learns or asks for metadata.

    Parameters
    ----------
    estimator : estimator
        A candidate; only a Pipeline has steps.
    asked : dict or None
        What `fit` and the scores are given besides X and y; None for no chain.
    """
    chain = Chain(estimator)
    is_pipeline = isinstance(estimator, Pipeline) and estimator.transform_input is None
    if asked is None or not is_pipeline:
        return chain
    for name, step in estimator.steps[:-1]:
        if step in _SKIPPED:
            continue
        if not _is_stateless(step) or _asks_for(name, step, asked):
            break
        chain.steps.append((name, step))
    chain.keys = tuple(digest(step) for _, step in chain.steps)
    return chain


class PrefixOutputs:
    """Outputs of chains; of each step at most one is alive."""

    def __init__(self, X, y):
        self._y = y
        self._known = {(): ([], X)}

    def compute(self, chain, later=()):
        """Return the fitted steps of a chain and their output.

        Parameters
        ----------
        chain : Chain
            The steps.
        later : iterable of Chain
            Chains that are computed after this one; what they share with it is kept.
        """
        keys = chain.keys
        kept = {(), keys, *(_common(keys, other.keys) for other in later)}
        start = max((k for k in self._known if keys[: len(k)] == k), key=len)
        steps, output = self._known[start]
        self._known = {k: v for k, v in self._known.items() if k in kept}
        for depth, (_, step) in enumerate(chain.steps[len(start) :], len(start) + 1):
            step = clone(step)
            output = step.fit_transform(output, self._y)
            steps = [*steps, step]
            if keys[:depth] in kept:
                self._known[keys[:depth]] = steps, output
        return steps, output


def without_chain(chain):
    """Return the candidate for data that went through the chain; names stay."""
    if not chain.steps:
        return chain.estimator
    names = [name for name, _ in chain.steps]
    return _replace(clone(chain.estimator), dict.fromkeys(names, "passthrough"))


def with_fitted_chain(estimator, chain, fitted):
    """Put the fitted steps of the chain back before the fitted rest."""
    if not chain.steps:
        return estimator
    names = [name for name, _ in chain.steps]
    return _replace(estimator, dict(zip(names, fitted, strict=True)))


def in_order(chains):
    """Return groups of candidates with one chain, those with the same start together.

    Parameters
    ----------
    chains : list of Chain
        One a candidate.

    Returns
    -------
    groups : list of list of int
        Numbers of candidates, in the order in which each start first appears.
    """
    first, groups = {}, {}
    for number, chain in enumerate(chains):
        starts = [chain.keys[:depth] for depth in range(len(chain.keys) + 1)]
        place = tuple(first.setdefault(start, number) for start in starts)
        groups.setdefault((place, chain.keys), []).append(number)
    return [groups[key] for key in sorted(groups)]


def _replace(pipeline, steps):
    pipeline.steps = [(name, steps.get(name, step)) for name, step in pipeline.steps]
    return pipeline


def _common(keys, others):
    n = 0
    while n < min(len(keys), len(others)) and keys[n] == others[n]:
        n += 1
    return keys[:n]


def _is_stateless(step):
    # Nobody knows whether a function treats each recording on its own.
    return not isinstance(step, FunctionTransformer) and not get_tags(step).requires_fit


def _asks_for(name, step, params):
    if not get_config()["enable_metadata_routing"]:
        return any(key.startswith(f"{name}__") for key in params)
    routing = get_routing_for_object(step)
    methods = "fit", "transform", "fit_transform"
    return any(routing.consumes(method, params) for method in methods)

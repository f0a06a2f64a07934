"""Which estimator inside the vote stands in which, and what reaches it."""

from sklearn import config_context, get_config
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

SEARCHES = (GridSearchCV, RandomizedSearchCV)


def steps(estimator):
    """Return the real steps of a pipeline, the last included; else none."""
    if not isinstance(estimator, Pipeline):
        return []
    return [step for _, step in estimator.steps if step not in (None, "passthrough")]


def last_step(estimator):
    """Return name and estimator of what gets the parameters of `fit`, or None."""
    if isinstance(estimator, Pipeline):
        return estimator.steps[-1][0] + "__", estimator.steps[-1][1]
    if isinstance(estimator, (*SEARCHES, CalibratedClassifierCV)):
        return "", estimator.estimator
    return "", None


def parts(estimator):
    """Return the estimator and everything nested in it that is fitted, each once."""
    found = [estimator]
    for name, value in estimator.get_params(deep=True).items():
        is_estimator = hasattr(value, "get_params") and not isinstance(value, type)
        # `init_from` is where the weights of a net begin: it has been fitted
        if is_estimator and "init_from" not in name.split("__"):
            found.append(value)
    return list({id(part): part for part in found}.values())


def on_all_windows(estimator):
    """Return what is fitted on all the windows: the estimator, steps of pipelines."""
    return [estimator, *(part for s in steps(estimator) for part in on_all_windows(s))]


def takes_groups(estimator, method="fit"):
    """Return whether something inside asks for the patients."""
    try:
        # RidgeClassifierCV asks itself without end where routing is off
        with config_context(enable_metadata_routing=True):
            routing = get_routing_for_object(estimator)
    except NotImplementedError:  # AdaBoost and others of scikit-learn, which take none
        return False
    return bool(routing.consumes(method, ["groups"]))


def takers_of_groups(estimator):
    """Return the parameters of `fit` by which patients reach what asks for them.

    Without metadata routing, pipelines, searches and calibration hand parameters on to
    what stands innermost. A search keeps `groups` for its splitter.

    Parameters
    ----------
    estimator : classifier
        With all that is nested in it.

    Returns
    -------
    takers : dict
        The taker of each parameter.
    """
    if get_config()["enable_metadata_routing"]:
        last = estimator
        while isinstance(last, Pipeline):
            last = last_step(last)[1]
        asks = takes_groups(estimator) and _may_hold_out(last)
        return {"groups": estimator} if asks else {}
    takers, path, owner = {}, "", None
    while estimator is not None:
        step, following = last_step(estimator)
        if isinstance(estimator, SEARCHES):
            asks = takes_groups(estimator.cv, "split")
        elif following is not None or isinstance(owner, SEARCHES):
            asks = False
        else:
            asks = takes_groups(estimator) and _may_hold_out(estimator)
        if asks:
            takers[path + "groups"] = estimator
        owner, path, estimator = estimator, path + step, following
    return takers


def _may_hold_out(estimator):
    """Return False for nets that hold nothing out."""
    return getattr(estimator, "early_stopping", True)

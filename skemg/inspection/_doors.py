"""The way of recordings and windows to the net inside a system, and back."""

import numpy as np
from sklearn.pipeline import Pipeline

from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

from ._recording_attribution import recording_attribution, refuse_no_signal


def explain_net(estimator, X, target, explain):
    """Explain what a net made of windows, wherever it stands.

    Parameters
    ----------
    estimator : NetClassifier, WindowVotingClassifier or Pipeline
        A fitted net, a vote of a net, or a pipeline that ends in such a vote.
    X : array-like, Windows or Recordings
        What the estimator predicts.
    target : label, array-like of shape (n_samples,) or None
        Which class is explained; None is the one that the estimator predicts.
    explain : callable
        Called as `explain(net, X, codes)` with plain windows, gives an array with a
        row a window.

    Returns
    -------
    attribution : ndarray, Windows or Recordings
        In the form of X.
    """
    if ends_in_vote(estimator):
        windows = estimator[:-1].transform(X)
        refuse_no_signal(windows)
        attribution = explain_net(estimator[-1], windows, target, explain)
        return recording_attribution(attribution, windows)
    vote = isinstance(estimator, WindowVotingClassifier)
    codes = codes_of(estimator, target, estimator.predict_proba(X))
    net = _net_of(estimator.estimator_ if vote else estimator)
    if vote and isinstance(X, Windows):
        values = explain(net, X.values, X.repeat(codes))
        return X.with_values(values, feature_names=X.feature_names)
    return explain(net, np.asarray(X), codes)


def ends_in_vote(estimator):
    """Whether this is a pipeline from recordings to a vote of windows."""
    return (
        isinstance(estimator, Pipeline)
        and len(estimator) > 1
        and isinstance(estimator[-1], WindowVotingClassifier)
    )


def codes_of(estimator, target, proba):
    """Return the place of the explained class of each sample in `classes_`."""
    if target is None:
        return proba.argmax(axis=1)
    classes = np.asarray(estimator.classes_)
    labels = np.asarray(target)
    if labels.ndim and labels.shape != (len(proba),):
        raise ValueError(
            f"target must be a class or one for each of the {len(proba)} samples, got "
            f"shape {labels.shape}"
        )
    found = np.broadcast_to(labels, len(proba))[:, np.newaxis] == classes
    if not found.any(axis=1).all():
        raise ValueError(f"target={target!r} is not among the classes {classes}")
    return found.argmax(axis=1)


def _net_of(estimator):
    """Return the net, or raise for what has no gradient."""
    if isinstance(estimator, Pipeline):
        if len(estimator) == 1:
            return _net_of(estimator[-1])
        raise ValueError(
            f"the steps before {type(estimator[-1]).__name__} in a Pipeline have no "
            "gradient: explain pipeline[-1] on pipeline[:-1].transform(X), scale with "
            "AmplitudeScaler before Windower, or use occlusion, which needs no gradient"
        )
    if hasattr(estimator, "attention_weights"):
        raise ValueError(
            f"{type(estimator).__name__} weighs whole windows: see its "
            "attention_weights, or use occlusion(pipeline, recordings)"
        )
    if not hasattr(estimator, "_score_gradient"):
        raise ValueError(
            f"{type(estimator).__name__} has no gradient, only the nets of skemg.nn "
            "have one; use occlusion, which works for any classifier"
        )
    return estimator

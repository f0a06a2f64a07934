"""What the classifier inside the vote gets in its `fit`."""

import warnings

import numpy as np
from sklearn import get_config
from sklearn.metrics import get_scorer
from sklearn.utils.metadata_routing import get_routing_for_object, process_routing
from sklearn.utils.validation import has_fit_parameter

from skemg.exceptions import SignalError
from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import check_sample_weight, num_samples

from ._inner_splits import split_now, splitters_of_patients
from ._nesting import SEARCHES, last_step, steps, takers_of_groups


def hand_on_rate(inner, sfreq):
    """Set every nested parameter named `sfreq` that is None to the rate of the windows.

    Inside the vote X is a plain array that has lost its rate. `inner` is our clone.
    """
    if sfreq is None:
        return
    for name, value in inner.get_params(deep=True).items():
        if name != "sfreq" and not name.endswith("__sfreq"):
            continue
        if value is None:
            inner.set_params(**{name: sfreq})
        elif value != sfreq:
            raise SignalError(
                f"{name}={value!r} inside the vote, but its windows have {sfreq:g} Hz; "
                f"leave {name} out"
            )


def inner_fit_params(vote, inner, windows, y, sample_weight, groups, fit_params):
    """Decide which weights, patients and other parameters the inner `fit` gets.

    Splitters that ask for patients get their folds here, and are to be given back.

    Parameters
    ----------
    vote : WindowVotingClassifier
        Whose `fit` was called.
    inner : classifier
        Its own clone of the estimator; requests may be set on it.
    windows : Windows
        The bags.
    y : ndarray of shape (n_recordings,)
        The classes.
    sample_weight, groups : array-like of shape (n_recordings,) or None
        As given to `fit`.
    fit_params : dict
        The other parameters given to `fit`.

    Returns
    -------
    params : dict
        Parameters of the inner `fit`, with an entry a window where they have one.
    splitters : list of (estimator, splitter)
        Whose `cv` is to be set again after the fit.
    """
    routing = get_config()["enable_metadata_routing"]
    if sample_weight is not None:
        sample_weight = check_sample_weight(
            sample_weight, windows.offsets[1:], ensure_non_negative=True
        )
    patients = resolve_groups(groups, windows, len(windows))
    weights = _balanced(vote.balance, windows, patients, sample_weight)
    params = dict(fit_params)
    if routing:
        if sample_weight is not None and vote.balance is None:
            params["sample_weight"] = sample_weight
        params = dict(process_routing(vote, "fit", **params).estimator.fit)
    params = {
        name: windows.repeat(value) if _has_entry_a_recording(value, windows) else value
        for name, value in params.items()
    }
    splitters = splitters_of_patients(inner)
    asks_for_groups = bool(splitters or takers_of_groups(inner))
    if weights is not None or asks_for_groups:
        _refuse_samplers(inner)
    if weights is not None and not (routing and vote.balance is None):
        prefix = _request_weights(inner) if routing else _prefix_of_weights(inner)
        params[prefix + "sample_weight"] = weights
    if asks_for_groups:
        groups = windows.repeat(_inner_groups(patients, windows))
        split_now(splitters, windows.repeat(y), groups)
        params |= dict.fromkeys(takers_of_groups(inner), groups)
    return params, splitters


def _balanced(balance, windows, patients, sample_weight):
    """Return a weight for each window, or None where all are one."""
    weights = None if sample_weight is None else windows.repeat(sample_weight)
    if balance is None:
        return weights
    if balance == "recording":
        unit = np.arange(len(windows))
    elif patients is None:
        raise ValueError(
            'balance="patient" needs the patients: pass Recordings(groups=...) or '
            "fit(groups=...)"
        )
    else:
        unit = np.unique(patients, return_inverse=True)[1]
    n_windows_of_unit = np.bincount(unit, weights=windows.counts)
    share = windows.n_windows / len(n_windows_of_unit) / n_windows_of_unit[unit]
    return windows.repeat(share) * (1.0 if weights is None else weights)


def _inner_groups(patients, windows):
    if patients is not None:
        return patients
    warnings.warn(
        "patients unknown: pass Recordings(groups=...); until then every recording "
        "counts as a patient of its own where data are held out",
        UserWarning,
        stacklevel=4,
    )
    return np.arange(len(windows))


def _has_entry_a_recording(value, windows):
    if isinstance(value, str | dict) or not hasattr(value, "__len__"):
        return False
    return num_samples(value) == len(windows)


def _prefix_of_weights(inner):
    """Return the prefix of `sample_weight`; refuse where nothing takes it."""
    prefix, last = "", inner
    while not has_fit_parameter(last, "sample_weight"):
        name, following = last_step(last)
        if following is None:
            raise ValueError(
                f"{last!r} takes no sample_weight, so weights and balance have no "
                "effect; choose another classifier or balance=None"
            )
        prefix, last = prefix + name, following
    return prefix


def _request_weights(inner):
    """Ask on our own clone that the last step gets the weights, and only it."""
    _prefix_of_weights(inner)
    while (last := last_step(inner)[1]) is not None:
        for step in steps(inner)[:-1]:
            if has_fit_parameter(step, "sample_weight"):
                asked = get_routing_for_object(step).consumes("fit", ["sample_weight"])
                step.set_fit_request(sample_weight=bool(asked))
        if isinstance(inner, SEARCHES):
            _score_without_weights(inner)
        if has_fit_parameter(last, "sample_weight"):
            last.set_fit_request(sample_weight=True)
        inner = last
    return ""


def _score_without_weights(search):
    """Let the scores of a search ignore the weights, as they do without routing."""
    name = "accuracy" if search.scoring is None else search.scoring
    if isinstance(name, str):
        scorer = get_scorer(name).set_score_request(sample_weight=False)
        search.set_params(scoring=scorer)


def _refuse_samplers(inner):
    for step in steps(inner):
        if hasattr(step, "fit_resample"):
            raise ValueError(
                f"{step!r} changes the number of windows, so groups or weights of the "
                "windows no longer fit what follows it; use balance=, class_weight= or "
                "the augment= of a net instead"
            )

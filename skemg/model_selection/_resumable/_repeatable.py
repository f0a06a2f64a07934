"""What a resumed search must have to be the same search: fixed folds and seeds."""

from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, NuSVC

from ._digest import digest


def refuse_changing_folds(cv, folds, again):
    """Raise where a second call of `split` gives other folds than the first."""
    if digest(folds) != digest(again):
        raise ValueError(
            f"cv={cv} gives other folds with each call, so a search cannot be resumed; "
            "give it an integer random_state, or pass journal=None"
        )


def unseeded(estimators):
    """Return the names of the parameters `random_state` that are None and used."""
    names = set()
    for estimator in estimators:
        params = estimator.get_params(deep=True)
        for name, value in params.items():
            owner, _, last = name.rpartition("__")
            if last == "random_state" and value is None:
                step = params[owner] if owner else estimator
                if not _ignores_its_seed(step):
                    names.add(name)
    return sorted(names)


def _ignores_its_seed(step):
    if isinstance(step, SVC | NuSVC):
        return step.probability is not True  # it draws for the probabilities alone
    if isinstance(step, LogisticRegression):
        return step.solver not in ("liblinear", "sag", "saga")
    return False

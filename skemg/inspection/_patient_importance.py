"""What a model loses, over patients, when a feature is permuted."""

import numbers

import numpy as np
from joblib import Parallel, delayed
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import Bunch, check_random_state, check_scalar

from skemg.metrics import patient_scorer
from skemg.signals import Recordings, Windows
from skemg.utils._groups import resolve_groups
from skemg.utils._sklearn import num_samples


def patient_importance(
    estimator,
    X,
    y,
    *,
    groups=None,
    features=None,
    scoring="balanced_accuracy",
    n_repeats=5,
    random_state=None,
    n_jobs=None,
):
    """Permute the features of unseen patients and count how many are answered worse.

    The last step of a pipeline gets its table with a column permuted over all rows
    [1]_, be they windows or recordings; its answers vote for patients, and the loss is
    that of the score over patients. Columns that tell the same hide each other: name
    groups of them in `features`. A score that counts right answers loses nothing until
    an answer changes; "roc_auc_ovr" and "neg_log_loss" rank finer. Read more in the
    :ref:`User Guide <displays>`.

    Parameters
    ----------
    estimator : classifier
        Fitted on other patients. Before the last step of a pipeline stand features: a
        table, or `Windows` of features. A classifier by itself has them as X.
    X : Recordings, Windows, list of arrays or array-like of shape (n_recordings, ...)
        What the estimator predicts; a table, a row a recording, where features were
        computed before.
    y : array-like of shape (n_recordings,)
        Classes, one for all recordings of a patient.
    groups : array-like of shape (n_recordings,), default=None
        The patient of each recording, where X does not carry them.
    features : dict of str to list of str, default=None
        Names of columns that are permuted together, by a name for them. None permutes
        each column by itself.
    scoring : str, default="balanced_accuracy"
        Name of a classification score of scikit-learn.
    n_repeats : int, default=5
        Number of permutations of each feature.
    random_state : int, RandomState instance or None, default=None
        Seed of the permutations.
    n_jobs : int, default=None
        Number of features at a time; the result does not depend on it.

    Returns
    -------
    result : Bunch
        `names` of shape (n_features,); `importances` of shape (n_features, n_repeats),
        the losses; their `importances_mean` and `importances_std`; and `score`, that
        of the table as it is.

    Raises
    ------
    ValueError
        If the patients are unknown, there are no features before the last step, a
        classifier by itself gets recordings, or `features` is no dict or names a column
        that is not there.

    See Also
    --------
    sklearn.inspection.permutation_importance : Counts rows, not patients.

    References
    ----------
    .. [1] Breiman, L. (2001). "Random forests." Machine Learning, 45, 5-32.
       doi:10.1023/A:1010933404324

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skemg.features import TimeDomainFeatures
    >>> from skemg.inspection import patient_importance
    >>> from skemg.signals import Recordings
    >>> from skemg.windowing import Windower, WindowVotingClassifier
    >>> rng = np.random.default_rng(0)
    >>> emg = Recordings.from_array(
    ...     rng.normal(size=(8, 1000)) * np.tile([[1], [9]], (4, 1)),
    ...     sfreq=1000,
    ...     groups=np.arange(8),
    ... )
    >>> y = ["rest", "active"] * 4
    >>> pipe = make_pipeline(
    ...     Windower(length=0.2, hop=0.2),
    ...     TimeDomainFeatures(["rms", "ssc"], threshold=0),
    ...     WindowVotingClassifier(LogisticRegression()),
    ... )
    >>> result = patient_importance(pipe.fit(emg, y), emg, y, random_state=0)
    >>> result.names[result.importances_mean.argmax()]
    'rms'
    """
    check_scalar(n_repeats, "n_repeats", numbers.Integral, min_val=1)
    estimator = getattr(estimator, "best_estimator_", estimator)
    steps, classifier = None, estimator
    if isinstance(estimator, Pipeline):
        steps, classifier = estimator[:-1], estimator[-1]
    if not steps and isinstance(X, Recordings):
        raise ValueError(
            "patient_importance permutes features, and X holds signals: pass a fitted "
            "pipeline with features before its last step, or a table of features, got "
            f"{estimator!r}"
        )
    patients = resolve_groups(groups, X, num_samples(X))
    if patients is None:
        raise ValueError(
            "patient_importance does not know the patients: pass "
            "Recordings(groups=...) or groups="
        )
    table = steps.transform(X) if steps else X
    values = table.values if isinstance(table, Windows) else np.asarray(table)
    if values.ndim != 2 or getattr(table, "n_times", None) is not None:
        raise ValueError(
            f"the last step {type(classifier).__name__} sees signals or images, no "
            "features; see saliency and occlusion"
        )
    columns = _columns(_names(steps, table, values.shape[1]), features)
    score = _Score(classifier, table, y, patients, scoring)
    seeds = check_random_state(random_state).randint(2**31 - 1, size=len(columns))
    as_it_is = score(values)
    scores = Parallel(n_jobs=n_jobs)(
        delayed(_permuted)(score, values, picked, n_repeats, seed)
        for picked, seed in zip(columns.values(), seeds, strict=True)
    )
    losses = as_it_is - np.array(scores)
    return Bunch(
        names=np.array(list(columns), dtype=object),
        importances=losses,
        importances_mean=losses.mean(axis=1),
        importances_std=losses.std(axis=1),
        score=as_it_is,
    )


class _Score:
    """The score over patients that the last step reaches with other values."""

    def __init__(self, classifier, table, y, patients, scoring):
        self.classifier = classifier
        self.table = table
        self.y = y
        self.patients = patients
        self.scorer = patient_scorer(scoring)

    def __call__(self, values):
        seen = values
        if hasattr(self.table, "iloc"):  # a DataFrame, of set_output
            seen = type(self.table)(values, self.table.index, self.table.columns)
        elif isinstance(self.table, Windows):
            names = self.table.feature_names
            seen = self.table.with_values(values, feature_names=names)
        return self.scorer.score_recordings(
            self.classifier, seen, self.y, self.patients
        )


def _permuted(score, values, columns, n_repeats, seed):
    """Return the scores with the columns permuted, all of a row together."""
    rng = np.random.default_rng(seed)
    scores = []
    for _ in range(n_repeats):
        changed = values.copy()
        changed[:, columns] = values[rng.permutation(len(values))][:, columns]
        scores.append(score(changed))
    return scores


def _names(steps, table, n_columns):
    """Return the names of the columns that the last step sees."""
    names = getattr(table, "feature_names", None)
    if names is None and not isinstance(table, Windows):
        names = getattr(table, "columns", None)  # a DataFrame, of set_output
        names = _names_out(steps, None) if names is None else names
    if names is None or len(names) != n_columns:
        names = [f"x{i}" for i in range(n_columns)]
    return [str(name) for name in names]


def _names_out(step, names):
    """Return the names of what a step gives, or None.

    Pipelines and unions of scikit-learn have names only where all of their steps have
    them; those that give recordings or windows have none.
    """
    if isinstance(step, Pipeline):
        for _, inner in step.steps:
            names = _names_out(inner, names)
        return names
    if isinstance(step, FeatureUnion):
        parts = {
            name: _names_out(inner, names) for name, inner in step.transformer_list
        }
        if any(part is None for part in parts.values()):
            return None
        verbose = step.verbose_feature_names_out
        return [
            f"{name}__{column}" if verbose else column
            for name, part in parts.items()
            for column in part
        ]
    if hasattr(step, "get_feature_names_out"):
        return step.get_feature_names_out(names)
    return names


def _columns(names, features):
    """Return the numbers of the columns that are permuted together, by name."""
    if features is None:
        return {name: [i] for i, name in enumerate(names)}
    if not isinstance(features, dict) or not features:
        raise ValueError(
            "features must be a dict, {name: columns that are permuted together}, got "
            f"{features!r}"
        )
    for group, members in features.items():
        unknown = [name for name in members if name not in names]
        if unknown or not members:
            raise ValueError(
                f"features[{group!r}] names {unknown or 'no column'}; the columns are "
                f"{names[:5]}... ({len(names)} of them)"
            )
    return {
        group: [names.index(name) for name in members]
        for group, members in features.items()
    }

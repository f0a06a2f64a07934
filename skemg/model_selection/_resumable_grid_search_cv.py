"""A grid search that goes on where it was killed."""

import contextlib
import itertools
import numbers
import os
import time
import warnings
from dataclasses import replace
from operator import attrgetter

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, ParameterGrid, check_cv
from sklearn.utils import indexable
from sklearn.utils.metadata_routing import MethodMapping

from ._patient_kfold import PatientKFold
from ._resumable._cell import Bench
from ._resumable._fingerprint import fingerprint
from ._resumable._journal import Journal, NoJournal
from ._resumable._prefix import (
    PrefixOutputs,
    in_order,
    stateless_chain,
    with_fitted_chain,
    without_chain,
)
from ._resumable._repeatable import refuse_changing_folds, unseeded
from ._resumable._sklearn import (
    check_method_params,
    insert_error_scores,
    warn_or_raise_about_fit_failures,
)
from ._resumable._workers import run_cells


class ResumableGridSearchCV(GridSearchCV):
    """scikit-learn's grid search, with a journal and with features computed once.

    The scores are those of :class:`~sklearn.model_selection.GridSearchCV`. Each
    finished fit is written to the journal at once, so a search that was killed goes on
    where it was. The first steps of a pipeline that learn nothing, such as filters,
    windows and features, are computed once for all folds. Read more in the
    :ref:`User Guide <resumable_search>`.

    Parameters
    ----------
    estimator : estimator
        What is fitted for each candidate.
    param_grid : dict or list of dict
        The values of each parameter; every combination is a candidate.
    journal : path-like, default=None
        File of the finished fits. Where it exists, the search goes on from it. None
        keeps no journal.
    share_prefix : bool, default=True
        Whether the first steps of a Pipeline whose tag `requires_fit` is False are
        computed once for all folds; they must treat each recording on its own, as all
        such steps of skemg do. A `FunctionTransformer` and what stands behind it are
        computed in each fold.
    scoring : str, callable, list, tuple or dict, default=None
        The score or scores.
    n_jobs : int, default=None
        Number of fits at a time; None means 1, -1 all processors.
    refit : bool, str or callable, default=True
        Whether the best candidate is fitted on all data; with several scores, the name
        of the one that chooses, or a function of `cv_results_`.
    cv : int, cross-validation generator or iterable, default=None
        The folds. None is :class:`PatientKFold` with five folds, an integer that many
        patient folds: other than in scikit-learn, patients stay apart. Folds of rows
        must be asked for by name, as `StratifiedKFold(5)`.
    verbose : int, default=0
        With 1 or more, show a progress bar.
    pre_dispatch : int or str, default="2*n_jobs"
        Fits that are handed to the workers beforehand.
    error_score : "raise" or float, default=nan
        Score of a candidate that cannot be fitted. It is also that of a fit whose
        worker process was killed twice. A `MemoryError` is raised always.
    return_train_score : bool, default=False
        Whether `cv_results_` has the scores of the training data.

    Attributes
    ----------
    n_resumed_ : int
        Number of fits that were taken from the journal.
    cv_results_ : dict of ndarray
        The scores and times of each candidate; times too come from the journal.
    best_estimator_ : estimator
        The best candidate, fitted on all data; there with `refit`.
    best_score_ : float
        Its mean score.
    best_params_ : dict
        Its parameters.
    best_index_ : int
        Its row in `cv_results_`.
    scorer_, multimetric_, n_splits_, refit_time_
        As for :class:`~sklearn.model_selection.GridSearchCV`.

    Raises
    ------
    RuntimeError
        If another process has the journal open.
    ValueError
        If the journal is of another search (the message names what differs), if `cv`
        gives other folds with each call and a journal is kept, or if no candidate has
        a score that is a number. If the patients are unknown and `cv` is no splitter.
    OSError
        If the journal cannot be written; the search stops, and goes on later.

    See Also
    --------
    PatientKFold : Folds of whole patients.

    Notes
    -----
    A resumed search has the `cv_results_` of one that ran through, bit by bit. So a
    journal is refused where data, estimator, candidates, folds, scores or versions
    differ; `n_jobs`, `refit` and `verbose` may. It warns of steps with
    `random_state=None`, whose scores differ with each run.

    A scorer sees the pipeline with "passthrough" in place of the shared steps, and
    their output as X. The callbacks of scikit-learn are not called.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.features import LogSpectrum
    >>> from skemg.model_selection import PatientKFold, ResumableGridSearchCV
    >>> from skemg.windowing import Windower, WindowVotingClassifier
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> pipeline = make_pipeline(
    ...     Windower(length=0.1), LogSpectrum(), WindowVotingClassifier()
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for _ in range(2):
    ...         search = ResumableGridSearchCV(
    ...             pipeline,
    ...             {"windower__length": [0.1, 0.2]},
    ...             journal=Path(folder) / "search.journal",
    ...             cv=PatientKFold(2),
    ...         ).fit(emg.data, emg.target)
    ...         print(search.n_resumed_, "of 4 fits were in the journal")
    0 of 4 fits were in the journal
    4 of 4 fits were in the journal
    """

    def __init__(
        self,
        estimator,
        param_grid,
        *,
        journal=None,
        share_prefix=True,
        scoring=None,
        n_jobs=None,
        refit=True,
        cv=None,
        verbose=0,
        pre_dispatch="2*n_jobs",
        error_score=np.nan,
        return_train_score=False,
    ):
        super().__init__(
            estimator=estimator,
            param_grid=param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.journal = journal
        self.share_prefix = share_prefix

    def fit(self, X, y=None, **params):
        """Score each candidate in each fold, and fit the best one on all data.

        Parameters
        ----------
        X : Recordings, Windows or array-like of shape (n_recordings, ...)
            The data.
        y : array-like of shape (n_recordings,), default=None
            The classes.
        **params : dict
            `groups`, and what the estimator takes, as for
            :class:`~sklearn.model_selection.GridSearchCV`.

        Returns
        -------
        self : ResumableGridSearchCV
            The fitted search.
        """
        self._validate_params()
        if not isinstance(self.journal, str | os.PathLike | None):
            raise ValueError(f"journal must be a path or None, got {self.journal!r}")
        X, y = indexable(X, y)
        params = check_method_params(X, params)
        scorers, _ = self._get_scorers()
        routed = self._get_routed_params_for_fit(params)
        candidates = list(ParameterGrid(self.param_grid))
        folds = self._split(X, y, routed.splitter.split)
        bench = Bench(
            X,
            y,
            folds,
            scorers,
            routed.estimator.fit,
            routed.scorer.score,
            self.return_train_score,
            self.error_score,
        )
        asked = {**bench.fit_params, **bench.score_params}
        chains = [self._chain(candidate, asked) for candidate in candidates]
        prefix = PrefixOutputs(X, y)
        self.n_splits_ = len(folds)
        with self._open_journal(X, y, params, candidates, folds, chains) as journal:
            self.n_resumed_ = len(journal.results)
            self._evaluate(bench, chains, prefix, journal)
        self._tabulate(candidates, journal.results)
        self.scorer_ = getattr(scorers, "_scorers", scorers)
        self._choose()
        if self.refit:
            self._refit(prefix, chains[self.best_index_], y, bench.fit_params)
        return self

    def get_metadata_routing(self):
        """Return where `fit` sends patients and other metadata.

        Returns
        -------
        routing : MetadataRouter
            As scikit-learn's metadata routing asks for it.
        """
        mapping = MethodMapping().add(caller="fit", callee="split")
        return (
            super()
            .get_metadata_routing()
            .add(splitter=self._splitter(), method_mapping=mapping)
        )

    def _split(self, X, y, params):
        cv = check_cv(self._splitter(), y, classifier=is_classifier(self.estimator))
        folds = list(cv.split(X, y, **params))
        if not folds:
            raise ValueError(f"cv={cv} gives no folds")
        if self.journal is not None:
            refuse_changing_folds(cv, folds, list(cv.split(X, y, **params)))
        return folds

    def _splitter(self):
        if self.cv is None or isinstance(self.cv, numbers.Integral):
            return PatientKFold(5 if self.cv is None else self.cv)
        return self.cv

    def _chain(self, candidate, asked):
        estimator = clone(self.estimator).set_params(**clone(candidate, safe=False))
        return stateless_chain(estimator, asked if self.share_prefix else None)

    def _open_journal(self, X, y, params, candidates, folds, chains):
        if self.journal is None:
            return NoJournal()
        if names := unseeded([chain.estimator for chain in chains]):
            warnings.warn(
                f"{', '.join(names)} is None, so a resumed search differs from one "
                "that ran through; give an integer",
                stacklevel=3,
            )
        search = fingerprint(self, X, y, params, candidates, folds)
        return Journal(self.journal, search)

    def _evaluate(self, bench, chains, prefix, journal):
        """Compute the cells that are not in the journal."""
        from tqdm import tqdm

        cells = [
            [
                (candidate, fold)
                for candidate in group
                for fold in range(self.n_splits_)
                if (candidate, fold) not in journal.results
            ]
            for group in in_order(chains)
        ]
        cells = [group for group in cells if group]  # one list a chain
        heads = [chains[group[0][0]] for group in cells]
        with tqdm(
            total=len(chains) * self.n_splits_,
            initial=self.n_resumed_,
            unit="fit",
            disable=self.verbose < 1,
        ) as bar:
            for i, group in enumerate(cells):
                results = self._results(bench, chains, prefix, group, heads[i:])
                with contextlib.closing(results):  # stops the workers on an error
                    for cell, result in results:
                        journal.append(cell, result)
                        bar.update()

    def _results(self, bench, chains, prefix, group, heads):
        """Compute the cells of one chain, the first of `heads`."""
        try:
            _, X = prefix.compute(heads[0], heads[1:])
            rest = without_chain
        except MemoryError:
            raise
        except Exception:  # let each fold fail and say why
            X, rest = bench.X, attrgetter("estimator")
        return run_cells(
            replace(bench, X=X),
            {number: rest(chains[number]) for number, _ in group},
            group,
            n_jobs=self.n_jobs,
            pre_dispatch=self.pre_dispatch,
        )

    def _tabulate(self, candidates, results):
        cells = itertools.product(range(len(candidates)), range(self.n_splits_))
        out = [results[cell] for cell in cells]
        warn_or_raise_about_fit_failures(out, self.error_score)
        if callable(self.scoring):  # only its results tell the names of its scores
            insert_error_scores(out, self.error_score)
        self.multimetric_ = isinstance(out[0]["test_scores"], dict)
        if callable(self.scoring) and self.multimetric_:
            self._check_refit_for_multimetric(out[0]["test_scores"])
        self.cv_results_ = self._format_results(candidates, self.n_splits_, out)

    def _choose(self):
        if self.multimetric_ and not self.refit:
            return
        metric = self.refit if self.multimetric_ else "score"
        best = self._select_best_index(self.refit, metric, self.cv_results_)
        if not callable(self.refit):
            score = self.cv_results_[f"mean_test_{metric}"][best]
            if np.isnan(score):
                raise ValueError(
                    f"no candidate has a {metric} in every fold, so none is the best; "
                    "the warnings say why, and cv_results_ holds what there is"
                )
            self.best_score_ = score
        self.best_index_ = best
        self.best_params_ = self.cv_results_["params"][best]

    def _refit(self, prefix, chain, y, fit_params):
        start = time.perf_counter()
        steps, X = prefix.compute(chain)
        data = (X,) if y is None else (X, y)
        rest = without_chain(chain).fit(*data, **fit_params)
        self.best_estimator_ = with_fitted_chain(rest, chain, steps)
        self.refit_time_ = time.perf_counter() - start
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_

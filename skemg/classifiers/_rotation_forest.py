"""Rotation forest."""

import numbers

import numpy as np
from scipy.sparse import coo_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.utils._number import check_number

from ._weights import weigh


class RotationForestClassifier(ClassifierMixin, BaseEstimator):
    """Classify by trees, each of which sees the features in axes of its own.

    A plain table in, a class a row out: it stands where a random forest may stand. For
    each tree the standardised features are split at random into small subsets. Each
    subset is turned to the principal axes of a bootstrap sample of some of the classes,
    and all axes are kept, so that a tree can cut obliquely and loses nothing [1]_. The
    tree is grown on all samples, and the forest averages probabilities. Read more in
    the :ref:`User Guide <rotation-forest>`.

    Parameters
    ----------
    n_estimators : int, default=50
        Number of trees.
    n_features_per_subset : int, default=3
        Features that are rotated together; the last subset may have fewer.
    max_samples : float, default=0.75
        Size of a bootstrap sample, as a share of the samples of the classes that were
        drawn for the subset. Each class is drawn with probability 1/2, at least one.
    criterion : {"entropy", "gini", "log_loss"}, default="entropy"
        What the trees minimise. Those of the source are C4.5, which uses entropy too.
    max_depth : int, default=None
        Depth of the trees; None does not prune.
    min_samples_leaf : int or float, default=1
        Samples of a leaf at least, or their share.
    min_weight_fraction_leaf : float, default=0.0
        Share of all weights that a leaf has at least. In trees that are not pruned
        class weights hardly matter.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class in the trees, or n / (n_classes * n_c).
    n_jobs : int, default=None
        Number of threads. The result is the same for any.
    random_state : int, RandomState instance or None, default=None
        Seed of the subsets, samples and trees.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes.
    estimators_ : list of DecisionTreeClassifier
        The trees; their classes are the indices of `classes_`.
    rotations_ : list of sparse array of shape (n_features, n_features)
        What each tree multiplies standardised samples with, from the right.
    scaler_ : StandardScaler
        Mean and standard deviation of the features.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, where X had names.

    Raises
    ------
    ValueError
        If a parameter is out of range or there is one class only.

    See Also
    --------
    sklearn.ensemble.RandomForestClassifier : Trees that cut along the features.

    References
    ----------
    .. [1] Rodríguez, J. J., Kuncheva, L. I., Alonso, C. J. (2006). "Rotation forest: a
       new classifier ensemble method." IEEE Transactions on Pattern Analysis and
       Machine Intelligence, 28(10). doi:10.1109/TPAMI.2006.211

    Examples
    --------
    The border runs between the features, where a tree needs a staircase.

    >>> import numpy as np
    >>> from skemg.classifiers import RotationForestClassifier
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> y = np.where(X.sum(axis=1) > 0, "above", "below")
    >>> forest = RotationForestClassifier(20, random_state=0).fit(X[:200], y[:200])
    >>> tree = DecisionTreeClassifier(random_state=0).fit(X[:200], y[:200])
    >>> forest.score(X[200:], y[200:]) > tree.score(X[200:], y[200:]) + 0.05
    True
    """

    def __init__(
        self,
        n_estimators=50,
        *,
        n_features_per_subset=3,
        max_samples=0.75,
        criterion="entropy",
        max_depth=None,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        class_weight=None,
        n_jobs=None,
        random_state=None,
    ):
        self.n_estimators = n_estimators
        self.n_features_per_subset = n_features_per_subset
        self.max_samples = max_samples
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Draw the rotations and grow the trees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.
        y : array-like of shape (n_samples,)
            The class of each sample.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample in the scaling and in the trees. The bootstrap draws
            all samples alike, but never one of weight zero.

        Returns
        -------
        self : RotationForestClassifier
            The fitted classifier.
        """
        self._check_parameters()
        X, y = validate_data(self, X, y, dtype=np.float64)
        kept, self.classes_, codes, weight = weigh(self, X, y, sample_weight)
        self.scaler_ = StandardScaler().fit(X[kept], sample_weight=weight)
        X = self.scaler_.transform(X[kept])
        members = [np.flatnonzero(codes == k) for k in range(len(self.classes_))]
        seeds = check_random_state(self.random_state).randint(
            np.iinfo(np.int32).max, size=self.n_estimators
        )
        grown = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(self._grow)(X, codes, weight, members, seed) for seed in seeds
        )
        self.rotations_ = [rotation for rotation, _ in grown]
        self.estimators_ = [tree for _, tree in grown]
        return self

    def predict_proba(self, X):
        """Return the mean of the probabilities of the trees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            Probabilities, in the order of `classes_`.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        X = self.scaler_.transform(X)
        proba = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(_tree_proba)(tree, X, rotation)
            for tree, rotation in zip(self.estimators_, self.rotations_, strict=True)
        )
        return np.mean(proba, axis=0)

    def predict(self, X):
        """Return the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]

    def _check_parameters(self):
        check_scalar(self.n_estimators, "n_estimators", numbers.Integral, min_val=1)
        check_scalar(
            self.n_features_per_subset,
            "n_features_per_subset",
            numbers.Integral,
            min_val=1,
        )
        check_number(
            self.max_samples,
            "max_samples",
            min_val=0,
            max_val=1,
            include_boundaries="right",
        )

    def _grow(self, X, codes, weight, members, seed):
        rng = np.random.RandomState(seed)
        rotation = _draw_rotation(
            X, members, self.n_features_per_subset, self.max_samples, rng
        )
        tree = DecisionTreeClassifier(
            criterion=self.criterion,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            min_weight_fraction_leaf=self.min_weight_fraction_leaf,
            random_state=rng.randint(np.iinfo(np.int32).max),
        )
        return rotation, tree.fit(X @ rotation, codes, sample_weight=weight)


def _draw_rotation(X, members, n_together, share, rng):
    """Return a matrix that is block-diagonal after a permutation of the features."""
    order = rng.permutation(X.shape[1])
    blocks, rows, columns = [], [], []
    for start in range(0, len(order), n_together):
        subset = order[start : start + n_together]
        drawn = rng.randint(2, size=len(members)).astype(bool)
        if not drawn.any():
            drawn[rng.randint(len(members))] = True
        pool = np.concatenate([m for m, d in zip(members, drawn, strict=True) if d])
        sample = rng.choice(pool, max(1, round(share * len(pool))))
        centred = X[np.ix_(sample, subset)]
        centred -= centred.mean(axis=0)
        # Of the scatter matrix eigh gives a whole basis, however few samples there are.
        blocks.append(np.linalg.eigh(centred.T @ centred).eigenvectors.ravel())
        rows.append(np.repeat(subset, len(subset)))
        columns.append(np.tile(subset, len(subset)))
    cells = (np.concatenate(rows), np.concatenate(columns))
    shape = (len(order), len(order))
    return coo_array((np.concatenate(blocks), cells), shape=shape).tocsr()


def _tree_proba(tree, X, rotation):
    return tree.predict_proba(X @ rotation)

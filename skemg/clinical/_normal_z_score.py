"""How far a measure lies from those of normal patients."""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skemg.exceptions import SignalError
from skemg.signals._checks import as_groups
from skemg.utils._sklearn import check_feature_names_in

_UNKNOWN = ("raise", "all", "nan")
_FEWEST = 2  # normal patients; one alone has no spread


class NormalZScore(TransformerMixin, BaseEstimator):
    """Say how many standard deviations a measure lies from normal, muscle by muscle.

    A table in, a table of the same rows out. One column names the muscle, all others
    are numbers; each becomes (value - mean) / SD of the normal patients of `fit` in the
    same muscle, as reference values of a laboratory are used. The column of muscles is
    not given out. NaN stays NaN. Read more in the
    :ref:`User Guide <clinical_tables>`.

    With `groups` all normal patients of a muscle weigh the same, however many
    recordings they have; without, all of their rows do. The SD is that of a sample, as
    with `ddof=1`; where normal values do not vary, it is taken as 1 (our choice).

    Parameters
    ----------
    by : str, int or None, default="muscle"
        The column of muscles: its name in a DataFrame, or its number. None compares
        with all normal patients, whatever their muscle.
    normal : str or int, default="normal"
        The class in `y` of normal patients.
    unknown : {"raise", "all", "nan"}, default="raise"
        What a muscle with fewer than two normal patients in `fit` gives: an error, the
        comparison with all normal patients, or NaN. Where that holds for a single
        measure only, because it is NaN in the others, it gives the comparison with all
        for "all" and NaN else.

    Attributes
    ----------
    muscles_ : ndarray of shape (n_muscles,)
        The muscles with two normal patients or more.
    mean_, scale_ : ndarray of shape (n_muscles, n_measures)
        Mean and standard deviation of the normal patients; NaN with fewer than two.
    n_normal_ : ndarray of int of shape (n_muscles,)
        What the mean of each muscle is of: its normal patients where `fit` got
        `groups`, its normal rows otherwise.
    n_features_in_ : int
        Number of columns in `fit`.
    feature_names_in_ : ndarray of str of shape (n_columns,)
        Their names, where X was a DataFrame.

    Raises
    ------
    ValueError
        If `by` or `unknown` is not known, or there is no normal row.
    SignalError
        If a column holds no numbers, or a muscle, or the whole of the training, has too
        few normal patients.

    See Also
    --------
    RecordingMetadata : The muscle of each recording as a column.

    Examples
    --------
    The biceps of three normal people and of a patient; durations in ms:

    >>> import numpy as np
    >>> from skemg.clinical import NormalZScore
    >>> table = np.array(
    ...     [[9, "biceps"], [10, "biceps"], [11, "biceps"], [14, "biceps"]], object
    ... )
    >>> y = ["normal", "normal", "normal", "neuropathic"]
    >>> NormalZScore(by=1).fit_transform(table, y, groups=["a", "b", "c", "d"])
    array([[-1.],
           [ 0.],
           [ 1.],
           [ 4.]])
    """

    __metadata_request__fit = {"groups": True}

    def __init__(self, by="muscle", *, normal="normal", unknown="raise"):
        self.by = by
        self.normal = normal
        self.unknown = unknown

    def fit(self, X, y, groups=None):
        """Learn mean and standard deviation of the normal patients of each muscle.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_recordings, n_columns)
            Measures, and a column with the muscle.
        y : array-like of shape (n_recordings,)
            The classes.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each row.

        Returns
        -------
        self : NormalZScore
            The step itself.
        """
        if self.unknown not in _UNKNOWN:
            raise ValueError(f"unknown must be one of {_UNKNOWN}, got {self.unknown!r}")
        if y is None:
            raise ValueError(
                "NormalZScore requires y to be passed, but the target y is None: it "
                "learns from the rows of normal patients"
            )
        values, muscles = self._split(X, reset=True)
        y = np.asarray(y)
        if y.shape != (len(values),):
            raise ValueError(f"y must have shape ({len(values)},), got {y.shape}")
        patients = as_groups(groups, len(values))
        normal = y == self.normal
        if not normal.any():
            raise ValueError(
                f"y has no row of class normal={self.normal!r}, only "
                f"{np.unique(y).tolist()[:5]}"
            )
        counted = "patient" if patients is not None else "row"
        patients = np.arange(len(values)) if patients is None else patients
        values, muscles, patients = values[normal], muscles[normal], patients[normal]
        n_patients = len(np.unique(patients))
        if n_patients < _FEWEST and self.unknown != "nan":
            raise SignalError(
                f"fit got {n_patients} normal {counted} (n_samples={len(values)}), and "
                f"{_FEWEST} are the fewest that have a spread; pass more, or "
                'unknown="nan"'
            )
        self._mean_of_all, self._scale_of_all = _moments(values, patients)
        counts = {
            muscle: len(np.unique(patients[muscles == muscle]))
            for muscle in sorted(set(muscles.tolist()) - {None}, key=str)
        }
        known = [muscle for muscle, count in counts.items() if count >= _FEWEST]
        moments = [
            _moments(values[muscles == muscle], patients[muscles == muscle])
            for muscle in known
        ]
        shape = (len(known), values.shape[1])
        self.muscles_ = np.array(known, object)
        self.mean_ = np.reshape([mean for mean, _ in moments], shape)
        self.scale_ = np.reshape([scale for _, scale in moments], shape)
        self.n_normal_ = np.array([counts[muscle] for muscle in known], int)
        return self

    def transform(self, X):
        """Compare each row with the normal patients of its muscle.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_recordings, n_columns)
            Measures, and a column with the muscle.

        Returns
        -------
        table : ndarray of shape (n_recordings, n_measures)
            Standard deviations from normal.
        """
        check_is_fitted(self, "mean_")
        values, muscles = self._split(X, reset=False)
        number = {muscle: i for i, muscle in enumerate(self.muscles_.tolist())}
        of_row = np.array([number.get(muscle, -1) for muscle in muscles.tolist()], int)
        unknown = np.flatnonzero(of_row < 0)
        if self.unknown == "raise" and len(unknown):
            raise SignalError(
                f"row {unknown[0]} is of {muscles[unknown[0]]!r}, of which fit saw "
                f"fewer than {_FEWEST} normal patients; known are "
                f'{self.muscles_.tolist()}; pass unknown="all" to compare with the '
                'normal patients of all muscles, or unknown="nan"'
            )
        nowhere = np.full((1, values.shape[1]), np.nan)  # where -1 points to
        mean = np.concatenate([self.mean_, nowhere])[of_row]
        scale = np.concatenate([self.scale_, nowhere])[of_row]
        if self.unknown == "all":
            mean = np.where(np.isnan(mean), self._mean_of_all, mean)
            scale = np.where(np.isnan(scale), self._scale_of_all, scale)
        return (values - mean) / scale

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the columns, where X was no DataFrame.

        Returns
        -------
        names : ndarray of str of shape (n_measures,)
            Such as "ip_turns_per_s_z".
        """
        check_is_fitted(self, "mean_")
        names = check_feature_names_in(self, input_features)
        if self.by is not None:
            names = np.delete(names, self._column())
        return np.array([f"{name}_z" for name in names], dtype=object)

    def _split(self, X, *, reset):
        """Return the measures, and the muscle of each row; None where it is missing."""
        X = validate_data(
            self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan"
        )
        if self.by is None:
            muscles = np.full(len(X), "all", object)
        else:
            column = self._column()
            muscles, X = X[:, column].astype(object), np.delete(X, column, axis=1)
            muscles[[_is_missing(muscle) for muscle in muscles]] = None
        if X.dtype == object:
            X = np.where(np.frompyfunc(_is_missing, 1, 1)(X).astype(bool), np.nan, X)
        try:
            values = X.astype(np.float64)
        except ValueError as error:
            raise SignalError(
                f"NormalZScore compares numbers, and a column beside by={self.by!r} "
                f"holds none ({error}); choose the columns by a ColumnTransformer"
            ) from error
        if np.isinf(values).any():
            row, column = np.argwhere(np.isinf(values))[0]
            raise SignalError(
                f"row {row} has infinity in measure {column}; leave it out, or give NaN"
            )
        return values, muscles

    def _column(self):
        """Return the number of the column of muscles."""
        names = getattr(self, "feature_names_in_", None)
        if isinstance(self.by, str):
            if names is not None and self.by in names:
                return int(np.flatnonzero(names == self.by)[0])
            raise ValueError(
                f"by={self.by!r} is no column of the table; "
                + (
                    'pass its number, or call set_output(transform="pandas") on the '
                    "steps before"
                    if names is None
                    else f"they are {names.tolist()}"
                )
            )
        n_columns = self.n_features_in_
        is_number = isinstance(self.by, numbers.Integral)
        if not is_number or not -n_columns <= self.by < n_columns:
            raise ValueError(
                f"by must be a name, None or the number of one of the {n_columns} "
                f"columns, got {self.by!r}"
            )
        return self.by % n_columns

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _moments(values, patients):
    """Return mean and SD of each column; patients weigh the same, NaN is left out."""
    known = ~np.isnan(values)
    _, patient = np.unique(patients, return_inverse=True)
    counts = np.zeros((patient.max() + 1, values.shape[1]))
    np.add.at(counts, patient, known)
    weights = np.where(known, 1 / np.maximum(counts[patient], 1), 0.0)
    total = weights.sum(axis=0)
    total[total.round() < _FEWEST] = np.nan
    filled = np.where(known, values, 0.0)
    mean = (weights * filled).sum(axis=0) / total
    squares = (weights * (filled - mean) ** 2).sum(axis=0)
    scale = np.sqrt(squares / (total - (weights**2).sum(axis=0) / total))
    same = scale <= len(values) * np.finfo(float).eps * np.abs(mean)
    return mean, np.where(same, 1.0, scale)


def _is_missing(value):
    """Whether a value is None, NaN or pandas' NA, of which no comparison is True."""
    same = value == value
    return value is None or not isinstance(same, bool | np.bool_) or not same

"""What is known of each recording, as columns of a table."""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Recordings

_MISSING = ("raise", "nan")


class RecordingMetadata(TransformerMixin, BaseEstimator):
    """Give what is known of each recording, such as its muscle, as columns of a table.

    Recordings in, a row a recording out: the entries of `Recordings.metadata` by name.
    In a `FeatureUnion` they stand beside what is measured on the signals, so that a
    model can use the muscle, the side or the age. Read more in the
    :ref:`User Guide <clinical_tables>`.

    A name whose entries are strings in `fit` is text: its column is an object column,
    for `OneHotEncoder` or `by` of `NormalZScore`. All others are numbers; True and
    False are 1 and 0. The table is of floats where all names are numbers, else of
    objects.

    Parameters
    ----------
    names : tuple of str, default=("muscle", "side", "age")
        The entries, in the order of the columns.
    missing : {"raise", "nan"}, default="raise"
        What a recording without an entry, or with None there, gives: an error, or NaN,
        which `OneHotEncoder` takes for a category of its own.

    Attributes
    ----------
    text_ : ndarray of bool of shape (n_names,)
        Which columns hold strings.

    Raises
    ------
    SignalError
        If X is not `Recordings` with metadata, a recording has no such entry, or
        strings and numbers are mixed in one column.
    ValueError
        If a parameter is not known.

    See Also
    --------
    NormalZScore : Compare with normal patients of the same muscle.

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.clinical import RecordingMetadata
    >>> from skemg.signals import Recordings
    >>> known = [{"muscle": "biceps", "age": 40}, {"muscle": "deltoid", "age": 61}]
    >>> emg = Recordings.from_array(np.ones((2, 9)), sfreq=1000, metadata=known)
    >>> RecordingMetadata(["muscle", "age"]).fit_transform(emg)
    array([['biceps', 40.0],
           ['deltoid', 61.0]], dtype=object)
    """

    def __init__(self, names=("muscle", "side", "age"), *, missing="raise"):
        self.names = names
        self.missing = missing

    def fit(self, X, y=None):
        """Learn which entries are strings.

        Parameters
        ----------
        X : Recordings of length n_recordings
            The recordings, with metadata.
        y : ignored
            Not used.

        Returns
        -------
        self : RecordingMetadata
            The step itself.
        """
        if self.missing not in _MISSING:
            raise ValueError(f"missing must be one of {_MISSING}, got {self.missing!r}")
        if isinstance(self.names, str) or len(self.names) == 0:
            raise ValueError(f"names must be a list of names, got {self.names!r}")
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"names must hold each name once, got {self.names!r}")
        columns = self._columns(X)
        self.text_ = np.array([_is_text(column) for column in columns])
        self._refuse_mixed(columns)
        return self

    def transform(self, X):
        """Give the entries.

        Parameters
        ----------
        X : Recordings of length n_recordings
            The recordings, with metadata.

        Returns
        -------
        table : ndarray of shape (n_recordings, n_names)
            Of float64 where all names are numbers, else of objects.
        """
        check_is_fitted(self, "text_")
        columns = self._columns(X)
        self._refuse_mixed(columns)
        table = np.empty((len(X), len(columns)), object if self.text_.any() else float)
        for j, column in enumerate(columns):
            table[:, j] = column if self.text_[j] else np.array(column, float)
        return table

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : ignored
            Recordings have no names of columns.

        Returns
        -------
        names : ndarray of str of shape (n_names,)
            `names`.
        """
        check_is_fitted(self, "text_")
        return np.array([*self.names], dtype=object)

    def _columns(self, X):
        """Return the entries of each name, NaN where they are missing."""
        if not isinstance(X, Recordings) or X.metadata is None:
            held = "no metadata" if isinstance(X, Recordings) else type(X).__name__
            raise SignalError(
                f"RecordingMetadata reads {self.names} of Recordings, got {held}; "
                "pass Recordings.from_list(..., metadata=[a dict for each recording]) "
                "or recordings.with_metadata(...)"
            )
        if len(X) == 0:
            raise SignalError("Found array with 0 sample(s): there is no recording")
        return [
            [self._entry(i, known, name) for i, known in enumerate(X.metadata)]
            for name in self.names
        ]

    def _entry(self, i, known, name):
        value = known.get(name)
        if value is not None:
            return value
        if self.missing == "raise":
            has = f"no {name!r}, only {sorted(known)}"
            has = f"{name}=None" if name in known else has
            raise SignalError(
                f"the metadata of recording {i} have {has}; add it, leave the "
                'recording out, or pass missing="nan"'
            )
        return np.nan

    def _refuse_mixed(self, columns):
        for name, text, column in zip(self.names, self.text_, columns, strict=True):
            for i, value in enumerate(column):
                if not _is_missing(value) and isinstance(value, str) != text:
                    kinds = "strings" if text else "numbers"
                    value = value.item() if isinstance(value, np.generic) else value
                    raise SignalError(
                        f"the metadata of recording {i} have {name}={value!r}, but "
                        f"{name!r} holds {kinds} elsewhere; use one kind for all"
                    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        tags.input_tags.two_d_array = False
        return tags


def _is_missing(value):
    return isinstance(value, numbers.Real) and np.isnan(value)


def _is_text(column):
    """Whether half of the entries are strings: an error names one of the others."""
    text = [isinstance(value, str) for value in column if not _is_missing(value)]
    return any(text) and 2 * sum(text) >= len(text)

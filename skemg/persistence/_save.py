"""Write a fitted model."""

from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import ModelFileError

from ._file import pack, write_whole
from ._record import make_record
from ._skops import import_skops
from ._trained_model import TrainedModel
from ._trusted import TRUSTED


def save(estimator, path, *, X=None, y=None):
    """Write a fitted classifier to a file that holds no program.

    The model is written by skops [1]_, so that reading it runs nothing, behind a record
    in JSON: versions, parameters, classes, and of the training the number of recordings
    and patients of each class, rate, unit, channels, a SHA-256 of the samples and, by
    class, smallest value, median and largest of the duration, the amplitude and the
    clinical measures that the model sees. For these X is measured once more. Patients
    are counted and not named. The file states a SHA-256 of itself. It is written aside
    and renamed, so that a process that is killed leaves the old file or the new one.
    Read more in the :ref:`User Guide <persistence>`.

    Parameters
    ----------
    estimator : estimator
        A fitted classifier of scikit-learn and skemg classes, such as a pipeline. Of a
        search pass `best_estimator_`.
    path : path-like
        The file; one that exists is replaced.
    X : Recordings of length n_recordings, default=None
        What the model was fitted on. None leaves the training out of the record; the
        model can then not refuse recordings of another rate or unit, and says so when
        it is loaded.
    y : array-like of shape (n_recordings,), default=None
        The classes of the training. Needed with X.

    Raises
    ------
    ModelFileError
        If the model holds a class that is not on the list of trusted ones or that
        cannot be written, is no classifier, or comes from a file.
    NotFittedError
        If the model is not fitted.
    ValueError
        If X or y is missing, or y has a class that the model has not.
    OSError
        If the file cannot be written; the old one is as it was.

    See Also
    --------
    load : Read it again.

    References
    ----------
    .. [1] The skops developers, "Secure persistence with skops",
       https://skops.readthedocs.io.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.persistence import read_record, save
    >>> from skemg.systems import forest_pooled
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> forest = forest_pooled(random_state=0).fit(emg.data, emg.target)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "forest.skemg"
    ...     save(forest, path, X=emg.data, y=emg.target)
    ...     record = read_record(path)
    >>> record["training"]["n_patients"]
    {'myopathic': 2, 'neuropathic': 2, 'normal': 2}
    """
    skops = import_skops()
    if isinstance(estimator, TrainedModel):
        raise ModelFileError(
            "this model comes from a file, which already has its record; copy that file"
        )
    check_is_fitted(estimator)
    if not is_classifier(estimator):
        raise ModelFileError(
            f"{type(estimator).__name__} is no classifier; save the pipeline that ends "
            "in one"
        )
    if (X is None) != (y is None):
        raise ValueError("X and y belong together: pass both or none of them")
    try:
        model = skops.io.dumps(estimator)
    except Exception as error:  # skops says nothing of the step
        raise ModelFileError(
            f"{type(estimator).__name__} cannot be written: {error}. Pandas objects "
            'cannot, which set_output(transform="pandas") leaves in a union: fit the '
            "model without it"
        ) from error
    strange = set(skops.io.get_untrusted_types(data=model)) - set(TRUSTED)
    if strange:
        raise ModelFileError(
            f"{type(estimator).__name__} holds {', '.join(sorted(strange))}, which are "
            "not among the classes that a model file may hold; of a search save "
            "best_estimator_, other classes need a file format of their own"
        )
    write_whole(path, pack(make_record(estimator, X, y), model))

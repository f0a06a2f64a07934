"""A page about one recording."""

import datetime
from numbers import Integral

import numpy as np
from sklearn.utils import check_scalar

from skemg.exceptions import SignalError
from skemg.persistence._file import write_whole
from skemg.signals import Recordings

from ._case import Case
from ._html import to_html
from ._sections import SECTIONS

_ELECTRODES = ("needle", "surface")


class RecordingReport:
    """One page about one recording: what a model answers, and what speaks for it.

    Made by `from_recording`. The page holds the question, the probabilities of the
    classes, the recording beside those of the training, the windows or parts that speak
    most for the likeliest class, motor units and interference pattern, the signal, its
    quality, the limits of the model, and versions and checksums that tell how to
    compute it again. It is one HTML file that asks for nothing from the network and
    runs no script. For research: it is no medical report. Read more in the
    :ref:`User Guide <command_line>`.

    The patient of `recording` is not shown, and of its metadata only what stands on a
    list of harmless names, such as muscle, side and age. `name` is shown as it is.

    Parameters
    ----------
    name : str
        How the recording is called.
    label : object
        The answer of the model.
    classes : list of str
        The classes.
    proba : ndarray of shape (n_classes,)
        Their probabilities.
    sections : list
        Parts of the page, each with `title`, `lines`, `columns`, `rows` and more.
    created : str
        Date and time, in UTC.

    See Also
    --------
    skemg.persistence.load : Read a model whose record the report can show.
    skemg.plot.WindowVoteDisplay : The vote of the windows alone.

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.report import RecordingReport
    >>> from skemg.systems import svm_log_spectrum
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> model = svm_log_spectrum().fit(emg.data, emg.target)
    >>> report = RecordingReport.from_recording(model, emg.data[[0]], name="biceps")
    >>> report
    <RecordingReport: biceps, normal>
    >>> [section.title for section in report.sections][:3]
    ['Question', 'Answer: normal', 'Beside the training']
    >>> "No medical device" in report.to_html()
    True
    """

    def __init__(self, name, *, label, classes, proba, sections, created):
        self.name = name
        self.label = label
        self.classes = classes
        self.proba = proba
        self.sections = sections
        self.created = created

    @classmethod
    def from_recording(
        cls,
        model,
        recording,
        *,
        name="recording",
        electrode="needle",
        n_parts=20,
        progress=False,
    ):
        """Ask the model and gather what speaks for its answer.

        Parameters
        ----------
        model : TrainedModel or classifier
            Fitted, from recordings to classes, with `predict_proba`. What
            :func:`skemg.persistence.load` gives also says what it was fitted on.
        recording : Recordings of length 1
            The recording, with its rate.
        name : str, default="recording"
            How it is called in the report.
        electrode : {"needle", "surface"}, default="needle"
            Which amplitudes are plausible.
        n_parts : int, default=20
            Where no windows vote: parts of the recording that are cut out one after
            the other, to see which of them the answer needs. The model predicts the
            recording as many times; 0 leaves this out.
        progress : bool, default=False
            Whether a bar counts these parts on stderr, where that is a terminal.

        Returns
        -------
        report : RecordingReport
            The report.

        Raises
        ------
        SignalError
            If it is not one recording, its rate is unknown, or the model refuses it.
        ValueError
            If the model gives no probabilities, or a parameter is out of range.
        """
        _check(model, recording, electrode)
        check_scalar(n_parts, "n_parts", Integral, min_val=0)
        if n_parts == 1:
            raise ValueError("n_parts must be 0, or 2 at least, got 1")
        (label,), (proba,) = model.predict(recording), model.predict_proba(recording)
        if not np.isfinite(proba).all():
            raise ValueError(f"the model gives no finite probabilities: {proba}")
        case = Case(
            str(name), recording, model, label, proba, electrode, n_parts, progress
        )
        now = datetime.datetime.now(datetime.UTC)
        return cls(
            case.name,
            label=label,
            classes=case.classes,
            proba=proba,
            sections=[make(case) for make in SECTIONS],
            created=f"{now:%Y-%m-%d %H:%M} UTC",
        )

    def to_html(self):
        """Return the page.

        Returns
        -------
        page : str
            HTML, with its figures inside.

        Raises
        ------
        ImportError
            If Jinja2 or matplotlib is not installed.
        """
        return to_html(self)

    def save(self, path):
        """Write the page; a file that is there is replaced as a whole.

        Parameters
        ----------
        path : path-like
            The file.

        Raises
        ------
        OSError
            If it cannot be written; an old one is as it was.
        """
        page = self.to_html().encode(errors="backslashreplace")  # names of files
        write_whole(path, page)

    def __repr__(self):
        return f"<RecordingReport: {self.name}, {self.label}>"


def _check(model, recording, electrode):
    if electrode not in _ELECTRODES:
        raise ValueError(f"electrode must be one of {_ELECTRODES}, got {electrode!r}")
    if not isinstance(recording, Recordings) or len(recording) != 1:
        found = type(recording).__name__
        if isinstance(recording, Recordings):
            found = f"{len(recording)} recordings"
        raise SignalError(
            f"a report is about one recording, got {found}; pass recordings[[i]]"
        )
    if recording.sfreq is None:
        raise SignalError(
            "the sampling rate is unknown; pass Recordings.from_list(..., sfreq=...)"
        )
    estimator = getattr(model, "estimator", model)
    if not (hasattr(model, "predict_proba") and hasattr(estimator, "predict_proba")):
        raise ValueError(
            f"a report needs predict_proba, which {type(estimator).__name__} has not; "
            "put CalibratedClassifierCV around the classifier"
        )

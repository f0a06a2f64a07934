"""What the sections of a report are made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skemg.persistence import TrainedModel
from skemg.persistence._ranges import measure
from skemg.quality import SignalQuality
from skemg.signals import Recordings


@dataclass(frozen=True)
class Case:
    """A recording, a model, and what the model answered.

    Parameters
    ----------
    name : str
        How the recording is called in the report.
    recording : Recordings of length 1
        The recording.
    model : classifier
        The model.
    label : object
        Its answer.
    proba : ndarray of shape (n_classes,)
        Its probabilities.
    electrode : {"needle", "surface"}
        For the plausible range of the amplitude.
    n_parts : int
        Parts that are cut out where no windows vote.
    progress : bool
        Whether a bar on stderr counts them.
    """

    name: str
    recording: Recordings
    model: object
    label: object
    proba: np.ndarray
    electrode: str
    n_parts: int
    progress: bool

    @property
    def classes(self):
        return [str(label) for label in self.model.classes_]

    @property
    def likeliest(self):
        return int(np.argmax(self.proba))

    @property
    def estimator(self):
        """The pipeline itself."""
        is_loaded = isinstance(self.model, TrainedModel)
        return self.model.estimator if is_loaded else self.model

    @property
    def record(self):
        """What was saved beside the model, or None."""
        return self.model.record if isinstance(self.model, TrainedModel) else None

    @property
    def training(self):
        """What is known of the training, or None."""
        return None if self.record is None else self.record["training"]

    @cached_property
    def signal(self):
        """The samples, of shape (n_channels, n_times)."""
        return np.atleast_2d(self.recording[0])

    @cached_property
    def quality(self):
        """What may be wrong with the recording."""
        return SignalQuality.from_recordings(self.recording, kind=self.electrode)

    @cached_property
    def measures(self):
        """What the recording measures, as the training was measured."""
        found = measure(self.estimator, self.recording)
        return {name: float(value) for name, (value,) in found.items()}

    @property
    def channels(self):
        names = self.recording.channel_names
        return names or [f"channel {i}" for i in range(self.recording.n_channels)]

    @property
    def sfreq(self):
        return float(self.recording.sfreq[0])

    @property
    def unit(self):
        return "µV" if self.recording.unit == "uV" else "uncalibrated"

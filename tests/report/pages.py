"""A small model, a report, and what a page is made of."""

import base64
from html.parser import HTMLParser

import numpy as np
from sklearn.pipeline import make_pipeline

from skemg.datasets import make_needle_emg
from skemg.features import TimeDomainFeatures
from skemg.persistence import TrainedModel
from skemg.persistence._record import make_record
from skemg.windowing import Windower, WindowPooling, WindowVotingClassifier

EMG = make_needle_emg(n_patients=6, duration=0.6, sfreq=24000, random_state=0)


def voting(names=None, **how):
    """Return a fitted vote of windows; `names` renames the classes."""
    y = EMG.target if names is None else np.array([names[c] for c in EMG.target])
    model = make_pipeline(
        Windower(0.1, 0.05),
        TimeDomainFeatures(["rms", "wl"]),
        WindowVotingClassifier(**how),
    )
    return trained(model.fit(EMG.data, y), y)


def pooled(classifier):
    """Return a fitted model of whole recordings."""
    model = make_pipeline(
        Windower(0.1, 0.05), TimeDomainFeatures(["rms"]), WindowPooling(), classifier
    )
    return trained(model.fit(EMG.data, EMG.target), EMG.target)


def trained(model, y, data=EMG.data):
    return TrainedModel(model, make_record(model, data, y))


class Page(HTMLParser):
    """Tags with their attributes, text, and the pictures as text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(html)
        self.text = " ".join(" ".join(self.texts).split())
        self.pictures = [
            base64.b64decode(attributes["src"].split(",", 1)[1]).decode()
            for tag, attributes in self.tags
            if tag == "img"
        ]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)

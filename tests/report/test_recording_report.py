import re
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pages import EMG, Page, pooled, voting
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skemg.clinical import InterferencePattern, MUAPDetector, MUAPFeatures
from skemg.datasets import make_needle_emg
from skemg.exceptions import SignalError
from skemg.report import RecordingReport
from skemg.signals import Recordings

DATA = "data:image/svg+xml;base64,"
ONE = EMG.data[[2]].with_groups(["CANARY-patient"])
EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}$\\x$"


@pytest.fixture(scope="module")
def model():
    return voting()


@pytest.fixture(scope="module")
def report(model):
    return RecordingReport.from_recording(model, ONE, name="deltoid")


def section(report, title):
    return next(s for s in report.sections if s.title.startswith(title))


def with_metadata(recordings, **metadata):
    return Recordings(
        recordings.values,
        recordings.offsets,
        sfreq=recordings.sfreq,
        unit=recordings.unit,
        channel_names=[EVIL],
        metadata=[metadata],
    )


def test_the_answer_is_that_of_the_model(model, report):
    assert report.label == model.predict(ONE)[0]
    assert_array_equal(report.proba, model.predict_proba(ONE)[0])
    bars = section(report, "Answer").bars
    assert {name: value for name, value, _ in bars} == dict(
        zip(model.classes_, report.proba, strict=True)
    )
    assert [bar[1] for bar in bars] == sorted(report.proba)[::-1]
    page = Page(report.to_html())
    widths = [
        float(re.search(r"width: ([\d.]+)%", attributes["style"])[1])
        for tag, attributes in page.tags
        if attributes.get("class") == "fill"
    ]
    assert_allclose(widths, 100 * np.sort(report.proba)[::-1], atol=0.006)
    assert f"Answer: {report.label}" in page.text


def test_what_it_is_not_is_the_first_thing_on_the_page(report):
    page = Page(report.to_html())
    first = page.text.split("} ")[-1]  # behind the style
    assert first.startswith("For research. No medical device")


def test_text_from_outside_is_never_markup():
    evil = voting({"normal": EVIL, "neuropathic": "b<b>", "myopathic": "c&amp;"})
    one = with_metadata(ONE, muscle=EVIL, side="<svg onload=alert(3)>")
    report = RecordingReport.from_recording(evil, one, name=EVIL)
    page = Page(report.to_html())
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "object", "embed", "svg", "b", "link", "a"}
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("src", DATA).startswith(DATA)
        assert "href" not in attributes
    for text in (EVIL, "b<b>", "c&amp;", "<svg onload=alert(3)>"):
        assert text in page.text
    assert page.text.count(EVIL) >= 4  # title, heading, channel, muscle, class
    for picture in page.pictures:
        names = {element.tag.split("}")[1] for element in ET.fromstring(picture).iter()}
        assert "script" not in names and "image" not in names


def test_the_page_asks_for_nothing_from_elsewhere(report):
    html = report.to_html()
    assert "http://" not in html and "https://" not in html
    assert "url(" not in html and "@import" not in html
    page = Page(html)
    policy = {"http-equiv": "Content-Security-Policy"}.items()
    (meta,) = [a for tag, a in page.tags if tag == "meta" and policy <= a.items()]
    assert meta["content"].startswith("default-src 'none'")


def test_nothing_tells_who_the_patient_is(model):
    one = with_metadata(
        ONE, muscle="biceps", name="CANARY", born="CANARY", n_withheld=3
    )
    one = one.with_groups(["CANARY"])
    html = RecordingReport.from_recording(model, one, name="r").to_html()
    page = Page(html)
    assert "biceps" in page.text
    assert "not known to be harmless: 5." in page.text
    for text in (html, *page.pictures):
        assert "canary" not in text.lower()


def test_the_windows_are_those_that_speak_most(model, report):
    pipeline = model.estimator
    proba = pipeline[-1].predict_proba_windows(pipeline[:-1].transform(ONE)).values
    column = proba[:, np.argmax(report.proba)]
    best = np.argsort(-column)[:5]
    shown = section(report, "Windows")
    assert_allclose(
        shown.rows, np.column_stack([0.05 * best, 0.05 * best + 0.1, column[best]])
    )
    n_for = np.sum(proba.argmax(axis=1) == np.argmax(report.proba))
    assert f"{n_for} of {len(proba)} windows of 0.1 s are for" in shown.lines[0]
    above, below = shown.figures[0].draw().axes
    spans = [patch.get_extents() for patch in above.patches]
    left = above.transData.inverted().transform([[s.x0, 0] for s in spans])[:, 0]
    assert_allclose(left, 0.05 * best)
    assert below.get_xlabel() == "Start of the window (s)"


def test_windows_with_one_vote_each_have_no_order():
    report = RecordingReport.from_recording(voting(voting="hard"), ONE)
    shown = section(report, "Windows")
    assert shown.rows == () and "Each has one vote" in shown.lines[0]
    n_for = int(shown.lines[0].split()[0])
    assert len(shown.figures[0].spans) == n_for > 0


class Spikes:
    """The class is a spike above 500; its probability grows with their number."""

    classes_ = np.array(["rest", "spike"])

    def predict_proba(self, X):
        n_spikes = np.array([np.sum(x > 500) for x in X])
        return np.column_stack([1 - n_spikes / 4, n_spikes / 4])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def test_without_windows_the_parts_are_shown_that_the_answer_needs():
    signal = np.random.default_rng(0).normal(size=24_000)
    signal[[7000, 7100, 20_000]] = 1000.0
    one = Recordings.from_list([signal], sfreq=24000, unit="uV")
    report = RecordingReport.from_recording(Spikes(), one, n_parts=10)
    shown = section(report, "Parts")
    assert "the probability of spike loses when a part of 0.1 s" in shown.lines[0]
    below = shown.figures[0].draw().axes[1]
    (stairs,) = below.patches
    values, edges, _ = stairs.get_data()
    assert_allclose(edges, np.arange(11) / 10)
    assert_allclose(values, [0, 0, 0.5, 0, 0, 0, 0, 0, 0.25, 0], atol=1e-12)
    assert below.get_ylabel() == "Probability\nlost"


def test_no_part_is_cut_out_if_it_is_not_asked_for():
    model = pooled(LogisticRegression(max_iter=10_000))
    assert section(RecordingReport.from_recording(model, ONE), "Parts").figures
    report = RecordingReport.from_recording(model, ONE, n_parts=0)
    assert section(report, "Parts").figures == ()
    for n_parts in (-1, 1):
        with pytest.raises(ValueError, match="n_parts"):
            RecordingReport.from_recording(model, ONE, n_parts=n_parts)


def test_turns_and_amplitudes_are_those_of_the_interference_pattern(report):
    rows = section(report, "Interference").rows
    values = InterferencePattern().fit_transform(ONE)[0]
    assert_array_equal([row[1] for row in rows], values)
    assert [row[2] for row in rows[:3]] == ["1/s", "µV", "1/(s µV)"]


def test_a_recording_without_epochs_says_why_it_has_no_measures(model):
    short = Recordings.from_list([ONE[0][:6000]], sfreq=24000, unit="uV")
    shown = section(RecordingReport.from_recording(model, short), "Interference")
    assert shown.rows == ()
    assert "epoch=0.5 s needs 12000" in shown.lines[0]


def test_motor_units_are_those_of_the_detector(model):
    emg = make_needle_emg(n_patients=3, duration=4.0, sfreq=24000, random_state=0)
    report = RecordingReport.from_recording(model, emg.data[[0]])
    (units,) = MUAPDetector().fit_transform(emg.data[[0]])
    shown = section(report, "Motor units")
    assert units.n_units > 1
    assert shown.rows[0] == ("Motor units found", units.n_units, "")
    table = MUAPFeatures().fit([units])
    names = table.get_feature_names_out().tolist()
    amplitude = table.transform([units])[0, names.index("muap_amplitude_uv_mean")]
    assert shown.rows[2] == ("Mean amplitude", amplitude, "µV")
    potentials, discharges = (figure.draw() for figure in shown.figures)
    words = [text.get_text() for text in potentials.axes[0].texts]
    assert sum(word.startswith("unit ") for word in words) == min(8, units.n_units)
    assert ("The 8 largest are drawn." in shown.lines[1]) == (units.n_units > 8)
    assert discharges.axes[1].get_ylabel() == "Rate (Hz)"


def test_tables_that_the_filters_of_the_model_do_not_touch_say_so(model):
    report = RecordingReport.from_recording(model, ONE)
    assert section(report, "Motor units").title == "Motor units, as recorded"
    shown = section(report, "Interference pattern")
    assert shown.title == "Interference pattern, as recorded"
    assert "without the filters of the model" in shown.lines[0]


def test_findings_are_named_in_words_with_their_unit(model):
    time = np.arange(24_000) / 24_000
    drift = ONE.with_values(0.02 * time, offsets=[0, 24_000])
    warning = RecordingReport.from_recording(model.estimator, drift).sections[1]
    (said,) = warning.warnings
    assert "drift below 10 Hz" in said
    assert "amplitude outside of the plausible range" in said


def test_a_recording_at_rest_has_no_motor_units(model):
    noise = np.random.default_rng(0).normal(scale=60, size=24000)
    rest = Recordings.from_list([noise], sfreq=24000, unit="uV")
    shown = section(RecordingReport.from_recording(model, rest), "Motor units")
    assert shown.lines[0].startswith("No motor units were found")
    assert shown.rows == shown.figures == ()


def test_an_uncalibrated_recording_is_said_to_be_one(model):
    plain = ONE.with_values(ONE.values, unit=None)
    report = RecordingReport.from_recording(model.estimator, plain)
    assert "needs calibrated recordings" in section(report, "Interference").lines[0]
    figure = section(report, "Signal").figures[0].draw()
    assert figure.axes[0].get_ylabel() == "Signal\n(uncalibrated)"
    assert "has no record" in section(report, "Record").lines[0]
    assert "does not say what it was fitted on" in section(report, "Limits").lines[-1]
    assert "No medical device" in report.to_html()


def test_the_signal_keeps_every_peak_in_its_place_and_unit(model):
    signal = np.random.default_rng(0).normal(size=240_000)
    signal[123_456], signal[200_000] = 900.0, -800.0
    long = Recordings.from_list([signal], sfreq=24000, unit="uV")
    whole, detail = section(
        RecordingReport.from_recording(model, long), "Signal"
    ).figures
    (ax,) = whole.draw().axes
    x, y = ax.lines[0].get_data()
    assert len(x) < 4000
    assert (y.max(), y.min()) == (900.0, -800.0)
    assert_allclose(x[[y.argmax(), y.argmin()]], [5.144, 8.3333], atol=0.007)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time (s)", "Signal (µV)")
    (ax,) = detail.draw().axes
    assert_allclose(ax.get_xlim(), [5.144 - 0.05, 5.144 + 0.05], atol=1e-9)
    x, y = ax.lines[0].get_data()
    assert x[y.argmax()] == pytest.approx(5.144) and len(x) == 2400


def test_channels_have_their_own_axes():
    names = [f"EMG {i}" for i in range(10)]
    many = Recordings.from_list(
        [np.random.default_rng(0).normal(size=(10, 5000))],
        sfreq=1000,
        unit="uV",
        channel_names=names,
    )

    class Any:
        classes_ = np.array(["a", "b"])

        def predict(self, X):
            return np.array(["b"])

        def predict_proba(self, X):
            return np.array([[0.2, 0.8]])

    shown = section(RecordingReport.from_recording(Any(), many), "Signal")
    assert [ax.get_title("left") for ax in shown.figures[0].draw().axes] == names[:8]
    assert "The first 8 of 10 channels are shown." in shown.lines


def test_the_training_is_counted_by_patients(report):
    limits = section(report, "Limits")
    assert limits.rows == (
        ("myopathic", 2, 4),
        ("neuropathic", 2, 4),
        ("normal", 2, 4),
    )
    text = " ".join(limits.lines)
    assert "1 channel, 24000 Hz, µV" in text and "No medical device" in text


def test_the_record_tells_how_to_compute_the_answer_again(model, report):
    shown = section(report, "Record")
    rows, record = dict(shown.rows), model.record
    assert rows["SHA-256 of the training"] == record["training"]["sha256"]
    assert re.fullmatch("[0-9a-f]{64}", rows["SHA-256 of the recording"])
    assert rows["numpy, for the model"] == np.__version__
    assert dict(shown.folded) == record["parameters"]
    changed = ONE.with_values(ONE.values * np.float32(1.0001))
    other = RecordingReport.from_recording(model, changed)
    other = dict(section(other, "Record").rows)
    assert other["SHA-256 of the recording"] != rows["SHA-256 of the recording"]


def test_findings_of_the_quality_are_marked(model):
    signal = ONE[0].copy()
    signal[2000:9000] = 0
    flat = Recordings.from_list([signal], sfreq=24000, unit="uV")
    report = RecordingReport.from_recording(model, flat)
    shown = section(report, "Quality")
    flagged = [shown.rows[i] for i in shown.flagged]
    (row,) = [row for row in flagged if row[0] == "Samples on flat lines, share"]
    assert row[2] == pytest.approx(7000 / len(signal), abs=1e-3)
    assert "flat lines" in row[4]
    said = section(report, "Answer").warnings[0]
    assert said.startswith("The signal may be at fault") and "flat lines" in said
    n_outside = len(section(report, "Beside").flagged)
    html = report.to_html()
    assert html.count('<tr class="flagged">') == len(flagged) + n_outside


def test_checks_that_cannot_be_made_are_named(report):
    shown = section(report, "Quality")
    assert "Gaps of the time stamps" in shown.lines[-1]
    assert not any(np.isnan(row[2]) for row in shown.rows)


def test_two_pages_of_one_recording_are_the_same(model, report):
    again = RecordingReport.from_recording(model, ONE, name="deltoid")
    again.created = report.created
    assert again.to_html() == report.to_html()


@pytest.mark.parametrize(
    "recording, text",
    [
        (EMG.data, "12 recordings; pass recordings"),
        ([EMG.data[0]], "got list"),
        (Recordings.from_list([EMG.data[0]], sfreq=None), "rate is unknown"),
        (ONE.with_values(ONE.values * 1e9), "root mean square"),
    ],
)
def test_other_recordings_are_refused(recording, text, model):
    with pytest.raises(SignalError, match=text):
        RecordingReport.from_recording(model, recording)


def test_a_model_without_probabilities_is_refused():
    with pytest.raises(ValueError, match="CalibratedClassifierCV"):
        RecordingReport.from_recording(pooled(LinearSVC()), ONE)
    with pytest.raises(ValueError, match="electrode must be one of"):
        RecordingReport.from_recording(make_pipeline(), ONE, electrode="skin")


def test_a_page_that_cannot_be_made_leaves_the_old_one(report, tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    report.save(path)
    assert path.read_text(encoding="utf-8") == report.to_html()
    path.write_text("old")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ImportError, match=r"pip install skemg\[report\]"):
        report.save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    assert path.read_text() == "old"


def test_parts_are_counted_where_that_is_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    model = pooled(LogisticRegression(max_iter=10_000))
    RecordingReport.from_recording(model, ONE, n_parts=5)
    assert capsys.readouterr().err == ""
    RecordingReport.from_recording(model, ONE, n_parts=5, progress=True)
    assert "0/5 [" in capsys.readouterr().err


def test_a_name_that_is_not_unicode_is_written_as_its_bytes(model, tmp_path):
    name = b"M\xfcller.hea".decode("utf-8", "surrogateescape")
    RecordingReport.from_recording(model, ONE, name=name).save(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<h1>M\\udcfcller.hea</h1>" in page

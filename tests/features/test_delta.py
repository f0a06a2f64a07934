import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.features import DeltaFeatures, LogSpectrum, TimeDomainFeatures
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower, WindowPooling, WindowVotingClassifier

RNG = np.random.default_rng(0)


@pytest.fixture
def emg():
    signals = [RNG.standard_normal((2, n)) for n in (4000, 200, 700, 20_000)]
    return Recordings.from_list(signals, sfreq=4000.0, groups=list("aabc"))


def table_of(values, offsets):
    names = [f"f{i}" for i in range(np.shape(values)[1])]
    return Windows(values, offsets, sfreq=1000, feature_names=names)


def regression_in_words(bag, width):
    """Fit a line through the windows on either side, edges repeated."""
    padded = np.pad(bag, ((width, width), (0, 0)), mode="edge")
    steps = np.arange(-width, width + 1)
    return np.stack(
        [
            np.polyfit(steps, padded[t : t + 2 * width + 1], 1)[0]
            for t in range(len(bag))
        ]
    )


@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_delta_is_the_slope_of_a_regression_line_within_its_recording(width):
    counts = [7, 1, 2, 30]
    windows = table_of(RNG.standard_normal((40, 3)), np.cumsum([0, *counts]))
    features = DeltaFeatures(width).fit_transform(windows)
    expected = np.concatenate([regression_in_words(bag, width) for bag in windows])
    assert_array_equal(features.values[:, :3], windows.values)
    assert_allclose(features.values[:, 3:], expected, atol=1e-12)
    assert features.feature_names == [
        *("f0", "f1", "f2"),
        *("delta_f0", "delta_f1", "delta_f2"),
    ]


def test_deltas_alone_are_the_second_half():
    windows = table_of(RNG.standard_normal((9, 2)), [0, 4, 9])
    both = DeltaFeatures().fit_transform(windows)
    alone = DeltaFeatures(keep=False).fit_transform(windows)
    assert_array_equal(alone.values, both.values[:, 2:])
    assert alone.feature_names == both.feature_names[2:]
    assert_array_equal(alone.offsets, windows.offsets)


def test_the_slope_of_a_line_is_its_slope_and_a_single_window_has_none():
    line = 3 * np.arange(9.0)[:, np.newaxis]
    delta = DeltaFeatures(keep=False).fit_transform(table_of(line, [0, 8, 9])).values
    assert_allclose(delta[:, 0], [1.5, 2.4, 3, 3, 3, 3, 2.4, 1.5, 0])


def test_deltas_are_those_of_log_spectrum(emg):
    windows = Windower(length=0.05).fit_transform(emg)
    one = LogSpectrum(n_bands=5, delta=True).fit_transform(windows)
    two = DeltaFeatures().fit_transform(LogSpectrum(n_bands=5).fit_transform(windows))
    names = [name.replace("ch1_delta", "delta_ch1") for name in one.feature_names]
    names = [name.replace("ch2_delta", "delta_ch2") for name in names]
    column = dict(zip(names, one.values.T, strict=True))
    assert set(column) == set(two.feature_names)
    expected = np.stack([column[name] for name in two.feature_names], axis=1)
    assert_array_equal(two.values, expected)


def test_rate_patients_starts_and_precision_stay(emg):
    emg = emg.with_values(emg.values.astype(np.float32))
    windows = Windower(length=0.05).fit_transform(emg)
    step = make_pipeline(LogSpectrum(n_bands=3), DeltaFeatures())
    features = step.fit_transform(windows)
    assert features.dtype == np.float32
    assert features.sfreq == 4000
    assert_array_equal(features.groups, ["a", "a", "b", "c"])
    assert_array_equal(features.start, windows.start)
    assert list(step.get_feature_names_out()) == features.feature_names


def test_it_stands_between_features_and_the_vote_or_the_pooling(emg):
    y = np.array([0, 1, 0, 1])
    features = [Windower(length=0.05), TimeDomainFeatures(("rms", "wl"))]
    classifier = make_pipeline(*features, DeltaFeatures(), WindowVotingClassifier())
    classifier.fit(emg, y)
    assert classifier.predict(emg).shape == (4,)
    pooled = make_pipeline(
        *features, DeltaFeatures(keep=False), WindowPooling(("max",))
    )
    pooled.fit(emg)
    assert next(iter(pooled.get_feature_names_out())) == "max_delta_ch1_rms"


def test_windows_stay_windows_whatever_set_output_says():
    step = DeltaFeatures().set_output(transform="pandas")
    windows = table_of(RNG.standard_normal((9, 2)), [0, 4, 9])
    assert isinstance(step.fit_transform(windows), Windows)


def test_plain_rows_have_deltas_of_zero_and_a_warning():
    rows = RNG.standard_normal((6, 2))
    with pytest.warns(UserWarning, match="between a feature step and the vote"):
        step = DeltaFeatures().fit(rows)
    with pytest.warns(UserWarning, match="do not know their neighbours"):
        table = step.transform(rows)
    assert_array_equal(table, np.hstack([rows, np.zeros((6, 2))]))
    assert list(step.get_feature_names_out()) == ["x0", "x1", "delta_x0", "delta_x1"]


def test_signals_and_recordings_are_refused(emg):
    with pytest.raises(SignalError, match="Windower before it"):
        DeltaFeatures().fit(emg)
    windows = Windower(length=0.05).fit_transform(emg)
    with pytest.raises(SignalError, match=r"table of features, got rows of shape"):
        DeltaFeatures().fit(windows)
    one_channel = Windows(windows.values[:, 0], windows.offsets, sfreq=4000)
    with pytest.raises(SignalError, match="features with names"):
        DeltaFeatures().fit(one_channel)


def test_deltas_are_not_computed_twice():
    windows = table_of(RNG.standard_normal((9, 2)), [0, 4, 9])
    once = DeltaFeatures().fit_transform(windows)
    with pytest.raises(SignalError, match="have deltas already"):
        DeltaFeatures().fit(once)
    assert DeltaFeatures(keep=False).fit_transform(once).feature_names[2:] == [
        "delta_delta_f0",
        "delta_delta_f1",
    ]


def test_other_features_than_in_fit_are_refused():
    windows = table_of(RNG.standard_normal((9, 2)), [0, 4, 9])
    step = DeltaFeatures().fit(windows)
    other = windows.with_values(windows.values, feature_names=["rms", "wl"])
    with pytest.raises(SignalError, match="differ from those seen in fit"):
        step.transform(other)


@pytest.mark.parametrize(
    "parameters, error, message",
    [
        ({"width": 0}, ValueError, "width == 0"),
        ({"width": 1.5}, TypeError, "width"),
        ({"keep": "yes"}, TypeError, "keep"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, error, message):
    windows = table_of(RNG.standard_normal((9, 2)), [0, 4, 9])
    with pytest.raises(error, match=message):
        DeltaFeatures(**parameters).fit(windows)

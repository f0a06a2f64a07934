import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowPooling


@pytest.fixture
def windows():
    rng = np.random.default_rng(0)
    return Windows(
        rng.normal(size=(12, 2)), [0, 3, 4, 12], sfreq=1000, feature_names=["rms", "wl"]
    )


@pytest.mark.parametrize(
    "statistic, function",
    [
        ("mean", np.mean),
        ("std", np.std),
        ("min", np.min),
        ("max", np.max),
        ("median", np.median),
        ("q10", lambda x, axis: np.quantile(x, 0.1, axis=axis)),
        ("q97.5", lambda x, axis: np.quantile(x, 0.975, axis=axis)),
    ],
)
def test_statistic_is_that_of_numpy_on_each_bag(windows, statistic, function):
    table = WindowPooling((statistic,)).fit_transform(windows)
    assert_allclose(table, [function(bag, axis=0) for bag in windows], rtol=1e-12)


def test_columns_are_named_statistic_by_statistic(windows):
    pooling = WindowPooling(("mean", "q10")).fit(windows)
    names = ["mean_rms", "mean_wl", "q10_rms", "q10_wl"]
    assert pooling.get_feature_names_out().tolist() == names
    assert pooling.transform(windows).shape == (3, 4)


def test_a_plain_row_is_a_recording_of_one_window():
    X = np.array([[1.0, 2.0], [3.0, 4.0]], dtype=np.float32)
    table = WindowPooling(("mean", "std")).fit_transform(X)
    assert_allclose(table, [[1, 2, 0, 0], [3, 4, 0, 0]])
    assert table.dtype == np.float32


def test_it_gives_a_table_that_any_estimator_takes(windows):
    y = ["normal", "myopathic", "normal"]
    model = make_pipeline(WindowPooling(), LogisticRegression()).fit(windows, y)
    assert model.predict(windows).shape == (3,)


def test_pandas_output_has_the_names(windows):
    frame = (
        WindowPooling(("mean",)).set_output(transform="pandas").fit_transform(windows)
    )
    assert frame.columns.tolist() == ["mean_rms", "mean_wl"]


@pytest.mark.parametrize(
    "statistics", [("mode",), ("q101",), ("q-1",), "mean", (), ("mean", "mean")]
)
def test_unknown_or_repeated_statistics_are_refused(windows, statistics):
    with pytest.raises(ValueError, match="statistic"):
        WindowPooling(statistics).fit(windows)


def test_raw_recordings_and_other_features_are_refused(windows):
    with pytest.raises(SignalError, match="put Windower before it"):
        WindowPooling().fit(Recordings.from_list([np.ones(5)], sfreq=1))
    images = Windows(np.ones((2, 1, 3, 3)), [0, 1, 2], sfreq=1000)
    with pytest.raises(SignalError, match="needs a table of features"):
        WindowPooling().fit(images)
    fitted = WindowPooling().fit(windows)
    other = Windows(
        windows.values, windows.offsets, sfreq=1000, feature_names=["a", "b"]
    )
    with pytest.raises(SignalError, match="differ from those seen in fit"):
        fitted.transform(other)


def test_windows_of_another_rate_than_in_fit_are_refused():
    def bags(sfreq):
        return Windows([[1.0], [2.0]], [0, 1, 2], sfreq=sfreq, feature_names=["rms"])

    pooling = WindowPooling().fit(bags(1000))
    with pytest.raises(SignalError, match="fitted on windows at 1000 Hz and got 2000"):
        pooling.transform(bags(2000))
    assert_allclose(pooling.transform(bags(None))[:, 0], [1, 2])

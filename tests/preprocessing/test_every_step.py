"""What all steps that take recordings and give recordings have in common."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from skemg.exceptions import SignalError
from skemg.preprocessing import (
    AmplitudeScaler,
    Bandpass,
    EMDDenoiser,
    MultiscalePCA,
    Notch,
    PeakPreservingDownsampler,
    Resampler,
    WaveletDenoiser,
)
from skemg.signals import Recordings, Windows

SFREQ = 2000.0
SAME_RATE = [
    AmplitudeScaler(),
    AmplitudeScaler("robust"),
    AmplitudeScaler("zscore"),
    Bandpass(20, 400, sfreq=SFREQ),
    Bandpass(20, 400, zero_phase=True, sfreq=SFREQ),
    EMDDenoiser(),
    EMDDenoiser((1, 2), "universal", stop="s_number"),
    Notch(sfreq=SFREQ),
    Notch(zero_phase=True, sfreq=SFREQ),
    PeakPreservingDownsampler(3),
    PeakPreservingDownsampler(3, "min"),
    WaveletDenoiser(),
    WaveletDenoiser("sym4", 3, threshold="sure", mode="hard", noise="finest"),
    MultiscalePCA(level=3, window_length=0.04, sfreq=SFREQ),
    MultiscalePCA(level=3, window_length=0.04, threshold=True, sfreq=SFREQ),
]
NEW_RATE = [
    PeakPreservingDownsampler(3, sfreq=SFREQ),
    Resampler(800, sfreq=SFREQ),
]
EVERY = SAME_RATE + NEW_RATE
WITH_RATE = [step for step in EVERY if "sfreq" in step.get_params()]


@pytest.fixture
def step(request):
    return clone(request.param)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("step", SAME_RATE, ids=repr, indirect=True)
def test_recordings_come_back_in_the_form_in_which_they_went_in(step):
    X = noise(3, 500)
    array = step.fit_transform(X)
    assert isinstance(array, np.ndarray) and array.ndim == 2
    as_list = step.fit_transform(list(X))
    assert isinstance(as_list, list)
    assert_array_equal(np.stack(as_list), array)
    objects = np.empty(3, dtype=object)
    objects[:] = list(X)
    assert step.fit_transform(objects).dtype == object
    assert_array_equal(step.fit_transform(X.tolist()), array)
    recordings = step.fit_transform(Recordings.from_array(X, sfreq=SFREQ))
    assert isinstance(recordings, Recordings)
    assert_array_equal(np.asarray(recordings), array)


@pytest.mark.parametrize("step", NEW_RATE, ids=repr, indirect=True)
@pytest.mark.parametrize("form", [np.asarray, list, np.ndarray.tolist])
def test_plain_recordings_become_recordings_that_know_their_new_rate(step, form):
    X = noise(3, 500)
    given = Recordings.from_array(X, sfreq=SFREQ)
    assert step.fit_transform(form(X)) == step.fit_transform(given)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_patients_and_channels_travel_along(step):
    emg = Recordings.from_list(
        [noise(2, 500), noise(2, 300), noise(2, 400)],
        sfreq=SFREQ,
        groups=["a", "b", "a"],
        channel_names=["biceps", "deltoid"],
        unit="mV",
    )
    result = step.fit_transform(emg)
    assert len(result) == 3
    assert_array_equal(result.groups, emg.groups)
    assert result.channel_names == ["biceps", "deltoid"]
    assert result.unit == (None if isinstance(step, AmplitudeScaler) else "uV")


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_recordings_do_not_touch_each_other(step):
    recordings = [noise(n, seed=n) for n in (300, 501, 400)]
    step.fit(recordings)
    together = list(step.transform(recordings))
    for x, result in zip(recordings, together, strict=True):
        assert_array_equal(step.transform([x])[0], result)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_channels_do_not_touch_each_other(step):
    X = noise(3, 2, 500)
    result = np.asarray(step.fit(X).transform(X))
    assert result.shape[:2] == (3, 2)
    for channel in range(2):
        alone = list(X[:, channel])
        assert_array_equal(result[:, channel], np.stack(list(step.transform(alone))))


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_float32_stays_float32(step):
    X = noise(2, 600)
    double = np.asarray(step.fit_transform(X))
    single = np.asarray(step.fit_transform(X.astype(np.float32)))
    assert double.dtype == np.float64
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, double, atol=2e-5)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16])
def test_integers_become_floats_before_any_arithmetic(step, dtype):
    ends = np.iinfo(dtype)
    X = np.random.default_rng(0).choice([ends.min, ends.max, 7], (2, 600)).astype(dtype)
    of_integers = np.asarray(step.fit_transform(X))
    assert of_integers.dtype == np.float64
    assert_array_equal(of_integers, np.asarray(step.fit_transform(X.astype(float))))


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
@pytest.mark.parametrize("form", ["array", "channels", "recordings", "list"])
def test_input_is_not_changed(step, form):
    X = noise(3, 1, 500) if form == "channels" else noise(3, 500)
    given = {
        "recordings": lambda: Recordings.from_array(X, sfreq=SFREQ),
        "list": lambda: list(X),
    }.get(form, lambda: X)()
    before = X.copy()
    step.fit_transform(given)
    assert_array_equal(X, before)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_layout_in_memory_does_not_matter(step, tmp_path):
    X = noise(4, 500)
    expected = np.asarray(step.fit_transform(X))
    stored = np.memmap(tmp_path / "x", dtype=float, mode="w+", shape=X.shape)
    stored[:] = X
    stored.flush()
    readonly = np.memmap(tmp_path / "x", dtype=float, mode="r", shape=X.shape)
    backwards = np.ascontiguousarray(X[:, ::-1])[:, ::-1]
    for same in (readonly, backwards, np.asfortranarray(X), X.astype(">f8")):
        assert_array_equal(np.asarray(step.fit_transform(same)), expected)
        assert_array_equal(np.stack(list(step.fit_transform(list(same)))), expected)
    mapped = Recordings(
        readonly.reshape(-1), np.arange(5) * 500, sfreq=SFREQ, groups=None
    )
    assert_array_equal(np.asarray(step.fit_transform(mapped)), expected)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_not_finite_is_refused_with_its_place(step, value):
    recordings = [noise(300), noise(400)]
    recordings[1][17] = value
    with pytest.raises(SignalError, match="recording 1, sample 17"):
        step.fit(recordings)


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
@pytest.mark.parametrize(
    "X",
    [
        [],
        np.zeros((0, 100)),
        np.zeros((3, 0)),
        np.zeros(100),
        np.zeros((2, 2, 2, 100)),
        np.zeros((2, 100), dtype=complex),
        np.ma.masked_less(np.zeros((2, 100)), 1),
        [np.zeros(100), np.zeros((2, 100))],
        [np.zeros(100), np.zeros(0)],
        [np.zeros(100), np.zeros(90, dtype=complex)],
    ],
    ids=repr,
)
def test_what_is_no_recording_is_refused(step, X):
    with pytest.raises(ValueError):
        step.fit(X)


@pytest.mark.parametrize("step", WITH_RATE, ids=repr, indirect=True)
def test_windows_are_refused(step):
    windows = Windows(noise(4, 100), [0, 2, 4], sfreq=SFREQ)
    with pytest.raises(SignalError, match="put it before Windower"):
        step.fit(windows)


@pytest.mark.parametrize("step", WITH_RATE, ids=repr, indirect=True)
@pytest.mark.parametrize("sfreq", [0, -1.0, np.nan, np.inf, "2000", True])
def test_rate_that_is_none_is_refused(step, sfreq):
    with pytest.raises(SignalError, match="sfreq must be"):
        step.set_params(sfreq=sfreq).fit(noise(2, 500))


@pytest.mark.parametrize("step", WITH_RATE, ids=repr, indirect=True)
def test_parameter_that_contradicts_the_recordings_is_refused(step):
    emg = Recordings.from_array(noise(2, 500), sfreq=4000)
    with pytest.raises(SignalError, match="recording 0 has 4000 Hz"):
        step.set_params(sfreq=SFREQ).fit(emg)


@pytest.mark.parametrize(
    "step",
    [Bandpass(20, 400), MultiscalePCA(), Notch(), Resampler(800)],
    ids=repr,
    indirect=True,
)
def test_unknown_rate_is_never_guessed(step):
    name = type(step).__name__
    with pytest.raises(SignalError, match=rf"is unknown: .* {name}\(sfreq=...\)"):
        step.fit(noise(2, 300))


@pytest.mark.parametrize("step", EVERY, ids=repr, indirect=True)
def test_output_is_no_table(step):
    assert not hasattr(step, "get_feature_names_out")
    X = noise(2, 300)
    expected = step.fit_transform(X)
    result = step.set_output(transform="pandas").fit_transform(X)
    assert type(result) is type(expected)

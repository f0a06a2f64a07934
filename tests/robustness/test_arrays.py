"""What arrays may look like, for every public transformer."""

import re
import tempfile
from pathlib import Path

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from every_transformer import (
    FEATURE_ROW_STEPS,
    N_TIMES,
    RECORDING_STEPS,
    SFREQ,
    STEPS,
    TABLES,
    WINDOW_STEPS,
    public_transformers,
    result_of,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.preprocessing import AmplitudeScaler
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowSelector

pytestmark = pytest.mark.filterwarnings(
    "ignore:DeltaFeatures got plain rows",
    "ignore:no window passed",
    "ignore:.*of the .* recordings:UserWarning",
)
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda s: type(s).__name__)
each_signal_step = pytest.mark.parametrize(
    "step", RECORDING_STEPS + WINDOW_STEPS, ids=lambda s: type(s).__name__
)
INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
LAYOUTS = ["plain", "reversed", "strided", "fortran", "read-only", "mapped", "swapped"]


def test_every_public_transformer_stands_in_the_list():
    assert {type(step) for step in STEPS} == set(public_transformers())


@st.composite
def signals(draw):
    """Draw rows of any real type: noise, extremes, few values, flat ones."""
    dtype = np.dtype(draw(st.sampled_from(INTEGERS + FLOATS)))
    shape = (draw(st.integers(1, 3)), N_TIMES)
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    if dtype.kind in "iu":
        ends = np.iinfo(dtype)
        noise = rng.integers(ends.min, ends.max, shape, endpoint=True, dtype=dtype)
        few = rng.choice(np.array([ends.min, ends.max, 0, 1], dtype), shape)
    else:
        scale = draw(st.sampled_from([1e-4, 1.0, 1e4]))
        noise = np.clip(scale * rng.standard_normal(shape), -6e4, 6e4).astype(dtype)
        tiny = np.finfo(dtype).smallest_subnormal
        few = rng.choice(np.array([-0.0, 0.0, tiny, 1.0, -6e4], dtype), shape)
    kind = draw(st.sampled_from(["noise", "few", "flat", "any"]))
    if kind == "any":
        elements = st.sampled_from(np.concatenate([noise[0, :8], few[0, :8]]).tolist())
        return draw(hnp.arrays(dtype, shape, elements=elements, fill=elements))
    return {"noise": noise, "few": few, "flat": noise[:, :1] + 0 * noise}[kind]


def laid_out(X, layout, folder):
    """Return the same values in another order in memory."""
    if layout == "reversed":
        return X[::-1, ::-1].copy()[::-1, ::-1]
    if layout == "strided":
        return np.repeat(X, 2, axis=1)[:, ::2]
    if layout == "fortran":
        return np.asfortranarray(X)
    if layout == "swapped":
        return X.astype(X.dtype.newbyteorder())
    if layout == "mapped":
        X.tofile(folder / "X")
        return np.memmap(folder / "X", X.dtype, mode="r", shape=X.shape)
    X = X.copy()
    X.flags.writeable = layout != "read-only"
    return X


def in_form(X, form, step):
    """Return rows as the step may get them; nothing is copied that need not be."""
    if form == "array":
        return X
    if form == "channels":
        half, (across, along) = X.shape[1] // 2, X.strides
        return np.lib.stride_tricks.as_strided(
            X, (len(X), 2, half), (across, half * along, along), writeable=False
        )
    of_recordings = any(step is other for other in RECORDING_STEPS)
    if form == "list":
        return list(X) if of_recordings else X
    bags = np.array([0, len(X)])
    if of_recordings:
        return Recordings(X[0], [0, X.shape[1]], sfreq=SFREQ)
    names = None
    if any(step is other for other in FEATURE_ROW_STEPS):
        names = [f"x{i}" for i in range(X.shape[1])]
    return Windows(X, bags, sfreq=SFREQ, feature_names=names)


def forms_of(step):
    if any(step is other for other in FEATURE_ROW_STEPS):
        return ["array", "container"]
    return ["array", "channels", "list", "container"]


def assert_same(found, expected):
    if isinstance(expected, Exception):
        assert type(found) is type(expected), found
        assert str(found) == str(expected)
        return
    assert not isinstance(found, Exception), found
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@each_step
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_type_and_layout_gives_what_a_copy_as_plain_floats_gives(step, data):
    X = data.draw(signals())
    layout = data.draw(st.sampled_from(LAYOUTS))
    form = data.draw(st.sampled_from(forms_of(step)))
    with tempfile.TemporaryDirectory() as folder:
        given = laid_out(X, layout, Path(folder))
        before = given.tobytes()
        found = result_of(clone(step), in_form(given, form, step))
        assert given.tobytes() == before
    dtype = np.float32 if X.dtype == np.float32 else np.float64
    plain = np.ascontiguousarray(X).astype(dtype)
    expected = result_of(clone(step), in_form(plain, form, step))
    if isinstance(step, WindowSelector) and form == "container":
        found = [part.astype(dtype) for part in found]  # it keeps windows as they are
    assert_same(found, expected)


@each_step
@given(
    value=st.sampled_from([np.nan, np.inf, -np.inf]),
    place=st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, N_TIMES - 1)),
    dtype=st.sampled_from(FLOATS),
)
@example(np.nan, (0, 0, 0), np.float32)
@example(-np.inf, (2, 1, N_TIMES - 1), np.float64)
def test_what_is_not_finite_is_refused_with_its_place(step, value, place, dtype):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3, 2, N_TIMES)).astype(dtype)
    X[place] = value
    row, channel, sample = place
    of_windows = step in WINDOW_STEPS and not isinstance(step, AmplitudeScaler)
    noun = "window" if of_windows else "recording"
    if step in FEATURE_ROW_STEPS:
        with pytest.raises(ValueError, match=r"contains NaN|contains infinity"):
            clone(step).fit(X[:, channel])
        windows = Windows(
            X[:, channel],
            [0, 1, 3],
            sfreq=None,
            feature_names=[f"x{i}" for i in range(N_TIMES)],
        )
        where = f"window {row}, sample {sample}, of recording {min(row, 1)}"
        with pytest.raises(SignalError, match=where):
            clone(step).fit(windows)
        return
    where = rf"{noun} {row}, channel {channel}, sample {sample}\b"
    with pytest.raises(SignalError, match=where):
        clone(step).fit(X)
    with pytest.raises(SignalError, match=rf"{noun} {row}, sample {sample}\b"):
        clone(step).fit(X[:, channel])


@each_step
@pytest.mark.parametrize(
    "X, error, message",
    [
        (np.ones((2, N_TIMES), complex), ValueError, "Complex data not supported"),
        (np.full((2, N_TIMES), "rest"), ValueError, "could not convert string"),
        (np.full((2, N_TIMES), {}, object), TypeError, "dict"),
        (np.ones((2, 2, 2, N_TIMES)), ValueError, "(?i)dim|shape"),
        (np.ones((0, N_TIMES)), ValueError, r"0 sample\(s\)"),
        (np.ones((2, 0)), ValueError, r"0 feature\(s\)"),
        (np.ma.masked_less(np.ones((2, N_TIMES)), 1), ValueError, "masked"),
    ],
    ids=["complex", "text", "objects", "4-D", "no row", "no sample", "masked"],
)
def test_what_is_no_signal_is_refused_in_the_words_of_scikit_learn(
    step, X, error, message
):
    with pytest.raises(error, match=message):
        clone(step).fit(X)


@each_step
def test_booleans_and_numbers_in_objects_count_as_the_numbers_that_they_are(step):
    X = np.random.default_rng(0).integers(0, 2, (3, N_TIMES))
    expected = result_of(clone(step), X.astype(float))
    for same in (X.astype(bool), X.astype(object)):
        assert_same(result_of(clone(step), same), expected)


@pytest.mark.parametrize("kind", [complex, bool, str, object])
def test_containers_refuse_what_is_no_real_number(kind):
    X = np.ones(N_TIMES).astype(kind)
    with pytest.raises((TypeError, SignalError), match=r"Complex|real numbers"):
        Recordings(X, [0, N_TIMES], sfreq=SFREQ)


@pytest.mark.parametrize("step", RECORDING_STEPS, ids=lambda s: type(s).__name__)
def test_more_channels_than_samples_are_refused_with_the_cure(step):
    swapped = np.ones((N_TIMES, 2))
    message = rf"shape \({N_TIMES}, 2\).* pass signal\.T"
    for X in ([swapped, swapped], swapped[np.newaxis]):
        with pytest.raises(SignalError, match=message):
            clone(step).fit(X)
    with pytest.raises(SignalError, match=message):
        Recordings.from_list([swapped], sfreq=SFREQ)


@each_signal_step
def test_a_signal_that_is_too_short_is_told_how_long_it_must_be(step):
    rng = np.random.default_rng(0)
    n_times = 1
    for _ in range(4):  # one rule after the other
        error = result_of(clone(step), rng.standard_normal((4, n_times)))
        if not isinstance(error, Exception):
            return
        said = re.search(r"(?:at least|minimum of|needs) (\d+)", str(error))
        if said:
            assert int(said[1]) > n_times
            n_times = int(said[1])
        else:
            assert re.search(r"no bin|no frequency", str(error)), error
            n_times = N_TIMES // 2
    raise AssertionError(f"refused with {n_times} samples: {error}")


@each_step
def test_minus_zero_is_zero_and_subnormal_numbers_are_numbers(step):
    rng = np.random.default_rng(0)
    X = np.where(rng.random((3, N_TIMES)) < 0.3, 0, rng.standard_normal((3, N_TIMES)))
    minus = np.where(X == 0, -0.0, X)
    assert_same(result_of(clone(step), minus), result_of(clone(step), X))
    for dtype in (np.float32, np.float64):
        tiny = (X * 8 * np.finfo(dtype).smallest_subnormal).astype(dtype)
        found = result_of(clone(step), tiny)
        if isinstance(found, Exception):
            assert isinstance(found, SignalError)
        else:
            wrong = np.isinf if isinstance(step, TABLES) else not_finite
            assert not any(wrong(part).any() for part in found)


def not_finite(values):
    return ~np.isfinite(values)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16, np.int32])
def test_the_rms_of_extreme_integers_is_exact(dtype):
    ends = np.iinfo(dtype)
    rows = np.random.default_rng(0).choice([ends.min, ends.max], (4, 200)).astype(dtype)
    rows[0] = ends.min
    exact = [(sum(int(x) ** 2 for x in row) / 200) ** 0.5 for row in rows]
    rms = TimeDomainFeatures(("rms",)).fit_transform(rows)[:, 0]
    np.testing.assert_allclose(rms, exact, rtol=1e-12)

"""z-scores by muscle are those of normal training patients and of nobody else."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.clinical import NormalZScore
from skemg.exceptions import SignalError

# two muscles, two measures; c is ill, e has the only trapezius
MUSCLES = ["apb", "apb", "apb", "apb", "fdi", "fdi", "fdi", "trapezius"]
VALUES = np.array(
    [[1, 5], [3, 5], [5, 8], [90, 90], [10, 0], [20, 1], [70, 7], [4, 4]], float
)
Y = np.array(["normal"] * 3 + ["ill"] + ["normal"] * 2 + ["ill", "normal"])
PATIENTS = ["a", "a", "b", "c", "a", "b", "c", "e"]


def table(values=VALUES, muscles=MUSCLES):
    return np.column_stack([np.asarray(values, object), muscles])


def test_patients_weigh_the_same_however_many_rows_they_have():
    step = NormalZScore(by=2, unknown="nan").fit(table(), Y, groups=PATIENTS)
    assert step.muscles_.tolist() == ["apb", "fdi"]
    assert step.n_normal_.tolist() == [2, 2]
    # apb: patient a has 1 and 3, b has 5; weights 1/2, 1/2 and 1
    mean = (2 + 5) / 2
    squares = ((1 - mean) ** 2 + (3 - mean) ** 2) / 2 + (5 - mean) ** 2
    scale = np.sqrt(squares / (2 - (0.25 + 0.25 + 1) / 2))
    assert_allclose(step.mean_[0, 0], mean)
    assert_allclose(step.scale_[0, 0], scale)
    assert_allclose(step.mean_[0], [3.5, 6.5])
    weights = [0.5, 0.5, 1]
    assert_allclose(
        step.scale_[0] ** 2, np.diag(np.cov(VALUES[:3].T, aweights=weights))
    )
    z = step.transform(table())
    assert_allclose(z[3, 0], (90 - mean) / scale)
    assert np.isnan(z[7]).all()


def test_without_patients_all_rows_weigh_the_same():
    step = NormalZScore(by=2, unknown="nan").fit(table(), Y)
    assert_allclose(step.mean_, [[3, 6], [15, 0.5]])
    assert_allclose(
        step.scale_, [np.std(VALUES[:3], axis=0, ddof=1), [50**0.5, 0.5**0.5]]
    )
    assert step.n_normal_.tolist() == [3, 2]


def test_patients_who_are_not_normal_teach_nothing():
    other = VALUES.copy()
    other[Y == "ill"] = 1e6
    one = NormalZScore(by=2, unknown="nan").fit(table(), Y)
    two = NormalZScore(by=2, unknown="nan").fit(table(other), Y)
    assert_array_equal(one.mean_, two.mean_)
    assert_array_equal(one.scale_, two.scale_)


@pytest.mark.parametrize("muscle", ["trapezius", "deltoid", None, np.nan])
def test_a_muscle_without_two_normal_patients_is_refused_unless_asked(muscle):
    row = table([[4.0, 4.0]], [muscle])
    fitted = {
        unknown: NormalZScore(by=-1, unknown=unknown).fit(table(), Y, groups=PATIENTS)
        for unknown in ("raise", "all", "nan")
    }
    with pytest.raises(SignalError, match=r"\['apb', 'fdi'\].*unknown=\"all\""):
        fitted["raise"].transform(row)
    assert np.isnan(fitted["nan"].transform(row)).all()
    # all normal rows: a has three, b two, e one
    normal = Y == "normal"
    weights = [1 / 3, 1 / 3, 1 / 2, 1 / 3, 1 / 2, 1]
    mean = np.average(VALUES[normal], axis=0, weights=weights)
    scale = np.sqrt(np.diag(np.cov(VALUES[normal].T, aweights=weights)))
    assert_allclose(fitted["all"].transform(row)[0], (4 - mean) / scale)


def test_a_measure_that_is_missing_is_left_out_and_stays_missing():
    values = VALUES.copy()
    values[0, 0] = values[4, 1] = np.nan
    step = NormalZScore(by=2, unknown="nan").fit(table(values), Y)
    assert_allclose(step.mean_[0, 0], 4)
    assert np.isnan(step.mean_[1, 1])  # one normal value of the second muscle is left
    z = step.transform(table(values))
    assert_array_equal(np.argwhere(np.isnan(z[:7])), [[0, 0], [4, 1], [5, 1], [6, 1]])
    like_all = (
        NormalZScore(by=2, unknown="all").fit(table(values), Y).transform(table(values))
    )
    assert_array_equal(np.argwhere(np.isnan(like_all)), [[0, 0], [4, 1]])


def test_normal_values_that_do_not_vary_have_a_scale_of_one():
    values = np.array([[2.0], [2.0], [5.0]])
    step = NormalZScore(None).fit(values, ["normal", "normal", "ill"])
    assert_array_equal(step.transform(values), [[0], [0], [3]])


@pytest.mark.parametrize("size", [0.3, 1e6, 1e-200])
def test_values_that_differ_by_rounding_do_not_vary(size):
    values = size * np.array([[1.0], [1 + 2e-16], [1 - 1e-16], [3.0]])
    y = ["normal"] * 3 + ["ill"]
    z = NormalZScore(None).fit_transform(values, y)
    assert_allclose(z[:, 0], [0, 0, 0, 2 * size], atol=1e-9 * size)


def test_one_normal_patient_is_no_reference():
    y = ["normal", "normal", "ill"]
    for unknown in ("raise", "all"):
        step = NormalZScore(None, unknown=unknown)
        with pytest.raises(SignalError, match=r"fit got 1 normal patient.*and 2 are"):
            step.fit(VALUES[:3], y, groups=["a", "a", "b"])
    step = NormalZScore(None, unknown="nan").fit(VALUES[:3], y, groups=["a", "a", "b"])
    assert np.isnan(step.transform(VALUES)).all()


@pytest.mark.parametrize("normal", [0, "gesund"])
def test_the_normal_class_may_have_any_name(normal):
    expected = NormalZScore(2, unknown="nan").fit(table(), Y, groups=PATIENTS)
    y = np.where(Y == "normal", normal, 1 if normal == 0 else "krank")
    step = NormalZScore(2, normal=normal, unknown="nan").fit(table(), y, PATIENTS)
    assert_array_equal(step.mean_, expected.mean_)
    assert_array_equal(step.scale_, expected.scale_)


def test_what_pandas_calls_missing_is_missing():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "turns": pandas.array([1, 3, 5, pandas.NA, 7], dtype="Int64"),
            "muscle": pandas.array(["apb"] * 4 + [pandas.NA], dtype="string"),
        }
    )
    step = NormalZScore(unknown="nan").fit(frame, ["normal"] * 3 + ["ill"] * 2)
    assert_array_equal(step.transform(frame)[:, 0], [-1, 0, 1, np.nan, np.nan])
    rest = NormalZScore(unknown="all").fit(frame, ["normal"] * 3 + ["ill"] * 2)
    assert_array_equal(rest.transform(frame)[:, 0], [-1, 0, 1, np.nan, 2])


def test_a_data_frame_gives_the_muscle_by_name():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(VALUES, columns=["duration_ms", "phases"])
    frame.insert(1, "muscle", MUSCLES)
    by_name = NormalZScore(unknown="all").fit(frame, Y, groups=PATIENTS)
    by_number = NormalZScore(2, unknown="all").fit(table(), Y, groups=PATIENTS)
    assert_array_equal(by_name.transform(frame), by_number.transform(table()))
    assert by_name.get_feature_names_out().tolist() == ["duration_ms_z", "phases_z"]
    assert by_number.get_feature_names_out().tolist() == ["x0_z", "x1_z"]
    with pytest.raises(ValueError, match=r"by='site' is no column.*duration_ms"):
        NormalZScore(by="site").fit(frame, Y)


@pytest.mark.parametrize(
    "kwargs, words",
    [
        ({}, r"by='muscle' is no column.*pass its number"),
        ({"by": 3}, "number of one of the 3 columns"),
        ({"by": 1.0}, "number of one of the 3 columns"),
        ({"by": 0}, "compares numbers"),  # the words are left as a measure
        ({"by": 2, "normal": "healthy"}, r"no row of class normal='healthy'.*'ill'"),
        ({"by": 2, "unknown": "drop"}, "unknown must be one of"),
    ],
)
def test_a_bad_parameter_is_refused(kwargs, words):
    with pytest.raises(ValueError, match=words):
        NormalZScore(**kwargs).fit(table(), Y)


def test_infinity_is_refused():
    values = VALUES.copy()
    values[2, 1] = np.inf
    with pytest.raises(SignalError, match="row 2 has infinity in measure 1"):
        NormalZScore(by=2).fit(table(values), Y)

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.model_selection import LeaveOneSiteOut
from skemg.signals import Windows
from skemg.windowing import WindowPooling

PATIENTS = np.repeat(list("abcdefghijkl"), 2)
SITE_OF = {patient: "ABC"[i // 4] for i, patient in enumerate("abcdefghijkl")}
Y = np.repeat(np.arange(12) % 2, 2)


def test_sites_of_recordings_and_of_patients_give_the_same_splits():
    sites = [SITE_OF[patient] for patient in PATIENTS]
    for given in (sites, np.array(sites), pd.Series(sites), SITE_OF):
        cv = LeaveOneSiteOut(given)
        tested = [PATIENTS[test].tolist() for _, test in cv.split(Y, Y, PATIENTS)]
        assert tested == [list("aabbccdd"), list("eeffgghh"), list("iijjkkll")]
        assert cv.get_n_splits(Y, Y, PATIENTS) == 3


def test_a_dict_serves_nested_searches():
    rng = np.random.default_rng(0)
    X = Windows(rng.normal(size=(24, 2)), np.arange(25), sfreq=1, groups=PATIENTS)
    cv = LeaveOneSiteOut(SITE_OF)
    model = make_pipeline(WindowPooling(("mean",)), LogisticRegression())
    search = GridSearchCV(model, {"logisticregression__C": [1, 10]}, cv=cv)
    scores = cross_val_score(search, X, Y, cv=cv, error_score="raise")
    assert len(scores) == 3
    by_recording = LeaveOneSiteOut([SITE_OF[patient] for patient in PATIENTS])
    search.set_params(cv=by_recording)
    with pytest.raises(SignalError, match=r"24 entries for 16 rec.*\{patient: site"):
        cross_val_score(search, X, Y, cv=cv, error_score="raise")


def test_a_patient_at_two_sites_is_refused_with_the_cure():
    sites = ["A", "A", "A", "B", *"BBBB"]
    message = (
        r"patient b is at two sites, A \(recording 2\) and B \(recording 3\); "
        r".*sites=\{patient: site\}"
    )
    with pytest.raises(SignalError, match=message):
        next(LeaveOneSiteOut(sites).split(Y[:8], Y[:8], PATIENTS[:8]))


@pytest.mark.parametrize(
    "sites, message",
    [
        ({"a": "A"}, r"no patient 'b' \(recording 2\)"),
        (["A", "B"], "2 entries for 8 recordings"),
        (["A"] * 7 + [None], "site of recording 7 is None"),
        (None, "sites is None"),
    ],
)
def test_missing_sites_are_refused(sites, message):
    with pytest.raises(ValueError, match=message):
        next(LeaveOneSiteOut(sites).split(Y[:8], Y[:8], PATIENTS[:8]))


def test_one_site_leaves_nobody_to_train_on():
    cv = LeaveOneSiteOut(dict.fromkeys("abcd", "A"))
    with pytest.raises(ValueError, match=r"trains on nobody; .*\{'0': 2, '1': 2\}"):
        next(cv.split(Y[:8], Y[:8], PATIENTS[:8]))


def test_a_class_of_one_site_is_refused_with_the_table():
    y = np.where(np.isin(PATIENTS, list("ab")), "als", "normal")
    message = r"split 0 trains on nobody of class als; .*\{'als': 2, 'normal': 10\}"
    with pytest.raises(ValueError, match=message):
        next(LeaveOneSiteOut(SITE_OF).split(y, y, PATIENTS))

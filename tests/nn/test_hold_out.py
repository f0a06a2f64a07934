"""Held-out patients: whole, of each class, as many as asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemg.nn._hold_out import hold_out

CLASSES = np.array(["a", "b", "c"])


@given(
    n_patients=st.lists(st.integers(2, 12), min_size=2, max_size=3),
    fraction=st.floats(0.01, 0.9),
    seed=st.integers(0, 100),
)
def test_whole_patients_of_each_class_are_on_both_sides(n_patients, fraction, seed):
    rng = np.random.RandomState(seed)
    label = np.repeat(np.arange(len(n_patients)), n_patients)
    patient = np.repeat(np.arange(len(label)), rng.randint(1, 5, len(label)))
    mask = hold_out(label[patient], CLASSES, patient, fraction, rng)
    held_out = np.unique(patient[mask])
    assert set(held_out).isdisjoint(patient[~mask])
    n_held = np.bincount(label[held_out], minlength=len(n_patients))
    wanted = np.clip(np.round(fraction * np.array(n_patients)), 1, None)
    assert n_held.tolist() == np.minimum(wanted, np.array(n_patients) - 1).tolist()


def test_patients_who_have_every_class_are_held_out_whole():
    patient = np.repeat(np.arange(10), 6)
    codes = np.tile([0, 1, 2], 20)
    mask = hold_out(codes, CLASSES, patient, 0.3, np.random.RandomState(0))
    assert len(np.unique(patient[mask])) == 3 and mask.sum() == 18


def test_a_class_of_one_patient_raises_with_the_counts():
    with pytest.raises(ValueError, match=r"patients a class: \{'a': 2, 'b': 1\}"):
        hold_out(
            np.array([0, 0, 1]),
            CLASSES[:2],
            ["x", "y", "z"],
            0.1,
            np.random.RandomState(0),
        )


def test_a_class_of_one_window_raises_where_patients_are_unknown():
    with pytest.raises(ValueError, match=r"windows a class: \{'a': 2, 'b': 1\}"):
        hold_out(np.array([0, 0, 1]), CLASSES[:2], None, 0.1, np.random.RandomState(0))

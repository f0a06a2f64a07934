import numpy as np
import pytest
from numpy.testing import assert_allclose

from skemg.preprocessing._principal import Moments, leading, project_on_its_own


@pytest.mark.parametrize(
    "rule, n_kept",
    [
        ("kaiser", 2),  # the mean of the eigenvalues is 25
        ("heuristic", 3),
        (0.49, 1),
        (0.51, 2),
        (0.98, 4),
        (1.0, 4),
    ],
)
def test_each_rule_keeps_what_it_says(rule, n_kept):
    scatter = np.diag([12.0, 50, 3, 35])
    components = leading(scatter, rule, n_columns=4)
    assert_allclose(np.abs(components), np.eye(4)[[1, 3, 0, 2]][:n_kept])


def test_mean_of_the_kaiser_rule_counts_every_column():
    scatter = np.diag([12.0, 50, 3, 35])  # of rows, where there are 20 columns
    assert len(leading(scatter, "kaiser", n_columns=20)) == 3


def test_one_component_is_kept_at_least():
    assert leading(np.eye(30), "heuristic", n_columns=30).shape == (1, 30)
    assert leading(np.zeros((3, 3)), 0.5, n_columns=3).shape == (1, 3)


def test_moments_of_pieces_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    pieces = [1e6 * k + rng.standard_normal((3, n)) for k, n in enumerate((5, 1, 40))]
    moments = Moments()
    for piece in pieces:
        moments.add(piece)
    whole = np.hstack(pieces)
    assert_allclose(moments.mean, whole.mean(axis=1))
    assert_allclose(moments.scatter, np.cov(whole, ddof=0) * whole.shape[1])


def test_matrix_of_one_row_is_its_own_mean():
    band = np.array([[3.0], [5.0]])
    assert_allclose(project_on_its_own(band, "kaiser", lambda scores: scores), band)

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from skemg.classifiers import RotationForestClassifier


def oblique(n_samples, random_state, n_features=8):
    """Return normal samples whose class changes across a plane between the axes."""
    rng = np.random.default_rng(random_state)
    X = rng.normal(size=(n_samples, n_features))
    X[:, ::2] *= 3  # the rotation has to stand units
    return X, (X / X.std(axis=0)).sum(axis=1) > 0


@pytest.fixture
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture
def forest(iris):
    return RotationForestClassifier(8, random_state=0).fit(*iris)


def test_every_rotation_is_square_and_orthogonal(forest):
    assert len(forest.rotations_) == 8
    for rotation in forest.rotations_:
        R = rotation.toarray()
        assert R.shape == (4, 4)
        assert_allclose(R.T @ R, np.eye(4), atol=1e-12)


def test_a_rotation_joins_three_features_and_the_last_subset_has_fewer(forest):
    for rotation in forest.rotations_:
        linked = rotation.toarray() != 0
        assert_array_equal(linked, linked.T)
        assert sorted(linked.sum(axis=0)) == [1, 3, 3, 3]
    subsets = {tuple((r.toarray() != 0).sum(axis=0)) for r in forest.rotations_}
    assert len(subsets) > 1  # drawn anew for each tree


def test_axes_are_the_principal_axes_of_the_features():
    line = np.random.default_rng(0).normal(size=50)
    X = np.column_stack([line, 10 * line + 3])  # one line, whatever is drawn
    forest = RotationForestClassifier(3, random_state=0).fit(X, line > 0)
    for rotation in forest.rotations_:
        assert_allclose(np.abs(rotation.toarray()), np.full((2, 2), 0.5**0.5))
        spread = (forest.scaler_.transform(X) @ rotation).std(axis=0)
        assert_allclose(sorted(spread), [0, 2**0.5], atol=1e-7)


def test_a_bootstrap_of_one_sample_gives_a_whole_rotation(iris):
    forest = RotationForestClassifier(3, max_samples=0.001, random_state=0).fit(*iris)
    for rotation in forest.rotations_:
        R = rotation.toarray()
        assert_allclose(R.T @ R, np.eye(4), atol=1e-12)


def test_one_feature_a_subset_is_no_rotation(iris):
    X, y = iris
    forest = RotationForestClassifier(2, n_features_per_subset=1, random_state=0)
    for rotation in forest.fit(X, y).rotations_:
        assert_allclose(np.abs(rotation.toarray()), np.eye(4))


def test_some_subsets_see_one_class_and_others_all():
    # Along the first feature class 0 is spread, along the second class 1; the axes tell
    # which classes were drawn: those of one class only, or the oblique ones of both.
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1000))
    zero = np.column_stack([a, np.zeros(1000)])
    one = np.column_stack([b, b])
    X, y = np.concatenate([zero, one]), np.repeat([0, 1], 1000)
    forest = RotationForestClassifier(60, max_depth=1, random_state=0).fit(X, y)
    scale = forest.scaler_.scale_
    slope = np.array([1, 1]) / scale
    slope /= np.linalg.norm(slope)
    kinds = {"zero": 0, "one": 0, "both": 0}
    for rotation in forest.rotations_:
        R = np.abs(rotation.toarray())
        if np.allclose(R.max(axis=0), 1):
            kinds["zero"] += 1
        elif np.allclose(np.sort(R, axis=0)[:, 0], np.sort(slope)):
            kinds["one"] += 1
        else:
            kinds["both"] += 1
    # 1/4 nobody, of whom half each; so 3/8, 3/8, 1/4
    assert kinds["zero"] == pytest.approx(22.5, abs=10)
    assert kinds["one"] == pytest.approx(22.5, abs=10)
    assert kinds["both"] == pytest.approx(15, abs=9)


def test_prediction_is_the_mean_of_the_probabilities_of_the_trees(forest, iris):
    X, _ = iris
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    expected = np.mean(
        [
            tree.predict_proba(standard @ rotation.toarray())
            for tree, rotation in zip(
                forest.estimators_, forest.rotations_, strict=True
            )
        ],
        axis=0,
    )
    proba = forest.predict_proba(X)
    assert_allclose(proba, expected)
    assert_array_equal(forest.predict(X), proba.argmax(axis=1))


def test_trees_are_not_pruned_and_see_all_samples(forest, iris):
    X, y = iris
    assert all(tree.tree_.n_node_samples[0] == 150 for tree in forest.estimators_)
    assert forest.score(X, y) == 1
    shallow = RotationForestClassifier(2, max_depth=1, random_state=0).fit(X, y)
    assert [tree.get_depth() for tree in shallow.estimators_] == [1, 1]


def test_units_of_the_features_do_not_matter(iris):
    X, y = iris
    forest = RotationForestClassifier(5, random_state=0).fit(X, y)
    units = np.array([1e3, 1e-3, 1, 7])
    other = RotationForestClassifier(5, random_state=0).fit(X * units, y)
    agree = forest.predict(X + 0.05) == other.predict((X + 0.05) * units)
    assert agree.mean() > 0.98  # the rest are ties of rounding


def test_the_result_is_the_same_for_any_number_of_jobs(iris):
    X, y = iris
    one, two = (
        RotationForestClassifier(6, n_jobs=n_jobs, random_state=3).fit(X, y)
        for n_jobs in (1, 2)
    )
    assert_array_equal(one.predict_proba(X + 0.1), two.predict_proba(X + 0.1))


def test_another_seed_gives_another_forest(iris):
    X, y = iris
    one, two = (
        RotationForestClassifier(3, random_state=seed).fit(X, y) for seed in (0, 1)
    )
    assert (one.rotations_[0] != two.rotations_[0]).nnz


def test_it_beats_a_tree_and_a_random_forest_on_an_oblique_border():
    X, y = oblique(1000, 0)
    train, test = slice(0, 300), slice(300, 1000)
    scores = [
        model.fit(X[train], y[train]).score(X[test], y[test])
        for model in (
            DecisionTreeClassifier(random_state=0),
            RandomForestClassifier(50, random_state=0),
            RotationForestClassifier(50, random_state=0),
        )
    ]
    tree, random, rotation = scores
    assert rotation > random + 0.01
    assert rotation > tree + 0.15


def test_it_is_as_good_as_that_of_aeon():
    aeon = pytest.importorskip("aeon.classification.sklearn")
    ours, theirs = [], []
    for seed in range(5):
        X, y = oblique(500, seed)
        for scores, model in (
            (ours, RotationForestClassifier(30, random_state=seed)),
            (theirs, aeon.RotationForestClassifier(30, random_state=seed)),
        ):
            scores.append(model.fit(X[:250], y[:250]).score(X[250:], y[250:]))
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.03)


def test_labels_may_be_words_and_weightless_samples_do_not_count(iris):
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    weight = np.random.default_rng(0).integers(0, 2, 150)
    weighted = RotationForestClassifier(4, random_state=0)
    weighted.fit(X, names, sample_weight=weight)
    without = RotationForestClassifier(4, random_state=0)
    without.fit(X[weight > 0], names[weight > 0])
    assert_array_equal(weighted.predict_proba(X), without.predict_proba(X))
    assert set(weighted.predict(X)) == {"a", "b", "c"}


def test_class_weight_moves_leaves_that_hold_several_classes():
    X, y = np.zeros((10, 2)), [0] * 8 + [1] * 2
    plain = RotationForestClassifier(3, random_state=0).fit(X, y)
    assert_allclose(plain.predict_proba(X[:1]), [[0.8, 0.2]])
    balanced = RotationForestClassifier(3, class_weight="balanced", random_state=0)
    assert_allclose(balanced.fit(X, y).predict_proba(X[:1]), [[0.5, 0.5]])


@pytest.mark.parametrize(
    "params, message",
    [
        ({"n_estimators": 0}, "n_estimators == 0"),
        ({"n_features_per_subset": 0}, "n_features_per_subset == 0"),
        ({"max_samples": 0.0}, "max_samples == 0.0"),
        ({"max_samples": 1.5}, "max_samples == 1.5"),
    ],
)
def test_bad_parameters_are_refused_by_name(iris, params, message):
    with pytest.raises(ValueError, match=message):
        RotationForestClassifier(**params).fit(*iris)

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skemg.classifiers import MISVC
from skemg.signals import Windows

VARIANTS = pytest.mark.parametrize("variant", ["mi", "MI"])


def hidden(n_bags=40, n_windows=8, shift=4.0, seed=0):
    """Return bags, labels and the row that shows the class in each positive bag."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_bags, n_windows, 2))
    y = np.arange(n_bags) % 2
    witness = rng.integers(n_windows, size=n_bags)
    values[y == 1, witness[y == 1]] += shift
    offsets = np.arange(n_bags + 1) * n_windows
    X = Windows(values.reshape(-1, 2), offsets, sfreq=1000, feature_names=["a", "b"])
    return X, y, witness


def mi_svm(X, positive, max_iter=50):
    """Return the machine of mi-SVM, written as in the source."""
    table = StandardScaler().fit_transform(X.values)
    bags = np.split(np.arange(len(table)), X.offsets[1:-1])
    labels = np.repeat(np.where(positive, 1, -1), X.counts)
    for _ in range(max_iter):
        svm = SVC(gamma=1 / (table.shape[1] * table.var())).fit(table, labels)
        score, new = svm.decision_function(table), labels.copy()
        for bag in (bags[i] for i in np.flatnonzero(positive)):
            new[bag] = np.where(score[bag] > 0, 1, -1)
            if (new[bag] == -1).all():
                new[bag[score[bag].argmax()]] = 1
        if (new == labels).all():
            return svm, table
        labels = new
    raise AssertionError("labels cycle; choose another problem")


def mi_svm_of_selected(X, positive, max_iter=50):
    """Return the machine of MI-SVM, written as in the source."""
    table = StandardScaler().fit_transform(X.values)
    bags = np.split(table, X.offsets[1:-1])
    negative = np.concatenate([bags[i] for i in np.flatnonzero(~positive)])
    positives = [bags[i] for i in np.flatnonzero(positive)]
    witness, last = np.array([bag.mean(axis=0) for bag in positives]), None
    labels = np.repeat([1, -1], [len(witness), len(negative)])
    for _ in range(max_iter):
        svm = SVC(gamma=1 / (table.shape[1] * table.var()))
        svm.fit(np.concatenate([witness, negative]), labels)
        chosen = [svm.decision_function(bag).argmax() for bag in positives]
        if chosen == last:
            return svm, table
        last = chosen
        witness = np.array([b[i] for b, i in zip(positives, chosen, strict=True)])
    raise AssertionError("the selection cycles; choose another problem")


@VARIANTS
def test_a_toy_whose_only_positive_window_is_found(variant):
    rms = [[1], [9], [1], [1], [1], [8], [1], [1], [1], [2], [2], [1]]
    X = Windows(rms, [0, 3, 6, 9, 12], sfreq=1000, start=[0, 100, 200] * 4)
    y = ["sick", "sick", "well", "well"]
    svm = MISVC(variant, C=10, kernel="linear", negative_class="well").fit(X, y)
    values = svm.decision_function_windows(X)
    assert_array_equal(np.flatnonzero(values.values[:, 0] > 0), [1, 5])
    assert values.start[1] == 100
    assert_array_equal(svm.predict(X), y)


@pytest.mark.parametrize("shift", [2.0, 4.0])
@pytest.mark.parametrize(
    "variant, reference", [("mi", mi_svm), ("MI", mi_svm_of_selected)]
)
def test_machine_is_that_of_the_loop_in_the_source(variant, reference, shift):
    X, y, _ = hidden(shift=shift)
    ours = MISVC(variant, negative_class=0).fit(X, y)
    svm, table = reference(X, y == 1)
    expected = svm.decision_function(table)
    scores = ours.decision_function_windows(X).values
    assert ours.n_iter_[1] > 1
    assert_allclose(scores[:, 1], expected, atol=1e-9)
    assert_array_equal(scores[:, 0], 0)
    assert_allclose(
        ours.decision_function(X), [s.max() for s in np.split(expected, 40)], atol=1e-9
    )


@VARIANTS
def test_windows_that_show_the_class_are_found_and_new_recordings_classified(variant):
    X, y, witness = hidden()
    svm = MISVC(variant, negative_class=0).fit(X[:20], y[:20])
    scores = svm.decision_function_windows(X).values[:, 1].reshape(40, 8)
    found = scores.argmax(axis=1) == witness
    assert found[y == 1].mean() > 0.9
    assert svm.score(X[20:], y[20:]) > 0.9


@VARIANTS
def test_recordings_of_one_window_give_the_usual_machines(variant):
    X, y = load_iris(return_X_y=True)
    svm = MISVC(variant).fit(X, y)
    table = StandardScaler().fit_transform(X)
    expected = [SVC().fit(table, y == k).decision_function(table) for k in range(3)]
    assert_allclose(svm.decision_function(X), np.stack(expected, axis=1), atol=1e-9)
    bags = Windows(X, np.arange(151), sfreq=None)
    assert_array_equal(svm.predict(bags), svm.predict(X))
    two = MISVC(variant).fit(X[50:], y[50:])
    of_svc = SVC().fit(StandardScaler().fit_transform(X[50:]), y[50:])
    assert_array_equal(
        two.predict(X[50:]),
        of_svc.predict(StandardScaler().fit_transform(X[50:])),
    )


def test_every_class_is_searched_for_unless_one_is_the_absence_of_the_others():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(45, 5, 2))
    y = np.repeat(["myopathic", "neuropathic", "normal"], 15)
    values[:15, 0] += [5, 0]
    values[15:30, 3] += [0, 5]
    X = Windows(values.reshape(-1, 2), np.arange(0, 226, 5), sfreq=1000)
    svm = MISVC(negative_class="normal").fit(X, y)
    assert svm.estimators_[2] is None
    assert svm.n_iter_[2] == 0
    assert svm.decision_function(X).shape == (45, 3)
    assert svm.score(X, y) > 0.9
    every = MISVC().fit(X, y)
    assert None not in every.estimators_
    assert svm.score(X, y) > every.score(X, y)  # no window is typical of "normal"


@VARIANTS
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_weights_count_as_repetitions_of_whole_recordings(variant, class_weight):
    X, y, _ = hidden(n_bags=20, shift=2.0)
    weight = np.random.default_rng(0).integers(0, 3, 20)
    params = {"class_weight": class_weight, "tol": 1e-9}
    svm = MISVC(variant, **params).fit(X, y, sample_weight=weight)
    index = np.repeat(np.arange(20), weight)
    repeated = MISVC(variant, **params).fit(X[index], y[index])
    assert_allclose(svm.decision_function(X), repeated.decision_function(X), atol=1e-6)


def test_the_loop_ends_at_max_iter_with_a_warning():
    X, y, _ = hidden(shift=2.0)
    with pytest.warns(ConvergenceWarning, match="after max_iter=1 fits"):
        svm = MISVC(max_iter=1, negative_class=0).fit(X, y)
    assert svm.n_iter_[1] == 1


def test_the_loop_ends_where_labels_come_back():
    seen, svm = set(), MISVC()
    one, two = np.array([True, False]), np.array([False, True])
    assert [svm._is_over(state, seen) for state in (one, two, one)] == [0, 0, 1]


def test_the_order_of_classes_does_not_matter():
    X, y, _ = hidden()
    one = MISVC().fit(X, np.array(["a", "b"])[y]).decision_function(X)
    other = MISVC().fit(X, np.array(["b", "a"])[y]).decision_function(X)
    assert_allclose(one, -other)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"variant": "Mi"}, 'variant must be "mi" or "MI"'),
        ({"C": 0}, "C == 0"),
        ({"kernel": "sigmoid"}, "kernel must be one of"),
        ({"max_iter": 0}, "max_iter == 0"),
        ({"negative_class": "normal"}, "negative_class='normal' is none of"),
    ],
)
def test_bad_parameters_are_refused_by_name(params, message):
    X, y, _ = hidden(n_bags=4)
    with pytest.raises(ValueError, match=message):
        MISVC(**params).fit(X, y)

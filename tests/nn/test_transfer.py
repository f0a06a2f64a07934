"""Starting from the weights of another net, and keeping parts of a net as they are."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from small_nets import NETS, make_windows

from skemg.nn import CNNGRUClassifier
from skemg.signals import Windows
from skemg.windowing import WindowVotingClassifier

SMALL = {"conv_filters": 4, "rnn_units": (6,), "max_epochs": 2, "random_state": 0}
X, Y, PATIENTS = make_windows()
OTHER = np.where(Y == "fast", "ill", "well")
every_net = pytest.mark.parametrize("net", NETS, ids=lambda net: type(net).__name__)


def weights(fitted):
    state = fitted.net_.module_.state_dict()
    return {name: value.clone() for name, value in state.items()}


def changed(before, after):
    """Return the parts of the module in which a weight differs."""
    return {
        name.partition(".")[0]
        for name in before
        if not torch.equal(before[name], after[name])
    }


@pytest.fixture(scope="module")
def source():
    return CNNGRUClassifier(**SMALL).fit(X, Y)


@every_net
def test_a_step_of_no_size_leaves_the_weights_of_the_source(net):
    source = clone(net).fit(X, Y)
    still = clone(net).set_params(init_from=source, max_epochs=1, random_state=1)
    still.set_params(lr=1e-30, batch_size=len(X), early_stopping=False).fit(X, Y)
    for name, value in source.net_.module_.named_parameters():
        assert torch.equal(value, dict(still.net_.module_.named_parameters())[name])


def test_training_goes_on_from_the_source_which_stays_as_it_was(source):
    before = weights(source)
    tuned = CNNGRUClassifier(**SMALL, init_from=source).fit(X, Y)
    assert tuned.history_[0, "train_loss"] < source.history_[0, "train_loss"]
    assert changed(before, weights(tuned)) == {"conv", "rnn", "head"}
    assert changed(before, weights(source)) == set()


def test_other_classes_start_the_head_anew_and_say_so(source):
    net = CNNGRUClassifier(**SMALL, init_from=source, freeze=("conv", "rnn"))
    with pytest.warns(UserWarning, match=r"head.weight, head.bias start anew: .*ill"):
        net.fit(X, OTHER)
    assert changed(weights(source), weights(net)) == {"head"}
    three = np.where(np.arange(len(Y)) % 3 == 0, "none", Y)
    with pytest.warns(UserWarning, match="start anew"):
        net.fit(X, three)
    assert net.predict_proba(X).shape == (36, 3)


def test_another_number_of_channels_starts_the_first_layer_anew(source):
    net = CNNGRUClassifier(**SMALL, init_from=source)
    with pytest.warns(UserWarning, match=r"conv.0.weight start anew: .* 1 channels"):
        net.fit(np.stack([X, X], axis=1), Y)
    assert net.net_.module_.conv[0].weight.shape == (4, 2, 5)


def test_a_grid_of_sources_takes_frozen_ones(source):
    net = CNNGRUClassifier(**SMALL, freeze=("conv", "rnn"))
    grid = {"init_from": [FrozenEstimator(source)]}
    search = GridSearchCV(net, grid, cv=2, error_score="raise").fit(X, Y)
    assert changed(weights(source), weights(search.best_estimator_)) == {"head"}
    grid = {"init_from": [source]}
    with pytest.raises(
        NotFittedError, match=r"wrap fitted nets there in sklearn\.froz"
    ):
        GridSearchCV(net, grid, cv=2, error_score="raise").fit(X, Y)


def test_the_parameters_of_the_source_are_not_those_of_the_net(source):
    net = CNNGRUClassifier(**SMALL, init_from=source)
    assert not [name for name in net.get_params() if name.startswith("init_from__")]


def test_another_architecture_is_refused(source):
    wider = CNNGRUClassifier(**{**SMALL, "rnn_units": (7,)}, init_from=source)
    with pytest.raises(ValueError, match=r"rnn.0.weight_ih_l0 is \(18, 4\) there"):
        wider.fit(X, Y)
    with pytest.raises(NotFittedError):
        wider.predict(X)
    deeper = CNNGRUClassifier(**SMALL, n_conv=2, init_from=source)
    with pytest.raises(ValueError, match="another architecture"):
        deeper.fit(X, Y)


def test_a_source_that_is_not_fitted_or_no_such_net_is_refused(source):
    with pytest.raises(NotFittedError):
        CNNGRUClassifier(**SMALL, init_from=CNNGRUClassifier(**SMALL)).fit(X, Y)
    vote = WindowVotingClassifier(source)
    with pytest.raises(ValueError, match="init_from must be a fitted CNNGRUClassifier"):
        CNNGRUClassifier(**SMALL, init_from=vote).fit(X, Y)


def test_the_source_survives_clone_vote_search_and_pickle(source):
    net = CNNGRUClassifier(**SMALL, init_from=source, freeze=("conv", "rnn"))
    assert clone(net).init_from is source
    bags = Windows(X, np.arange(0, 37, 3), sfreq=1000, groups=PATIENTS[::3])
    vote = WindowVotingClassifier(net).fit(bags, Y[::3])
    assert changed(weights(source), weights(vote.estimator_)) == {"head"}
    search = GridSearchCV(net, {"lr": [0.01, 0.1]}, cv=2, error_score="raise")
    search.fit(X, Y)
    assert changed(weights(source), weights(search.best_estimator_)) == {"head"}
    loaded = pickle.loads(pickle.dumps(vote.estimator_))
    assert_array_equal(loaded.predict_proba(X), vote.estimator_.predict_proba(X))


@pytest.mark.parametrize("parts", [("conv",), ("rnn", "head"), ()])
def test_frozen_parts_keep_their_weights(source, parts):
    frozen = CNNGRUClassifier(**SMALL, init_from=source, freeze=parts).fit(X, Y)
    moved = {"conv", "rnn", "head"} - set(parts)
    assert changed(weights(source), weights(frozen)) == moved


def test_parts_thaw_when_training_goes_on_without_freeze(source):
    net = CNNGRUClassifier(**SMALL, init_from=source, freeze=("conv",), warm_start=True)
    before = weights(net.fit(X, Y))
    after = weights(net.set_params(freeze=None).fit(X, Y))
    assert changed(before, after) == {"conv", "rnn", "head"}


def test_freeze_names_the_parts_that_there_are():
    with pytest.raises(ValueError, match=r"'encoder',\): this net has the parts \('co"):
        CNNGRUClassifier(**SMALL, freeze=("encoder",)).fit(X, Y)


def test_dropout_of_a_frozen_part_rests(source):
    still = CNNGRUClassifier(**SMALL, freeze=("dropout",)).fit(X, Y)
    still.net_._set_training(True)
    assert not still.net_.module_.dropout.training
    assert still.net_.module_.rnn.training


def test_a_single_part_may_be_named_without_a_tuple(source):
    frozen = CNNGRUClassifier(**SMALL, init_from=source, freeze="conv").fit(X, Y)
    assert changed(weights(source), weights(frozen)) == {"rnn", "head"}


def test_a_net_of_frozen_parts_alone_is_refused():
    with pytest.raises(ValueError, match="leaves nothing to train"):
        CNNGRUClassifier(**SMALL, freeze=("conv", "rnn", "head")).fit(X, Y)


def test_what_must_start_anew_cannot_be_frozen(source):
    net = CNNGRUClassifier(**SMALL, init_from=source, freeze=("conv",))
    with pytest.raises(ValueError, match=r"conv.0.weight must start anew.*freeze=\('c"):
        net.fit(np.stack([X, X], axis=1), Y)
    net.set_params(freeze=("head",))
    with pytest.raises(ValueError, match=r"head.weight, head.bias must start anew"):
        net.fit(X, OTHER)

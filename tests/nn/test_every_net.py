"""What every net promises: design of training, saving, seeds and patients."""

import io
import pickle

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import clone, config_context
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import (
    BatchScoring,
    Callback,
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    LoadInitState,
    LRScheduler,
)
from small_nets import NETS, SIGNAL_NETS, make_windows

from skemg.exceptions import SignalError
from skemg.nn import AttentionPoolingClassifier
from skemg.signals import Recordings, Windows
from skemg.windowing import WindowVotingClassifier

every_net = pytest.mark.parametrize("net", NETS, ids=lambda net: type(net).__name__)
every_net_of_signals = pytest.mark.parametrize(
    "net", SIGNAL_NETS, ids=lambda net: type(net).__name__
)
NET = NETS[0]
X, Y, PATIENTS = make_windows()


def made(net, **params):
    return clone(net).set_params(**params)


class Watch(Callback):
    """Keeps the rows that training sees."""

    seen = []

    def on_epoch_begin(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        self.seen[:] = [dataset_train, dataset_valid]


class Interrupt(Callback):
    """Presses Ctrl-C in the second epoch."""

    def on_epoch_begin(self, net, **kwargs):
        if len(net.history) == 2:
            raise KeyboardInterrupt


# -- learning ------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["float32", "bf16"])
@every_net
def test_64_windows_are_learned_by_heart(net, precision):
    X, y, _ = make_windows(n_patients=8, n_each=8)
    settings = {"max_epochs": 60, "lr": 0.02, "batch_size": 16}
    fitted = made(net, precision=precision, **settings).fit(X, y)
    assert_array_equal(fitted.predict(X), y)
    assert_array_equal(fitted.classes_, ["fast", "slow"])
    assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


@every_net
def test_training_is_a_bare_loop_of_torch(net):
    net = made(net, batch_size=16, max_epochs=2, **_without_chance(net))
    fitted = clone(net).fit(X, Y)
    start = _untrained(net)
    module, seed = start.net_.module_, start._rng_state_of_training
    data = torch.tensor(X, dtype=torch.float32).view(36, *start._input_shape())
    codes = torch.tensor(np.unique(Y, return_inverse=True)[1])
    optimizer = torch.optim.Adam(
        module.parameters(), lr=0.01, weight_decay=net.weight_decay
    )
    losses = []
    with torch.random.fork_rng():
        torch.set_rng_state(seed)
        for _ in range(2):
            module.train()
            total = 0.0
            for batch in torch.randperm(36).split(16):
                optimizer.zero_grad()
                loss = torch.nn.functional.cross_entropy(
                    module(data[batch]), codes[batch]
                )
                loss.backward()
                if getattr(net, "clip", None) is not None:
                    torch.nn.utils.clip_grad_norm_(module.parameters(), net.clip)
                optimizer.step()
                total += loss.item() * len(batch)
            losses.append(total / 36)
    assert_allclose(fitted.history_[:, "train_loss"], losses, rtol=1e-6)
    for name, value in module.state_dict().items():
        assert torch.equal(value, fitted.net_.module_.state_dict()[name])


def _without_chance(net):
    neutral = {"dropout": 0.0, "noise": (), "reconstruction_weight": 0.0}
    return {name: neutral[name] for name in neutral if name in net.get_params()}


def _untrained(net):
    """Return the net as it is before its first step, and torch's generator then."""

    class Stop(Callback):
        def on_train_begin(self, net, X=None, y=None, **kwargs):
            states.append(torch.get_rng_state())
            modules.append(pickle.loads(pickle.dumps(net.module_)))

    states, modules = [], []
    fitted = made(net, max_epochs=1)
    fitted._callbacks = lambda: [Stop()]  # a closure would not survive the copy
    fitted.fit(X, Y)
    fitted.net_.module_ = modules[0]
    fitted._rng_state_of_training = states[0]
    return fitted


@every_net_of_signals
def test_one_channel_may_have_an_axis_of_its_own(net):
    flat = clone(net).fit(X, Y).predict_proba(X)
    with_axis = clone(net).fit(X[:, np.newaxis], Y).predict_proba(X[:, np.newaxis])
    assert_array_equal(flat, with_axis)


@every_net_of_signals
def test_several_channels_are_all_used(net):
    channels = np.stack([np.zeros_like(X), X], axis=1)
    fitted = made(net, max_epochs=60, lr=0.02).fit(channels, Y)
    assert fitted.score(channels, Y) == 1.0


@every_net_of_signals
@pytest.mark.parametrize("shape", [(36, 31), (36, 2, 32)])
def test_windows_of_another_shape_are_refused_after_fit(net, shape):
    given = X[:, np.newaxis] if len(shape) == 3 else X
    fitted = made(net, max_epochs=1).fit(given, Y)
    with pytest.raises(ValueError, match=r"expecting|fitted on windows of shape"):
        fitted.predict(np.zeros(shape))


def test_another_length_of_several_channels_is_refused_after_fit():
    fitted = made(NET, max_epochs=1).fit(X[:, np.newaxis], Y)
    with pytest.raises(ValueError, match=r"shape \(1, 31\), but .* \(1, 32\)"):
        fitted.predict(X[:, np.newaxis, :31])


def test_images_are_refused():
    with pytest.raises(ValueError, match="Found array with dim 4"):
        clone(NET).fit(np.zeros((4, 2, 3, 5)), [0, 1, 0, 1])


@every_net
def test_a_batch_of_a_single_last_row_is_no_problem(net):
    fitted = made(net, batch_size=35).fit(X, Y)
    assert np.isfinite(fitted.history_[:, "train_loss"]).all()
    assert np.isfinite(fitted.partial_fit(X[:1], Y[:1]).predict_proba(X)).all()


# -- going on ------------------------------------------------------------------------


@every_net
def test_partial_fit_is_one_epoch(net):
    fitted = clone(net).partial_fit(X[:6], Y[:6], classes=["slow", "fast"])
    assert len(fitted.history_) == 1
    assert len(fitted.partial_fit(X, Y).history_) == 2
    assert_array_equal(fitted.classes_, ["fast", "slow"])


def test_epochs_of_partial_fit_are_those_of_fit_with_warm_start():
    going_on = made(NET, warm_start=True, max_epochs=1).fit(X, Y).fit(X, Y)
    partial = made(NET).partial_fit(X, Y).partial_fit(X, Y)
    assert_array_equal(going_on.predict_proba(X), partial.predict_proba(X))


def test_partial_fit_refuses_a_label_it_was_not_told_of():
    fitted = clone(NET).partial_fit(X, Y)
    with pytest.raises(ValueError, match=r"labels \['other'\] that are not among"):
        fitted.partial_fit(X[:1], ["other"])


def test_partial_fit_cannot_balance_classes_it_has_not_seen():
    with pytest.raises(ValueError, match="needs all windows at once"):
        made(NET, class_weight="balanced").partial_fit(X, Y)


def test_warm_start_goes_on_and_fit_starts_anew():
    warm = made(NET, warm_start=True).fit(X, Y)
    first = list(warm.history_[:, "train_loss"])
    losses = warm.fit(X, Y).history_[:, "train_loss"]
    assert losses[:3] == first and len(losses) == 6
    assert warm.set_params(warm_start=False).fit(X, Y).history_[:, "train_loss"] == (
        first
    )


def test_a_warm_fit_goes_on_with_the_present_parameters():
    warm = made(NET, warm_start=True, optimizer="sgd").fit(X, Y)
    before = [p.detach().clone() for p in warm.net_.module_.parameters()]
    warm.set_params(lr=1e-30, batch_size=5, augment={"noise": 0.1}).fit(X, Y)
    for old, new in zip(before, warm.net_.module_.parameters(), strict=True):
        assert torch.equal(old, new)  # a step of no size
    assert warm.history_[-1, "batches", 0, "train_batch_size"] == 5
    assert len(warm.history_) == 6


@pytest.mark.parametrize(
    "params, message",
    [
        ({"conv_filters": 5}, "ask for another architecture; use fit with warm_start"),
        ({"precision": "float64"}, "goes on in precision='float32', in which it began"),
    ],
)
def test_training_cannot_go_on_with_another_net(params, message):
    warm = made(NET, warm_start=True).fit(X, Y).set_params(**params)
    with pytest.raises(ValueError, match=message):
        warm.fit(X, Y)
    with pytest.raises(ValueError, match=message):
        warm.partial_fit(X, Y)


def test_partial_fit_refuses_what_it_cannot_do():
    stopping_early = made(NET, early_stopping=True)
    assert not hasattr(stopping_early, "partial_fit")
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'") as error:
        stopping_early.partial_fit(X, Y)
    assert "early_stopping=False" in str(error.value.__cause__)
    fitted = made(NET).partial_fit(X, Y)
    with pytest.raises(ValueError, match="not what the first call of partial_fit had"):
        fitted.partial_fit(X, Y, classes=["fast", "slow", "still"])


def test_warm_start_holds_out_the_same_patients():
    warm = made(NET, warm_start=True, early_stopping=True)
    held_out = [
        warm.fit(X, Y, groups=PATIENTS).validation_groups_.tolist() for _ in range(4)
    ]
    assert held_out == [held_out[0]] * 4


# -- saving --------------------------------------------------------------------------


def leaves(tree):
    if isinstance(tree, dict):
        tree = [*tree.keys(), *tree.values()]
    if isinstance(tree, list | tuple):
        for part in tree:
            yield from leaves(part)
    else:
        yield tree


@every_net
def test_the_state_holds_no_object_of_torch(net):
    state = clone(net).fit(X, Y).__getstate__()
    modules = {type(leaf).__module__.partition(".")[0] for leaf in leaves(state)}
    assert modules <= {"builtins", "numpy"}


@every_net
@pytest.mark.parametrize("library", [pickle, joblib])
def test_a_saved_net_predicts_and_learns_on_as_if_nothing_had_been(net, library):
    fitted = clone(net).fit(X, Y)
    file = io.BytesIO()
    library.dump(fitted, file)
    file.seek(0)
    loaded = library.load(file)
    assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert loaded.history_ == fitted.history_
    assert_array_equal(
        loaded.partial_fit(X, Y).predict_proba(X),
        fitted.partial_fit(X, Y).predict_proba(X),
    )


def test_an_unfitted_net_is_unfitted_after_pickle():
    loaded = pickle.loads(pickle.dumps(clone(NET)))
    with pytest.raises(NotFittedError):
        loaded.predict(X)
    assert not hasattr(loaded, "history_")


def test_a_net_of_a_gpu_loads_on_the_cpu_with_a_warning(monkeypatch):
    fitted = clone(NET).fit(X, Y)
    expected = fitted.predict_proba(X)
    fitted._made_with["device"] = "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.warns(UserWarning, match="loaded on the CPU"):
        loaded = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(loaded.predict_proba(X), expected)


def test_a_fitted_net_is_what_it_was_whatever_is_set_afterwards():
    fitted = made(NET).fit(X, Y)
    expected = fitted.predict_proba(X)
    fitted.set_params(
        conv_filters=7, precision="float64", optimizer="sgd", device="nowhere"
    )
    assert_array_equal(fitted.predict_proba(X), expected)
    loaded = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(loaded.predict_proba(X), expected)
    assert loaded.conv_filters == 7


# -- seeds and threads ---------------------------------------------------------------


@every_net
def test_one_seed_is_one_result(net):
    first, again = (clone(net).fit(X, Y).predict_proba(X) for _ in range(2))
    assert_array_equal(first, again)
    assert not np.array_equal(
        first, made(net, random_state=1).fit(X, Y).predict_proba(X)
    )


@pytest.mark.parametrize("seed", [0, None])
def test_nothing_global_is_changed_by_fit(seed):
    def state():
        return [
            np.random.get_state()[1].tolist(),  # noqa: NPY002
            np.random.get_state()[2],  # noqa: NPY002
            torch.get_rng_state().tolist(),
            torch.get_num_threads(),
            torch.get_float32_matmul_precision(),
        ]

    before = state()
    made(NET, random_state=seed).fit(X, Y).predict(X)
    assert state() == before


def test_without_a_seed_every_fit_is_another():
    first, second = (made(NET, random_state=None).fit(X, Y) for _ in range(2))
    assert not np.array_equal(first.predict_proba(X), second.predict_proba(X))


def test_a_random_state_is_drawn_from():
    given = np.random.RandomState(0)
    first, second = (made(NET, random_state=given).fit(X, Y) for _ in range(2))
    assert not np.array_equal(first.predict_proba(X), second.predict_proba(X))


def test_two_jobs_give_the_scores_of_one():
    one, two = (
        cross_val_score(NET, X, Y, cv=2, scoring="neg_log_loss", n_jobs=n)
        for n in (1, 2)
    )
    assert_array_equal(one, two)


def test_threads_give_the_scores_of_one():
    with joblib.parallel_config("threading", n_jobs=2):
        threads = cross_val_score(NET, X, Y, cv=4, scoring="neg_log_loss")
    alone = cross_val_score(NET, X, Y, cv=4, scoring="neg_log_loss")
    assert_allclose(threads, alone, rtol=1e-12)


# -- failures ------------------------------------------------------------------------


class Break(Callback):
    """Puts NaN into a weight, at the begin or the end of an epoch."""

    def __init__(self, when):
        self.when = when

    def on_epoch_begin(self, net, **kwargs):
        if self.when == "begin":
            next(net.module_.parameters()).data[0] = np.nan

    def on_epoch_end(self, net, **kwargs):
        next(net.module_.parameters()).data[0] = np.nan


@every_net
@pytest.mark.parametrize("when, what", [("begin", "train loss"), ("end", "weights")])
def test_what_is_not_finite_raises_and_leaves_nothing_fitted(net, when, what):
    diverging = made(net, callbacks=[Break(when)], max_epochs=1)
    with pytest.raises(ValueError, match=f"training diverged: the {what} became nan"):
        diverging.fit(X, Y)
    with pytest.raises(NotFittedError):
        diverging.predict(X)


@every_net
def test_ctrl_c_leaves_fit_and_nothing_fitted(net):
    estimator = made(net, warm_start=True, max_epochs=1).fit(X, Y)
    estimator.set_params(max_epochs=3, callbacks=[Interrupt()])
    fresh = made(net, callbacks=[Interrupt()])
    for interrupted in (fresh, estimator.set_params(warm_start=False)):
        with pytest.raises(KeyboardInterrupt):
            interrupted.fit(X, Y)
        with pytest.raises(NotFittedError):
            interrupted.predict(X)


@pytest.mark.parametrize("callback", [EarlyStopping(), ("stop", EarlyStopping())])
def test_a_callback_that_stops_by_keyboard_interrupt_is_refused(callback):
    with pytest.raises(ValueError, match="use early_stopping=True"):
        made(NET, callbacks=[callback]).fit(X, Y)


@every_net
@pytest.mark.parametrize(
    "bad",
    [
        {"y": np.full(36, "one")},
        {"sample_weight": np.zeros(36)},
        {"X": np.full((36, 32), np.nan)},
    ],
    ids=str,
)
def test_a_fit_that_fails_leaves_nothing_of_an_earlier_one(net, bad):
    fitted = clone(net).fit(X, Y)
    with pytest.raises(ValueError):
        fitted.fit(**{"X": X, "y": Y, **bad})
    with pytest.raises(NotFittedError):
        fitted.predict(X)


def test_a_full_gpu_says_what_to_do(monkeypatch):
    fitted = made(NET).fit(X, Y)

    def full(self, X):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(NET._module, "forward", full)
    with pytest.raises(MemoryError, match="batch_size=128; lower it"):
        made(NET, batch_size=128).fit(X, Y)
    with pytest.raises(MemoryError, match="batch_size=64; lower it"):
        fitted.predict(X)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"max_epochs": 0}, "max_epochs == 0, must be >= 1"),
        ({"batch_size": 0}, "batch_size == 0, must be >= 1"),
        ({"patience": 0}, "patience == 0, must be >= 1"),
        ({"lr": 0.0}, "lr == 0.0, must be > 0"),
        ({"weight_decay": -1.0}, "weight_decay == -1.0, must be >= 0"),
        ({"validation_fraction": 1.0}, "validation_fraction == 1.0, must be < 1"),
        ({"optimizer": "lion"}, "optimizer must be one of"),
        ({"precision": "int8"}, "precision must be one of"),
        ({"device": "tpu"}, 'device must be "auto", "cpu" or "cuda", got'),
        ({"early_stopping": "no"}, "early_stopping must be True or False, got 'no'"),
        ({"warm_start": 1}, "warm_start must be True or False, got 1"),
        ({"augment": "noise"}, r"augment must be a dict such as .*, got 'noise'"),
        ({"callbacks": "disable"}, "callbacks must be a list of callbacks"),
        ({"net_params": {"lr": 1, "max_epochs": 5}}, r"sets \['lr', 'max_epochs'\]"),
        ({"augment": {"mixup": 1.0}}, "augment knows .* got 'mixup'"),
        ({"augment": {"noise": 2.0}}, "strengths are from 0 to 1"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(params, message):
    with pytest.raises(ValueError, match=message):
        made(NET, **params).fit(X, Y)


@pytest.mark.parametrize(
    "params",
    [{"max_epochs": True}, {"n_conv": True}, {"rnn_units": (True,)}],
)
def test_a_number_of_things_is_no_bool(params):
    with pytest.raises(TypeError, match="must be an integer, got True"):
        made(NET, **params).fit(X, Y)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
def test_cuda_is_refused_where_there_is_none():
    with pytest.raises(ValueError, match="CUDA is not available here"):
        made(NET, device="cuda").fit(X, Y)
    assert made(NET, device="auto").fit(X, Y).net_.device == "cpu"


# -- weights -------------------------------------------------------------------------


@every_net
def test_a_window_of_weight_zero_is_as_if_it_were_not_there(net):
    weight = np.repeat([1.0, 0.0], [30, 6])
    weighted = clone(net).fit(X, Y, sample_weight=weight)
    without = clone(net).fit(X[:30], Y[:30], sample_weight=weight[:30])
    assert_array_equal(weighted.predict_proba(X), without.predict_proba(X))


@every_net
def test_class_weight_multiplies_the_weights_of_the_windows(net):
    uneven, y = X[:30], Y[:30].copy()
    y[:9] = "fast"
    n_fast = (y == "fast").sum()
    weight = np.where(y == "fast", 15 / n_fast, 15 / (30 - n_fast))
    weighted = clone(net).fit(uneven, y, sample_weight=weight)
    for class_weight in ("balanced", {"fast": 15 / n_fast, "slow": 15 / (30 - n_fast)}):
        by_class = made(net, class_weight=class_weight).fit(uneven, y)
        assert_allclose(by_class.predict_proba(X), weighted.predict_proba(X), rtol=1e-6)


# -- early stopping ------------------------------------------------------------------


def held_out_rows(fit):
    """Return the windows of training and validation that `fit` saw, as sets."""
    Watch.seen.clear()
    fit()
    return [{row.tobytes() for row in rows.values.numpy()} for rows in Watch.seen]


def rows_of(patients, X=X):
    return {row.tobytes() for row in X[np.isin(PATIENTS, patients)].astype(np.float32)}


def stopping(net, **params):
    return made(net, early_stopping=True, callbacks=[Watch()], **params)


def check_whole_patients(held_out, train, valid, X=X):
    """Assert that the sets are whole patients, with one of each class held out."""
    assert set(held_out) < set(PATIENTS)
    assert valid == rows_of(held_out, X)
    assert train == rows_of(np.setdiff1d(PATIENTS, held_out), X)
    assert len(valid) == 12  # two patients of six windows
    assert len({Y[patient == PATIENTS][0] for patient in held_out}) == 2


@every_net
def test_early_stopping_holds_out_whole_patients(net):
    net = stopping(net)
    train, valid = held_out_rows(lambda: net.fit(X, Y, groups=PATIENTS))
    check_whole_patients(net.validation_groups_, train, valid)
    net.set_params(early_stopping=False).fit(X, Y, groups=PATIENTS)
    assert not hasattr(net, "validation_groups_")


def test_the_share_of_held_out_patients_follows_the_fraction():
    X, y, patients = make_windows(n_patients=20, n_each=2)
    net = made(NET, early_stopping=True, validation_fraction=0.3)
    held_out = net.fit(X, y, groups=patients).validation_groups_
    assert len(held_out) == 6
    assert sum(y[patients == patient][0] == "slow" for patient in held_out) == 3


@pytest.mark.parametrize("routing", [False, True])
def test_patients_reach_a_net_behind_a_scaler(routing):
    pipeline = make_pipeline(StandardScaler(), stopping(NET))
    name = "groups" if routing else pipeline.steps[-1][0] + "__groups"
    with config_context(enable_metadata_routing=routing):
        train, valid = held_out_rows(lambda: pipeline.fit(X, Y, **{name: PATIENTS}))
    scaled = pipeline[0].transform(X.astype(np.float64))
    check_whole_patients(pipeline[-1].validation_groups_, train, valid, scaled)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("with_scaler", [False, True])
def test_patients_reach_a_net_inside_the_vote(with_scaler, routing):
    # three windows a recording, two recordings a patient
    offsets = np.arange(0, 37, 3)
    bags = Windows(X, offsets, sfreq=1000, groups=PATIENTS[::3])
    inner = stopping(NET)
    vote = WindowVotingClassifier(
        make_pipeline(StandardScaler(), inner) if with_scaler else inner
    )
    with config_context(enable_metadata_routing=routing):
        train, valid = held_out_rows(lambda: vote.fit(bags, Y[::3]))
    net = vote.estimator_[-1] if with_scaler else vote.estimator_
    seen = vote.estimator_[0].transform(X) if with_scaler else X
    check_whole_patients(net.validation_groups_, train, valid, seen)


def test_a_search_with_groups_of_the_container_holds_out_patients_in_every_fold():
    bags = Windows(X, np.arange(0, 37, 3), sfreq=1000, groups=PATIENTS[::3])
    vote = WindowVotingClassifier(made(NET, early_stopping=True, max_epochs=1))
    search = GridSearchCV(
        vote, {"estimator__lr": [0.01, 0.1]}, cv=2, error_score="raise"
    ).fit(bags, Y[::3])
    held_out = search.best_estimator_.estimator_.validation_groups_
    assert set(held_out) < set(PATIENTS)


def test_too_few_patients_of_a_class_are_a_clear_error():
    two = np.isin(PATIENTS, ["p0", "p1", "p2"])
    with pytest.raises(ValueError, match=r"patients a class: \{'fast': 1, 'slow': 2\}"):
        made(NET, early_stopping=True).fit(X[two], Y[two], groups=PATIENTS[two])


def test_without_patients_windows_are_held_out_and_nobody_is_named():
    net = stopping(NET, validation_fraction=0.25)
    train, valid = held_out_rows(lambda: net.fit(X, Y))
    assert net.validation_groups_ is None
    assert len(valid) == 8 and len(train) == 28 and not train & valid


@every_net
def test_the_weights_of_the_best_epoch_are_restored(net):
    net = stopping(net, max_epochs=12, lr=0.05, patience=20)
    net.fit(X, Y, groups=PATIENTS)
    valid = np.isin(PATIENTS, net.validation_groups_)
    column = (Y[valid] == net.classes_[1]).astype(int)
    proba = net.predict_proba(X[valid])[np.arange(len(column)), column]
    losses = net.history_[:, "valid_loss"]
    assert_allclose(-np.log(proba).mean(), min(losses), rtol=1e-4)
    assert len(losses) == 12


def test_training_stops_after_patience_epochs_without_a_lower_loss():
    labels_of_chance = np.random.default_rng(0).permutation(Y)
    net = made(NET, early_stopping=True, max_epochs=300, lr=0.05, patience=3)
    losses = net.fit(X, labels_of_chance).history_[:, "valid_loss"]
    assert len(losses) == int(np.argmin(losses)) + 1 + 3 < 300


# -- pass-through --------------------------------------------------------------------


def test_callbacks_of_skorch_work_and_stay_as_they_were(tmp_path):
    checkpoint = Checkpoint(dirname=tmp_path, monitor="valid_loss_best")
    scheduler = LRScheduler(policy="StepLR", step_size=1, gamma=0.1)
    score = EpochScoring("balanced_accuracy", name="balanced", lower_is_better=False)
    callbacks = [checkpoint, scheduler, score]
    net = made(NET, callbacks=callbacks, early_stopping=True).fit(X, Y)
    assert_allclose(net.history_[:, "event_lr"], [0.01, 0.001, 0.0001], rtol=1e-6)
    assert_allclose(net.history_[-1, "balanced"], net.history_[-1, "valid_acc"])
    assert (tmp_path / "params.pt").exists()
    assert not hasattr(scheduler, "lr_scheduler_")

    resumed = made(NET, callbacks=[LoadInitState(checkpoint)], early_stopping=True)
    saved = sum(net.history_[:, "valid_loss_best"])  # all up to the best epoch
    assert len(resumed.fit(X, Y).history_) >= 3 + min(saved, 1)


@every_net
def test_a_score_without_cache_is_that_of_the_net_after_the_epoch(net):
    scores = [
        EpochScoring(scoring, on_train=True, use_caching=False, name=scoring)
        for scoring in ("accuracy", "neg_log_loss")
    ]
    scored = made(net, callbacks=scores).fit(X, Y)
    proba = scored.predict_proba(X)[np.arange(len(Y)), (Y == "slow").astype(int)]
    assert_allclose(scored.history_[-1, "accuracy"], scored.score(X, Y))
    assert_allclose(scored.history_[-1, "neg_log_loss"], np.log(proba).mean(), 1e-5)
    losses = made(net).fit(X, Y).history_[:, "train_loss"]
    assert_array_equal(scored.history_[:, "train_loss"], losses)


def test_a_score_of_batches_without_cache_is_refused():
    score = BatchScoring("accuracy", use_caching=False)
    with pytest.raises(ValueError, match="leave use_caching=True, or use EpochScoring"):
        made(NET, callbacks=[("score", score)]).fit(X, Y)


def test_net_params_may_bring_another_optimizer():
    net = made(NET, net_params={"optimizer": torch.optim.RMSprop}).fit(X, Y)
    assert type(net.net_.optimizer_) is torch.optim.RMSprop


def test_net_params_reach_the_net():
    net = made(NET, net_params={"optimizer__betas": (0.5, 0.9)}).fit(X, Y)
    assert net.net_.optimizer_.param_groups[0]["betas"] == (0.5, 0.9)
    with pytest.raises(ValueError, match="nonsense"):
        made(NET, net_params={"nonsense": 1}).fit(X, Y)


@pytest.mark.parametrize(
    "name, kind",
    [
        ("adam", torch.optim.Adam),
        ("adamw", torch.optim.AdamW),
        ("sgd", torch.optim.SGD),
    ],
)
def test_optimizer_and_weight_decay_reach_torch(name, kind):
    net = made(NET, optimizer=name, weight_decay=0.25, max_epochs=1).fit(X, Y)
    assert type(net.net_.optimizer_) is kind
    assert net.net_.optimizer_.param_groups[0]["weight_decay"] == 0.25


def test_compile_is_passed_through_and_can_be_saved():
    eager = {"compile__backend": "eager"}
    plain = made(NET).fit(X, Y)
    compiled = made(NET, compile=True, net_params=eager).fit(X, Y)
    assert_allclose(compiled.predict_proba(X), plain.predict_proba(X), rtol=1e-5)
    loaded = pickle.loads(pickle.dumps(compiled))
    assert type(loaded.net_.module_).__name__ == "OptimizedModule"
    assert_array_equal(loaded.predict_proba(X), compiled.predict_proba(X))


@pytest.mark.parametrize(
    "precision, rtol", [("tf32", 0), ("float64", 1e-3), ("bf16", 0.1)]
)
def test_precision_changes_the_digits_only(precision, rtol):
    expected = clone(NET).fit(X, Y).predict_proba(X)
    proba = made(NET, precision=precision).fit(X, Y).predict_proba(X)
    assert_allclose(proba, expected, rtol=rtol)
    assert np.array_equal(proba, expected) == (precision == "tf32")


def test_verbose_shows_losses_score_and_the_time_left(capsys):
    made(NET, verbose=1, early_stopping=True).fit(X, Y)
    shown = capsys.readouterr()
    assert shown.out == ""
    last = shown.err.split("\r")[-1]
    assert "3/3" in last and "<" in last
    assert "loss=" in last and "valid_loss=" in last and "valid_acc=" in last
    made(NET).fit(X, Y)
    assert capsys.readouterr() == ("", "")


def test_containers_outside_the_vote_are_refused_with_the_cure():
    bags = Windows(X, np.arange(0, 37, 6), sfreq=1000)
    with pytest.raises(SignalError, match=r"vote: WindowVotingClassifier\(CNNGRU"):
        clone(NET).fit(bags, Y[::6])
    recordings = Recordings.from_array(X, sfreq=1000)
    net = made(NET, max_epochs=1).fit(X, Y)
    for use in (net.predict, lambda recordings: net.fit(recordings, Y)):
        with pytest.raises(SignalError, match=r"Windower\(.*Vot.*Classifier\(CNNGRU"):
            use(recordings)


@every_net
def test_windows_of_different_lengths_are_refused_with_the_cure(net):
    ragged = [*X[:-1], X[-1, :20]]
    takes_bags = isinstance(net, AttentionPoolingClassifier)
    cure = "Pass Windows" if takes_bags else "Cut windows of one length: Windower"
    message = rf"rows \[35\] .* shape \(32,\) .* row 35 has \(20,\)\. {cure}"
    net = made(net, max_epochs=1)
    with pytest.raises(SignalError, match=message):
        net.fit(ragged, Y)
    net.fit(X, Y)
    with pytest.raises(SignalError, match=message):
        net.predict(ragged)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@every_net
def test_cuda_learns_what_the_cpu_learns_and_comes_home(net, monkeypatch):
    on_cpu, on_cuda = (made(net, device=d).fit(X, Y) for d in ("cpu", "cuda"))
    again = made(net, device="cuda").fit(X, Y)
    expected = on_cuda.predict_proba(X)
    assert_array_equal(again.predict_proba(X), expected)
    assert_allclose(
        on_cuda.history_[:1, "train_loss"], on_cpu.history_[:1, "train_loss"], rtol=0.1
    )
    saved = pickle.dumps(on_cuda)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.warns(UserWarning, match="loaded on the CPU"):
        loaded = pickle.loads(saved)
    assert_allclose(loaded.predict_proba(X), expected, atol=1e-4)

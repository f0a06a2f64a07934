"""Augmentation: what each strength does to a window, and that it is drawn anew."""

import numpy as np
import torch
from numpy.testing import assert_allclose
from sklearn import clone
from small_nets import NETS, make_windows

from skemg.nn._augment import Augment

WINDOWS = torch.sin(torch.arange(100.0)).repeat(4000, 2, 1)


def augmented(**strengths):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Augment(strengths)(WINDOWS)


def test_noise_has_the_given_share_of_the_standard_deviation():
    noise = augmented(noise=0.05) - WINDOWS
    assert_allclose(noise.std(), 0.05 * WINDOWS[0].std(), rtol=0.01)


def test_a_shift_rolls_all_channels_by_at_most_its_share():
    shifted = augmented(shift=0.1)
    rolls = {
        k: torch.roll(WINDOWS[0], k, dims=-1).numpy().tobytes() for k in range(-10, 11)
    }
    seen = {window.numpy().tobytes() for window in shifted}
    assert seen == set(rolls.values())


def test_an_amplitude_is_one_factor_a_window_with_a_normal_logarithm():
    factors = (augmented(amplitude=0.1) / WINDOWS)[:, :, 1:]
    assert_allclose(factors, factors[:, :1, :1].expand_as(factors), rtol=1e-4)
    assert_allclose(factors[:, 0, 0].log().std(), 0.1, rtol=0.05)


def test_polarity_is_the_share_of_windows_turned_over():
    turned = augmented(polarity=0.25)[:, 0, 1] < 0
    assert_allclose(turned.float().mean(), 0.25, atol=0.03)
    assert torch.equal(augmented(polarity=1.0), -WINDOWS)


def test_no_strength_is_no_change_and_the_given_windows_stay():
    before = WINDOWS.clone()
    assert torch.equal(augmented(), WINDOWS)
    augmented(noise=0.1, shift=0.2, amplitude=0.3, polarity=0.5)
    assert torch.equal(WINDOWS, before)


def test_a_net_trains_on_changed_windows_and_predicts_the_given_ones():
    X, y, _ = make_windows()
    net = clone(NETS[0]).set_params(max_epochs=1)
    plain = net.fit(X, y).history_[0, "train_loss"]
    changed = clone(net).set_params(augment={"noise": 0.5}).fit(X, y)
    assert changed.history_[0, "train_loss"] != plain
    assert np.array_equal(changed.predict_proba(X), changed.predict_proba(X))

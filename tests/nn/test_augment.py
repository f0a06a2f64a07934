"""Augmentation: what each strength does to a window, and that it is drawn anew."""

import numpy as np
import torch
from numpy.testing import assert_allclose
from sklearn import clone
from small_nets import NETS, make_windows

from skemg.nn._augment import Augment

IMAGES = torch.sin(torch.arange(96.0)).view(1, 2, 4, 12).repeat(4000, 1, 1, 1)
WINDOWS = torch.sin(torch.arange(100.0)).repeat(4000, 2, 1)


def augmented(windows=WINDOWS, **strengths):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Augment(strengths)(windows)


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


def test_an_image_gets_noise_in_the_standard_deviation_of_each_channel():
    noise = augmented(IMAGES, noise=0.05) - IMAGES
    for channel in range(2):
        sd = IMAGES[0, channel].std(correction=0)
        assert_allclose(noise[:, channel].std(), 0.05 * sd, rtol=0.01)


def test_a_shift_rolls_all_frequencies_and_channels_of_an_image_along_its_frames():
    shifted = augmented(IMAGES, shift=0.25)
    rolls = {torch.roll(IMAGES[0], k, -1).numpy().tobytes() for k in range(-3, 4)}
    assert {image.numpy().tobytes() for image in shifted} == rolls


def test_an_image_has_one_amplitude_and_one_polarity():
    factors = augmented(IMAGES, amplitude=0.1, polarity=0.25) / IMAGES
    factors = factors.flatten(1)[:, 1:]  # the first value is sin(0)
    assert_allclose(factors, factors[:, :1].expand_as(factors), rtol=1e-4)
    assert_allclose(factors[:, 0].abs().log().std(), 0.1, rtol=0.05)
    assert_allclose((factors[:, 0] < 0).float().mean(), 0.25, atol=0.03)


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

import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.features import WaveletPacketFeatures

ROWS = np.random.default_rng(0).standard_normal((5, 940))


def energies_with_pywt(x, wavelet, level):
    x = np.pad(x, (0, -len(x) % 2**level))
    packet = pywt.WaveletPacket(x, wavelet, mode="periodization", maxlevel=level)
    return [np.sum(node.data**2) for node in packet.get_level(level, order="freq")]


def energies(rows, *args):
    return WaveletPacketFeatures(*args, features=("energy",)).fit_transform(rows)


@pytest.mark.parametrize(
    "wavelet, level", [("db4", 4), ("haar", 1), ("sym5", 3), ("bior2.2", 5)]
)
def test_energies_are_those_of_pywt_in_the_order_of_frequencies(wavelet, level):
    expected = [energies_with_pywt(x, wavelet, level) for x in ROWS]
    assert_allclose(energies(ROWS, wavelet, level), expected, rtol=1e-10)


def test_each_tone_has_most_of_its_energy_in_its_own_band():
    time = np.arange(1920)
    middles = (np.arange(16) + 0.5) / 32  # of 16 bands up to 0.5 cycles per sample
    tones = np.sin(2 * np.pi * middles[:, np.newaxis] * time)
    table = energies(tones, "db20")
    assert_array_equal(table.argmax(axis=1), np.arange(16))
    assert_allclose(table.sum(axis=1), (tones**2).sum(axis=1))


@pytest.mark.parametrize("wavelet", ["haar", "db4", "sym8", "coif2"])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_energies_add_up_to_that_of_the_window_for_an_orthogonal_wavelet(
    wavelet, level
):
    rows = ROWS[:, :928]  # a multiple of 16
    assert_allclose(energies(rows, wavelet, level).sum(axis=1), (rows**2).sum(axis=1))


def test_columns_are_energies_shares_and_their_entropy_by_name():
    step = WaveletPacketFeatures(level=2)
    table = step.fit_transform(ROWS)
    energy, share, entropy = table[:, :4], table[:, 4:8], table[:, 8]
    assert_array_equal(energy, energies(ROWS, "db4", 2))
    assert_allclose(share, energy / energy.sum(axis=1, keepdims=True))
    assert_allclose(entropy, -(share * np.log(share)).sum(axis=1))
    names = [f"packet_{k}_energy" for k in (1, 2, 3, 4)]
    names += [f"packet_{k}_relative_energy" for k in (1, 2, 3, 4)]
    assert list(step.get_feature_names_out()) == [*names, "packet_entropy"]
    only = WaveletPacketFeatures(level=2, features=("entropy", "energy"))
    expected = np.column_stack([entropy, energy])
    assert_array_equal(only.fit_transform(ROWS), expected)
    assert list(only.get_feature_names_out()) == ["packet_entropy", *names[:4]]


def test_entropy_is_zero_for_one_band_and_level_ln_2_for_equal_energies():
    constant, impulse = np.ones(64), np.zeros(64)
    impulse[0] = 1  # the coefficients of Haar packets are all of one size
    step = WaveletPacketFeatures("haar", 3, ("entropy",))
    entropy = step.fit_transform([constant, impulse])
    assert_allclose(entropy, [[0], [3 * np.log(2)]], atol=1e-12)


def test_shares_do_not_depend_on_the_scale_and_energies_on_its_square():
    step = WaveletPacketFeatures(features=("relative_energy", "entropy"))
    for scale in (1e-9, 1e9):
        scaled = step.fit_transform(scale * ROWS)
        assert_allclose(scaled, step.fit_transform(ROWS))
        assert_allclose(energies(scale * ROWS), scale**2 * energies(ROWS))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zeros_have_zeros_and_none_of_them_is_negative(dtype):
    table = WaveletPacketFeatures().fit_transform(np.zeros((2, 200), dtype))
    assert_array_equal(table, 0)
    assert not np.signbit(table).any()


def test_too_short_windows_are_refused_with_the_shortest():
    with pytest.raises(SignalError, match=r"minimum of 112 .* largest level here is 3"):
        WaveletPacketFeatures().fit(ROWS[:, :111])
    WaveletPacketFeatures().fit(ROWS[:, :112])


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"wavelet": "db99"}, "unknown wavelet 'db99'"),
        ({"level": 0}, "level == 0"),
        ({"features": ("mav",)}, "unknown feature 'mav'.* energy, relative_energy"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        WaveletPacketFeatures(**parameters).fit(ROWS)

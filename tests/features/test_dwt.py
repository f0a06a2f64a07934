from itertools import pairwise

import numpy as np
import pytest
import pywt
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.features import DWTFeatures

ROWS = np.random.default_rng(0).standard_normal((7, 940))


def with_pywt(rows, wavelet="db4", level=5):
    """Return a dict of name and column, computed with pywt and numpy."""
    n_padded = -(-rows.shape[1] // 2**level) * 2**level
    padded = np.pad(rows, ((0, 0), (0, n_padded - rows.shape[1])))
    bands = pywt.wavedec(padded, wavelet, mode="periodization", level=level)[::-1]
    names = [f"d{j}" for j in range(1, level + 1)] + [f"a{level}"]
    columns = {}
    for name, band in zip(names, bands, strict=True):
        columns[f"dwt_{name}_mav"] = np.abs(band).mean(axis=1)
        columns[f"dwt_{name}_power"] = (band**2).mean(axis=1)
        columns[f"dwt_{name}_std"] = band.std(axis=1)
    for one, two in pairwise(names):
        mav = columns[f"dwt_{one}_mav"], columns[f"dwt_{two}_mav"]
        columns[f"dwt_{one}_{two}_ratio"] = mav[0] / mav[1]
    return columns


@pytest.mark.parametrize("wavelet, level", [("db4", 5), ("haar", 3), ("bior2.2", 4)])
def test_columns_are_those_of_pywt_and_numpy_in_the_order_of_the_paper(wavelet, level):
    dwt = DWTFeatures(wavelet, level)
    expected = with_pywt(ROWS, wavelet, level)
    assert_allclose(dwt.fit_transform(ROWS), np.stack(list(expected.values()), axis=1))
    assert list(dwt.get_feature_names_out()) == list(expected)


def test_features_are_chosen_and_ordered_by_the_list():
    dwt = DWTFeatures(level=2, features=("ratio", "std"))
    columns = with_pywt(ROWS, level=2)
    names = ["dwt_d1_std", "dwt_d2_std", "dwt_a2_std"]
    names += ["dwt_d1_d2_ratio", "dwt_d2_a2_ratio"]
    table = dwt.fit_transform(ROWS)
    assert list(dwt.get_feature_names_out()) == names
    assert_allclose(table, np.stack([columns[name] for name in names], axis=1))


def test_the_power_of_all_bands_is_the_power_of_the_window():
    rows = ROWS[:, :896]  # a multiple of 2**5: the transform is orthogonal
    power = DWTFeatures(features=("power",)).fit_transform(rows)
    share = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 32])
    assert_allclose(power @ share, (rows**2).mean(axis=1))


def test_haar_of_a_square_wave_is_known():
    rows = np.tile([3.0, -3.0], 8)[np.newaxis]
    table = DWTFeatures("haar", 1, ("mav", "std")).fit_transform(rows)
    assert_allclose(table, [[3 * np.sqrt(2), 0, 0, 0]], atol=1e-12)


def test_features_scale_with_the_signal_and_ratios_do_not():
    ratios = DWTFeatures(features=("ratio",))
    means = DWTFeatures(features=("mav", "std"))
    for scale in (1e-9, 1e9):
        assert_allclose(
            means.fit_transform(scale * ROWS), scale * means.fit_transform(ROWS)
        )
        assert_allclose(ratios.fit_transform(scale * ROWS), ratios.fit_transform(ROWS))


def test_zeros_have_zeros_in_every_column():
    assert_array_equal(DWTFeatures().fit_transform(np.zeros((2, 300))), 0)


def test_too_deep_a_level_is_refused_with_the_largest_level_and_the_shortest_window():
    with pytest.raises(
        SignalError, match=r"minimum of 1792 .* largest level here is 7"
    ):
        DWTFeatures(level=8).fit(ROWS)
    with pytest.raises(SignalError, match=r"10 feature.* minimum of 224 .* level here"):
        DWTFeatures().fit(np.ones((3, 10)))
    DWTFeatures().fit(np.ones((3, 224)))


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"wavelet": "db99"}, "unknown wavelet 'db99'"),
        ({"wavelet": "morl"}, "unknown wavelet 'morl'"),
        ({"level": 0}, "level == 0"),
        ({"eps": -1.0}, "eps == -1"),
        (
            {"features": ("energy",)},
            "unknown feature 'energy'.* mav, power, std, ratio",
        ),
    ],
)
def test_impossible_parameters_are_refused_at_fit(parameters, message):
    with pytest.raises(ValueError, match=message):
        DWTFeatures(**parameters).fit(ROWS)


def test_a_level_that_is_no_integer_is_refused():
    with pytest.raises(TypeError, match="level"):
        DWTFeatures(level=2.5).fit(ROWS)

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemg.features import _medians
from skemg.features._medians import median


@pytest.fixture(scope="module", autouse=True)
def nothing_fits_into_memory():
    before, _medians._MOST = _medians._MOST, 0
    yield
    _medians._MOST = before


@pytest.mark.parametrize("width", [32, 64])
@given(data=st.data())
def test_the_median_of_pieces_is_that_of_the_whole(width, data):
    magnitudes = st.floats(0, 2.0**100, width=width).map(abs)
    x = data.draw(hnp.arrays(f"f{width // 8}", st.integers(1, 40), elements=magnitudes))
    n_pieces = data.draw(st.integers(1, len(x)))
    found = median(lambda: iter(np.array_split(x, n_pieces)))
    assert found == np.median(x)
    assert found.dtype == x.dtype

"""The least and the greatest channel of pictures, as numpy's own axis gives them."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.geometry import least, most

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))


@pytest.mark.parametrize("sort", [np.uint8, np.float32])
@given(data=st.data())
def test_channels_are_compared_at_each_pixel(sort: type[np.generic], data: st.DataObject) -> None:
    values = st.integers(0, 255) if sort is np.uint8 else st.floats(0, 255, width=32)
    picture = data.draw(arrays.arrays(sort, SHAPES, elements=values))
    assert (least(picture) == picture.min(2)).all()
    assert (most(picture) == picture.max(2)).all()

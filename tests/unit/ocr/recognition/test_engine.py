"""How wide crops are drawn for a recogniser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.recognition.engine import QUICK_WIDTHS, WIDTHS, drawn_width


@given(st.floats(1, 5000), st.sampled_from([WIDTHS, QUICK_WIDTHS]))
def test_a_crop_fits_in_its_width_and_wastes_little(wide: float, widths: tuple[int, ...]) -> None:
    width = drawn_width(wide, widths)
    assert width in widths
    assert width >= min(wide, widths[-1])
    assert width - wide < 160


@given(st.floats(80, 640))
def test_a_short_crop_wastes_less_where_it_is_read_quickly(wide: float) -> None:
    assert drawn_width(wide, QUICK_WIDTHS) - wide < 80


@pytest.mark.parametrize("widths", [WIDTHS, QUICK_WIDTHS])
def test_kernels_are_kept_for_few_widths(widths: tuple[int, ...]) -> None:
    assert len(widths) <= 24
    assert list(widths) == sorted(set(widths))

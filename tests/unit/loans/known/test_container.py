"""Several byte strings as one, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.known.container import ContainerBroken, joined, split

PIECES = st.lists(st.binary(max_size=20), max_size=5)


@given(PIECES)
def test_what_is_joined_is_split_again(pieces: list[bytes]) -> None:
    assert list(split(joined(pieces))) == pieces


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5), st.data())
def test_what_is_cut_within_a_piece_is_broken(pieces: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(pieces[-1]) + 7))
    with pytest.raises(ContainerBroken):
        list(split(joined(pieces)[:-cut]))


def test_a_length_beyond_the_end_is_broken() -> None:
    with pytest.raises(ContainerBroken):
        list(split(b"\xff" * 8))

"""Blind indexes: equal values meet, nothing else does."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.blind_index import BlindIndex, Indexed
from tests.support.keys import memory_keyring

INDEX = BlindIndex(memory_keyring())


@given(st.text(), st.text())
def test_width_space_and_case_alone_make_no_difference(one: str, other: str) -> None:
    def plain(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split()).casefold()

    same = INDEX.of(Indexed.NAME, one) == INDEX.of(Indexed.NAME, other)
    assert same == (plain(one) == plain(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ａda", "a da"), ("１３８ 0000 0001", "13800000001"), ("林\u3000知夏", "林知夏")],
)
def test_equal_values_meet(one: str, other: str) -> None:
    assert INDEX.of(Indexed.NAME, one) == INDEX.of(Indexed.NAME, other)


def test_what_is_indexed_and_under_which_key_are_told_apart() -> None:
    indexes = [INDEX.of(what, "ada") for what in Indexed]
    indexes += [
        BlindIndex(memory_keyring(b"n" * 32)).of(Indexed.NAME, "ada"),
        INDEX.of_content(b"ada"),
    ]
    assert len(set(indexes)) == len(indexes)
    assert all(len(bytes.fromhex(index)) == 32 for index in indexes)


@given(st.binary(), st.binary())
def test_the_same_bytes_have_the_same_index(one: bytes, other: bytes) -> None:
    assert (INDEX.of_content(one) == INDEX.of_content(other)) == (one == other)

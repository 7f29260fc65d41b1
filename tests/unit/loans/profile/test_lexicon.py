"""Words of a lexicon in a text, and the lexicons themselves."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.codes import industries
from loans.profile.lexicon import FOLDER, Concepts, Words, lexicon, plain, shares
from loans.profile.things import things, trades

WORDS = Words({"火锅": "eats", "火锅底料": "sells", "底料厂": "makes"})
NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))


def test_the_longest_word_that_ends_somewhere_counts() -> None:
    assert [one.meaning for one in WORDS.scan("老张火锅")] == ["eats"]
    assert [one.word for one in WORDS.scan("火锅底料批发")] == ["火锅底料"]
    # Compounds end with what they name: a factory, not a restaurant.
    assert [one.word for one in WORDS.scan("火锅底料厂")] == ["火锅", "底料厂"]


@given(st.text(alphabet="火锅底料厂张", max_size=30))
def test_words_found_stand_in_the_text_and_apart(text: str) -> None:
    found = WORDS.scan(text)
    assert all(text[one.at : one.end] == one.word for one in found)
    assert all(first.end <= second.at for first, second in itertools.pairwise(found))


def test_text_is_compared_without_width_case_or_blanks() -> None:
    assert plain("ＫＴＶ 包房\n") == "ktv包房"


def test_concepts_are_told_with_their_word() -> None:
    concepts = Concepts({"pay": ["工资", "发.{0,2}薪"], "none": []})
    assert concepts.found("给员工发了薪") == {"pay": "发了薪"}
    assert concepts.found("进货") == {}


def test_shares_sum_to_one_and_begin_with_the_greatest() -> None:
    assert shares({"a": 1.0, "b": 3.0}) == {"b": 0.75, "a": 0.25}
    assert shares({}) == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_lexicon_says_where_it_comes_from(name: str) -> None:
    assert lexicon(name)["source"]


def test_industries_are_those_of_the_standard() -> None:
    table, known = lexicon("industries"), industries().choices.keys()
    assert table["trades"].keys() <= known
    assert {*table["goods"]["grown"], *table["goods"]["made"]} <= known
    for trade in trades().values():
        assert trade.divisions <= known


def test_a_thing_is_known_with_the_trades_that_use_it() -> None:
    (found,) = things().scan("牙椅两台")
    assert found.meaning == {"medical"}

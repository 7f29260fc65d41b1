"""Characters that the quick recogniser takes rare ones for."""

from __future__ import annotations

import pytest

from ocr.extraction.mistaken_characters import is_taken_for, may_be_rare


@pytest.mark.parametrize(
    ("rare", "letter"), [("甪", "用"), ("䶮", "龚"), ("㛃", "契"), ("仫", "么"), ("浉", "狮")]
)
def test_rare_characters_have_one_that_they_are_taken_for(rare: str, letter: str) -> None:
    assert is_taken_for(rare, letter)
    assert not is_taken_for(letter, rare)


def test_a_known_mistake_is_doubted_up_to_a_little_more_than_it_was_ever_sure() -> None:
    assert may_be_rare("用", 0.5)
    assert may_be_rare("用", 0.99)
    assert not may_be_rare("用", 0.9999)


def test_mistakes_are_made_surer_of_some_characters() -> None:
    assert may_be_rare("契", 0.9998)
    assert not may_be_rare("契", 1.0)


def test_a_character_for_which_none_was_taken_is_not_doubted() -> None:
    assert not may_be_rare("公", 0.1)
    assert not is_taken_for("甪", "公")

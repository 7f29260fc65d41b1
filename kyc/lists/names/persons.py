"""Names of persons: read from whatever writing, and how one is another's writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from kyc.lists.names.characters import is_han, standard, visible, words
from kyc.lists.names.lookalikes import look_alike
from kyc.lists.names.policy import NamesPolicy
from kyc.lists.names.sounds import latin, sound_alike, sound_nearly_alike, spellings
from kyc.lists.names.writing import Writing

MIN_PART = 2  # characters of a part of a name that stands for the whole, and of what a title leaves
_BRACKETS = re.compile(r"[(\[{<《【〔「『]([^)\]}>》】〕」』]*)[)\]}>》】〕」』]?")
_LABEL = re.compile(r"^[^:(\[【〔]*:")
_LISTED = re.compile(r"[,，;；、|/\n]+")


@dataclass(frozen=True)
class PersonName:
    """A name: Chinese characters, simplified, in their parts; or Latin letters in theirs."""

    parts: tuple[str, ...]
    is_latin: bool = False

    @cached_property
    def whole(self) -> str:
        """The name without separators."""
        return "".join(self.parts)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The name in Latin letters, in the orders that people write it."""
        if not self.is_latin:
            return spellings(self.parts)
        orders = range(len(self.parts))
        return frozenset("".join([*self.parts[at:], *self.parts[:at]]) for at in orders)


def read_persons(text: str) -> tuple[PersonName, ...]:
    """The names that a text gives one person: its own and, in brackets, former ones.

    Forms of address, labels before a colon and remarks are left out. Empty for no name.
    """
    seen = _LABEL.sub("", visible(text))
    outside = _BRACKETS.sub(" ", seen)
    inside = [found[1] for found in _BRACKETS.finditer(seen)]
    texts = [outside, *map(_without_remark, inside)]
    names = (name for one in texts for name in _names(one))
    return tuple(dict.fromkeys(names))


def writing_of(asked: PersonName, listed: PersonName, rules: NamesPolicy) -> Writing | None:
    """How what is asked is written, if it may be the listed name; None if it is another."""
    if asked.is_latin or listed.is_latin:
        return _writing_in_letters(asked, listed, rules)
    one, other = asked.whole, listed.whole
    if one == other:
        return Writing.SAME
    if sorted(one) == sorted(other):
        return Writing.ORDER
    if len(one) == len(other):
        return _writing_of_characters(one, other, rules)
    if _is_part(asked, listed) or _is_part(listed, asked):
        return Writing.PART
    if _misses_one(one, other) or _misses_one(other, one):
        return Writing.ONE_MISSING
    return _writing_of_long(one, other, rules)


def _writing_in_letters(
    asked: PersonName, listed: PersonName, rules: NamesPolicy
) -> Writing | None:
    if not asked.spellings.isdisjoint(listed.spellings):
        return Writing.SAME if asked.parts == listed.parts else Writing.LETTERS
    near = any(
        Levenshtein.distance(one, other, score_cutoff=rules.letters_max_edits)
        <= rules.letters_max_edits
        for one in asked.spellings
        for other in listed.spellings
        if min(len(one), len(other)) >= rules.letters_min
    )
    return Writing.LETTERS if near else None


def _writing_of_characters(one: str, other: str, rules: NamesPolicy) -> Writing | None:
    differ = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    if all(sound_alike(*pair) for pair in differ):
        return Writing.SOUND
    if all(sound_nearly_alike(*pair) for pair in differ):
        return Writing.NEAR_SOUND
    alike = all(look_alike(*pair) or sound_alike(*pair) for pair in differ)
    if alike and len(differ) < len(one):
        return Writing.LOOK
    if len(differ) == 1 and len(one) >= rules.changed_min:
        return Writing.ONE_CHANGED
    return _writing_of_long(one, other, rules)


def _writing_of_long(one: str, other: str, rules: NamesPolicy) -> Writing | None:
    """Names of other languages in characters that were chosen by sound."""
    if min(len(one), len(other)) < rules.long_min:
        return None
    cutoff = rules.long_max_edits
    near = any(
        Levenshtein.distance(first, second, score_cutoff=cutoff) <= cutoff
        for first in spellings((one,))
        for second in spellings((other,))
    )
    far = Levenshtein.distance(one, other, score_cutoff=cutoff) > cutoff
    return None if far and not near else Writing.NEAR_SOUND


def _is_part(one: PersonName, other: PersonName) -> bool:
    """Whether one name is a part, or several, of another one that has parts."""
    left = len(one.whole) >= MIN_PART and len(other.parts) > 1
    return left and any(one.whole == "".join(run) for run in _runs(other.parts))


def _runs(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            yield parts[first:last]


def _misses_one(short: str, long: str) -> bool:
    if len(long) != len(short) + 1 or len(short) < MIN_PART:
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _names(text: str) -> Iterable[PersonName]:
    """The names in a text without brackets: one in Latin letters, or several in characters."""
    if not any(map(is_han, text)):
        return _latin_name(text)
    found = (_han_name(one) for one in _LISTED.split(text))
    return [one for one in found if one is not None]


def _latin_name(text: str) -> list[PersonName]:
    left_out = frozenset(words()["latin_titles"])
    tokens = (latin(one) for one in re.split(r"[\s,.;/]+", text))
    parts = tuple(one for one in tokens if one and one not in left_out)
    return [PersonName(parts, is_latin=True)] if parts else []


def _han_name(text: str) -> PersonName | None:
    """A name without its title; blanks between single characters part nothing."""
    blocks = ("".join(filter(is_han, one)) for one in re.split(r"[^\w]+|_", standard(text)))
    parts = [one for one in blocks if one]
    if len(parts) > 1 and parts[-1] in words()["titles"]:
        parts.pop()
    if any(len(one) < MIN_PART for one in parts):
        parts = ["".join(parts)]
    if not parts or parts == [""] or "".join(parts) in words()["titles"]:
        return None
    return PersonName((*parts[:-1], _without_title(parts[-1])))


def _without_title(part: str) -> str:
    for title in sorted(words()["titles"], key=len, reverse=True):
        bare = part.removesuffix(title)
        if bare != part and len(title) >= MIN_PART and len(bare) >= MIN_PART:
            return bare
    return part


def _without_remark(text: str) -> str:
    bare = text.strip()
    for remark in words()["remarks"]:
        bare = bare.removeprefix(remark).lstrip(":： ")
    return bare

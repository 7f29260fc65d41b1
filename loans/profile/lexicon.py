"""Lexicons: words with what they stand for, and where a text holds them. Pure.

The lexicons are files in `lexicons/`, written from knowledge of the trades, each with its source.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

FOLDER = Path(__file__).parent / "lexicons"
T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A word of a lexicon in a text: where it begins, and what it stands for."""

    at: int
    word: str
    meaning: T

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.at + len(self.word)


class Words(Generic[T]):
    """Words and what each stands for."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        """Words are compared as `plain` writes them."""
        self._meanings = MappingProxyType({plain(word): one for word, one in meanings.items()})
        self._longest = max(map(len, self._meanings), default=0)

    def __contains__(self, word: str) -> bool:
        return word in self._meanings

    def scan(self, text: str) -> list[Found[T]]:
        """The words of a text from left to right, the longest where several end.

        They are looked for from the end, for Chinese compounds end with what they name.
        """
        found: list[Found[T]] = []
        end = len(text)
        while end > 0:
            one = self._ending(text, end)
            if one is None:
                end -= 1
            else:
                found.append(one)
                end = one.at
        return found[::-1]

    def _ending(self, text: str, end: int) -> Found[T] | None:
        for at in range(max(0, end - self._longest), end):
            word = text[at:end]
            if word in self._meanings:
                return Found(at, word, self._meanings[word])
        return None


class Concepts:
    """Named lists of words and regular expressions, and which of them a text holds."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """A list finds nothing where it is empty."""
        self._searches = {
            name: re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE).search
            for name, words in ((name, tuple(words)) for name, words in lists.items())
            if words
        }

    def found(self, text: str) -> dict[str, str]:
        """Each concept that a text holds with the first word that says so."""
        written = plain(text)
        matches = ((name, search(written)) for name, search in self._searches.items())
        return {name: one.group() for name, one in matches if one is not None and one.group()}


def plain(text: str) -> str:
    """A text as it is compared: NFKC, small letters, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@cache
def lexicon(name: str) -> Mapping[str, Any]:
    """The tables of a lexicon. Raises FileNotFoundError."""
    return MappingProxyType(tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text("utf-8")))


def shares(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores as shares of their sum, the greatest first; empty where nothing was scored."""
    total = sum(scores.values())
    ordered: Sequence[tuple[str, float]] = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    return {name: score / total for name, score in ordered} if total > 0 else {}

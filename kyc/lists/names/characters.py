"""Characters of names in one writing: simplified, standard, without what is not seen."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

FOLDER = Path(__file__).parent
_HAN = (("\u3400", "\u9fff"), ("\U00020000", "\U0003ffff"), ("\u3007", "\u3007"))


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return any(first <= character <= last for first, last in _HAN)


def visible(text: str) -> str:
    """A text with characters of one width and none that only steers how others are shown."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(one for one in wide if unicodedata.category(one) not in ("Cf", "Cc", "Mn"))


def standard(text: str) -> str:
    """Chinese characters as simplified and standard ones; each by itself, so that parts agree."""
    return "".join(map(_standard, text))


@cache
def words() -> Mapping[str, Any]:
    """Words that stand beside names, and variants of characters (`words.toml`)."""
    return tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))


@cache
def _standard(character: str) -> str:
    if not is_han(character):
        return character
    known: str | None = words()["variants"].get(character)
    return known or str(_simplifier().convert(character))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")

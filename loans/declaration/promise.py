"""The promise of what the money is for: texts by version and language, each known by its hash.

A version's text never changes: another text is another version. What was promised is the text
with the hash that the declaration keeps (Internet-loan rules of 2020, art. 24; Interim rules on
personal loans of 2024).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Promise:
    """A version of the text in one language; `sha256` is that of its UTF-8 bytes, in hex."""

    version: str
    language: str
    text: str
    sha256: str


@cache
def promise(version: str, language: str) -> Promise:
    """A text. Raises FileNotFoundError for a version or a language that there is none of."""
    text = FOLDER.joinpath(f"promise.{version}.{language}.md").read_text("utf-8")
    return Promise(version, language, text, hashlib.sha256(text.encode()).hexdigest())


def promise_of(version: str, sha256: str) -> Promise | None:
    """The text of a version that has a hash; None where none of its languages has."""
    texts = (promise(version, language) for language in LANGUAGES)
    return next((text for text in texts if text.sha256 == sha256), None)

"""Official codes that a declaration uses: industries by GB/T 4754-2017, occupations by GB/T 6565.

The tables are files in `standards/`, each with its source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "standards"


class Role(StrEnum):
    """What the person who declares is in the business."""

    OWNER = "owner"
    PARTNER = "partner"
    SHAREHOLDER = "shareholder"
    MANAGER = "manager"


@dataclass(frozen=True)
class Code:
    """A code of a standard with its names; `parent` is the class above it, empty at the top."""

    code: str
    parent: str
    zh: str
    en: str


@dataclass(frozen=True)
class Classification:
    """Two levels of a standard: its classes, and what is chosen within them, by code."""

    standard: str
    source: str
    classes: Mapping[str, Code]
    choices: Mapping[str, Code]

    def class_of(self, choice: str) -> Code:
        """The class above a code. Raises KeyError for a code that cannot be chosen."""
        return self.classes[self.choices[choice].parent]


@cache
def industries() -> Classification:
    """The 20 sections (A to T) and 97 divisions (01 to 97) of GB/T 4754-2017."""
    table = _table("gbt_4754_2017")
    sections = {code: Code(code, "", zh, en) for code, zh, en in table["sections"]}
    divisions = {code: Code(code, parent, zh, en) for code, parent, zh, en in table["divisions"]}
    return Classification(table["standard"], table["source"], sections, divisions)


@cache
def occupations() -> Classification:
    """The 8 major classes of GB/T 6565-2015, and the middle classes that an owner may be in."""
    table = _table("gbt_6565_2015")
    majors = {code: Code(code, "", zh, en) for code, zh, en in table["majors"]}
    middles = {code: Code(code, f"{code[0]}0000", zh, en) for code, zh, en in table["middles"]}
    return Classification(table["standard"], table["source"], majors, middles)


def section_of(division: str) -> str:
    """The section (a letter) of a division. Raises KeyError."""
    return industries().class_of(division).code


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text("utf-8"))

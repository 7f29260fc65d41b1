"""How far a name may be from a listed one, and still be looked at."""

from __future__ import annotations

from pydantic import Field

from core.policy import Part


class NamesPolicy(Part):
    """Lengths and distances of names; none of them makes a name alone a hit."""

    changed_min: int = Field(ge=2)  # characters of a name of which one may be any other
    long_min: int = Field(ge=4)  # characters of a name that may differ by more
    long_max_edits: int = Field(ge=0)  # of characters, or of letters of its sound
    letters_min: int = Field(ge=4)  # letters of a spelling that may differ
    letters_max_edits: int = Field(ge=0)
    source: str

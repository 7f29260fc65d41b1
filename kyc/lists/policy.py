"""Which lists there are, and what a hit on each does."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field, model_validator

from core.policy import Part, Section
from kyc.lists.names.policy import NamesPolicy


class Effect(StrEnum):
    """What a hit does."""

    REFUSE = "refuse"  # nobody on the list is served
    REVIEW = "review"  # a person looks before anything goes on


class KnownList(Part):
    """A list: its code, what a hit does, and the law that it is kept by."""

    code: str
    effect: Effect
    source: str


# Policies of before 2026-11-29 compared names as they are printed.
AS_PRINTED = NamesPolicy(
    changed_min=1000,
    long_min=1000,
    long_max_edits=0,
    letters_min=1000,
    letters_max_edits=0,
    source="none",
)


class ListsPolicy(Section):
    """The lists that are kept."""

    table: ClassVar[str] = "lists"

    page: int = Field(gt=0)  # entries of one answer
    names: NamesPolicy = AS_PRINTED
    known: tuple[KnownList, ...]

    @model_validator(mode="after")
    def _codes_differ(self) -> ListsPolicy:
        codes = [one.code for one in self.known]
        if len(set(codes)) != len(codes):
            raise ValueError("[[lists.known]]: a code stands twice")
        return self

    def list_of(self, code: str) -> KnownList | None:
        """The list of a code; None for none."""
        return next((one for one in self.known if one.code == code), None)


SECTIONS = (ListsPolicy,)

"""A name as a list or a paper tells it, with what stands beside it: kept sealed, found by keys."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from kyc.lists.models import Listed
from kyc.lists.names.blocks import firm_keys, person_keys
from kyc.lists.names.judge import Firm, Judgement, Person, judge_firm, judge_person
from kyc.lists.names.policy import NamesPolicy
from storage.blind_index import BlindIndex, Indexed


@dataclass(frozen=True)
class ListsOwner:
    """Whose key seals the names on lists: the installation's, and no person's."""

    id: UUID = field(default=UUID("00000000-0000-8000-8000-000000000049"))
    data_key: bytes = b""


LISTS = ListsOwner()


@dataclass(frozen=True)
class Told:
    """A person's or a firm's name; `number` is an identity number or its end, or a firm's code."""

    kind: Listed
    name: str
    born: date | None = None
    number: str = ""

    @classmethod
    def unpacked(cls, packed: bytes) -> Told:
        """What `packed` made."""
        parts = json.loads(packed)
        born = date.fromisoformat(parts["born"]) if parts["born"] else None
        return cls(Listed(parts["kind"]), parts["name"], born, parts["number"])

    def packed(self) -> bytes:
        """The bytes that are sealed."""
        born = "" if self.born is None else self.born.isoformat()
        parts = {"kind": self.kind, "name": self.name, "born": born, "number": self.number}
        return json.dumps(parts, ensure_ascii=False).encode()

    @property
    def says_a_name(self) -> bool:
        """Whether any name can be read of it."""
        if self.kind is Listed.FIRM_NAME:
            return self._firm.name is not None
        return bool(self._person.names)

    @property
    def keys(self) -> frozenset[str]:
        """By what it is brought together with others."""
        if self.kind is Listed.FIRM_NAME:
            return firm_keys(self._firm)
        return person_keys(self._person)

    def judged(self, listed: Told, rules: NamesPolicy) -> Judgement:
        """Whether this may be a listed one of the same kind."""
        if self.kind is Listed.FIRM_NAME:
            return judge_firm(self._firm, listed._firm)
        return judge_person(self._person, listed._person, rules)

    @cached_property
    def _person(self) -> Person:
        return Person.told(self.name, self.born, self.number)

    @cached_property
    def _firm(self) -> Firm:
        return Firm.told(self.name, self.number)


def blind_keys(index: BlindIndex, told: Iterable[Told]) -> Collection[str]:
    """The keys of names as the database has them; persons' and firms' never meet."""
    found = ((one.kind, key) for one in told for key in one.keys)
    return {index.of(Indexed.LIST_KEY, f"{kind}:{key}") for kind, key in found}

"""Is who is asked about who is listed: a hit, possible, or not; and by what.

A hit is the same name in another writing with the same birth date, number or code, and nothing
that speaks against it. A name alone is possible at most, and only where it is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kyc.lists.names import firms, persons
from kyc.lists.names.attributes import (
    Agreement,
    birth_agreement,
    code_agreement,
    firm_code,
    number_agreement,
    number_end,
)
from kyc.lists.names.firms import FirmName, read_firm
from kyc.lists.names.persons import PersonName, read_persons
from kyc.lists.names.policy import NamesPolicy
from kyc.lists.names.writing import Writing

_CLOSENESS = {writing: rank for rank, writing in enumerate(Writing)}
# A slip in a birth date beside these is looked at; beside a name that is further off it is not.
_CLOSE = frozenset({Writing.SAME, Writing.ORDER, Writing.LETTERS, Writing.SOUND, Writing.LOOK})


class Outcome(StrEnum):
    """What comes of a comparison."""

    HIT = "hit"
    POSSIBLE = "possible"  # a person must look
    NONE = "none"


@dataclass(frozen=True)
class Person:
    """What is known of a person by name; `number_end` is empty where it is not known."""

    names: tuple[PersonName, ...]
    born: date | None = None
    number_end: str = ""

    @classmethod
    def told(cls, name: str, born: date | None = None, number: str = "") -> Person:
        """A person as a list or a paper tells of them; of a number only the end is kept."""
        return cls(read_persons(name), born, number_end(number))


@dataclass(frozen=True)
class Firm:
    """What is known of a firm by name; `code` is empty where it is not known."""

    name: FirmName | None
    code: str = ""

    @classmethod
    def told(cls, name: str, code: str = "") -> Firm:
        """A firm as a list or a paper tells of it."""
        return cls(read_firm(name), firm_code(code))


@dataclass(frozen=True)
class Judgement:
    """What came of comparing two, and why: the writing, and how the attributes agree.

    `number` is about the identity number of a person, the code of a firm.
    """

    outcome: Outcome
    writing: Writing
    birth: Agreement
    number: Agreement


def judge_person(asked: Person, listed: Person, rules: NamesPolicy) -> Judgement:
    """Whether a person may be a listed one. Pure; nothing but these attributes is looked at."""
    birth = birth_agreement(asked.born, listed.born)
    number = number_agreement(asked.number_end, listed.number_end)
    writing = _closest(asked, listed, rules)
    return Judgement(_of_person(writing, birth, number), writing, birth, number)


def judge_firm(asked: Firm, listed: Firm) -> Judgement:
    """Whether a firm may be a listed one."""
    code = code_agreement(asked.code, listed.code)
    found = Writing.OTHER_NAME
    if asked.name is not None and listed.name is not None:
        found = firms.writing_of(asked.name, listed.name) or found
    return Judgement(_of_firm(found, code), found, Agreement.UNKNOWN, code)


def _closest(asked: Person, listed: Person, rules: NamesPolicy) -> Writing:
    found = {
        persons.writing_of(one, other, rules) for one in asked.names for other in listed.names
    } - {None}
    ranked = sorted((one for one in found if one is not None), key=_CLOSENESS.__getitem__)
    return ranked[0] if ranked else Writing.OTHER_NAME


def _of_person(writing: Writing, birth: Agreement, number: Agreement) -> Outcome:
    agreeing = [birth, number].count(Agreement.SAME)
    if writing is Writing.OTHER_NAME:  # a name may be changed: 户口登记条例 art. 18
        return Outcome.POSSIBLE if agreeing == 2 else Outcome.NONE
    if writing is Writing.SAME:
        return _of_same_name(birth, number)
    slips = {birth, number} <= {Agreement.NEAR, Agreement.UNKNOWN}
    if Agreement.DIFFERENT in (birth, number):
        return Outcome.NONE
    if agreeing or (writing in _CLOSE and slips and Agreement.NEAR in (birth, number)):
        return Outcome.POSSIBLE
    return Outcome.NONE


def _of_same_name(birth: Agreement, number: Agreement) -> Outcome:
    both = (birth, number)
    speaking = {one for one in both if one is not Agreement.UNKNOWN}
    if speaking == {Agreement.SAME}:
        return Outcome.HIT
    if speaking <= {Agreement.DIFFERENT} and speaking:
        return Outcome.NONE
    return Outcome.POSSIBLE


def _of_firm(writing: Writing, code: Agreement) -> Outcome:
    if writing in (Writing.SAME, Writing.WITHOUT_PLACE) and code is Agreement.SAME:
        return Outcome.HIT
    if code is Agreement.SAME or writing in (Writing.SAME, Writing.BRANCH):
        return Outcome.POSSIBLE
    if writing is Writing.WITHOUT_PLACE and code is Agreement.UNKNOWN:
        return Outcome.POSSIBLE
    return Outcome.NONE

"""What records of other systems add to a profile: pieces, evidence, differences. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from loans.sources.accounts import NEVER_PAID
from loans.sources.moments import day_of
from loans.sources.records import AcquiredDay, AcquiringRecord, RegistryRecord
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

BASIS_POINTS_A_UNIT = 10_000
ACQUIRER = "acquirer"  # the publisher of a statement that was asked for
_NOT_OF_A_NAME = str.maketrans("", "", "·•・・ \t\u3000")


class RegistryDifference(StrEnum):
    """What the business registry says otherwise than papers do, or speaks against lending."""

    UNKNOWN = "unknown"  # it knows no business of this code
    NOT_OPERATING = "not_operating"
    ABNORMAL = "abnormal"
    NAME = "name"
    PRINCIPAL = "principal"


@dataclass(frozen=True)
class StatusWords:
    """Words of a status: in which a business operates, and which say that it ends or ended."""

    operating: tuple[str, ...]
    ending: tuple[str, ...]


@dataclass(frozen=True)
class OnPaper:
    """A person and a business, as the papers of onboarding say it."""

    name: str
    number: str
    business_name: str


class Principal(StrEnum):
    """How the registry's principal compares with a person."""

    SAME = "same"  # in name, and in every character of the number that is shown
    SAME_NAME = "same_name"  # no number is shown
    OTHER = "other"


def principal_of(record: RegistryRecord, paper: OnPaper) -> Principal:
    """Whether the registry's principal is the person.

    A number is compared in what is visible of it: the rest is never told to anybody.
    """
    if _plain(record.principal) != _plain(paper.name):
        return Principal.OTHER
    shown = record.principal_number
    if shown is None:
        return Principal.SAME_NAME
    fits = len(shown) == len(paper.number) and all(
        mask in ("*", own) for mask, own in zip(shown, paper.number.upper(), strict=True)
    )
    return Principal.SAME if fits else Principal.OTHER


def registry_differences(
    record: RegistryRecord | None, paper: OnPaper, words: StatusWords
) -> tuple[RegistryDifference, ...]:
    """What a person has to look at; None is a registry that knows no such business.

    A status that begins with no word of operating is taken for one in which it does not.
    """
    if record is None:
        return (RegistryDifference.UNKNOWN,)
    return tuple(_differences(record, paper, words))


def merchant_statement(record: AcquiringRecord) -> Statement:
    """What an acquirer collected, as the statement of a merchant account.

    A row is a day's takings through a channel, or what was given back of them.
    """
    rows: list[Row] = []
    for each in sorted(record.days, key=lambda each: (each.day, each.channel)):
        rows += _rows(each, len(rows) + 1)
    return Statement(
        publisher=ACQUIRER,
        account=AccountKind.MERCHANT,
        rows=tuple(rows),
        first_day=record.first_day,
        last_day=record.last_day,
    )


def records_first(statements: Sequence[Statement], tolerance_bp: int) -> list[Statement]:
    """Statements in which an acquirer's record counts before a merchant's own file.

    The record is signed by who collects; a file is what its sender made of it. Sums of days cannot
    be held against single sales, so of the days that a record covers it alone counts, and sales by
    another acquirer of these days do not. A file that shows more of these days than the record,
    beyond a tolerance, is not used at all.
    """
    records = [each for each in statements if each.publisher == ACQUIRER]
    kept: list[Statement] = []
    for each in statements:
        if each.publisher == ACQUIRER or each.account is not AccountKind.MERCHANT:
            kept.append(each)
        elif not any(_exceeds(each, record, tolerance_bp) for record in records):
            kept.append(_outside(each, [days for days in map(_period, records) if days]))
    return kept


def _differences(
    record: RegistryRecord, paper: OnPaper, words: StatusWords
) -> Iterator[RegistryDifference]:
    status = _plain(record.status)
    if not status.startswith(words.operating) or any(word in status for word in words.ending):
        yield RegistryDifference.NOT_OPERATING
    if record.abnormal:
        yield RegistryDifference.ABNORMAL
    if _plain(record.name) != _plain(paper.business_name):
        yield RegistryDifference.NAME
    if principal_of(record, paper) is Principal.OTHER:
        yield RegistryDifference.PRINCIPAL


def _rows(each: AcquiredDay, line: int) -> Iterator[Row]:
    if each.gross_fen:
        yield Row(
            line=line,
            at=each.day,
            amount_fen=each.gross_fen,
            direction=Direction.IN,
            kind=RowKind.PAYMENT,
            memo=f"{each.channel} {each.count}",
            fee_fen=each.fee_fen,
        )
        line += 1
    if each.refunded_fen:
        yield Row(
            line=line,
            at=each.day,
            amount_fen=-each.refunded_fen,
            direction=Direction.OUT,
            kind=RowKind.REFUND,
            memo=each.channel,
        )


def _exceeds(file: Statement, record: Statement, tolerance_bp: int) -> bool:
    """Whether a file shows more than a record, of the days that both cover."""
    ours, theirs = _period(file), _period(record)
    if ours is None or theirs is None:
        return False
    first, last = max(ours[0], theirs[0]), min(ours[1], theirs[1])
    shown, collected = _sold(file, first, last), _sold(record, first, last)
    return shown * BASIS_POINTS_A_UNIT > collected * (BASIS_POINTS_A_UNIT + tolerance_bp)


def _sold(statement: Statement, first: date, last: date) -> int:
    return sum(
        row.amount_fen
        for row in statement.rows
        if first <= day_of(row) <= last and row.direction is Direction.IN and _is_paid(row)
    )


def _is_paid(row: Row) -> bool:
    return not row.duplicate and row.kind not in NEVER_PAID


def _period(statement: Statement) -> tuple[date, date] | None:
    """The days of a statement: those that an acquirer answers for, else those with rows."""
    days = [day_of(row) for row in statement.rows]
    if statement.publisher == ACQUIRER:
        days += [day for day in (statement.first_day, statement.last_day) if day is not None]
    return (min(days), max(days)) if days else None


def _outside(statement: Statement, covered: Iterable[tuple[date, date]]) -> Statement:
    periods = list(covered)
    kept = tuple(
        row
        for row in statement.rows
        if not any(first <= day_of(row) <= last for first, last in periods)
    )
    return replace(statement, rows=kept)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_NOT_OF_A_NAME).upper()

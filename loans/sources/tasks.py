"""What the confined process does with a file of a source.

Imported by `sandbox.template` alone, which finds `TASKS` and `warm_up` here. What reading imports
or opens late is imported and opened before: a child opens no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from loans.sources.days import FUTURE, without_future
from loans.sources.findings import MAX_TOLD, Fault, FileFinding, Told
from loans.sources.invoice_findings import found_in_invoice
from loans.sources.moments import day_of
from loans.sources.packing import pack_invoice, pack_statement
from loans.sources.readers.einvoice import InvoiceRefused, read_invoice
from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import StatementRefused
from loans.sources.readers.statement import read_statement
from loans.sources.rows import Statement
from loans.sources.warming import warm_readers
from sandbox.messages import Part
from sandbox.template import Task


def statement(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """One part: what was found, and the rows, packed."""
    limits = StatementLimits(**parameters["limits"])
    try:
        read = read_statement(content, parameters["name"], parameters["password"], limits)
    except StatementRefused as refused:
        yield _refused(refused.code, refused.line, refused.missing)
        return
    past = without_future(read, date.fromisoformat(parameters["today"]))
    yield Part(_found_in(past).model_dump(mode="json"), pack_statement(past))


def invoice(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """One part: what was found, and the invoice, packed."""
    try:
        read = read_invoice(content, InvoiceLimits(**parameters["invoice_limits"]))
    except InvoiceRefused as refused:
        yield _refused(refused.reason)
        return
    today = date.fromisoformat(parameters["today"])
    yield Part(found_in_invoice(read, today).model_dump(mode="json"), pack_invoice(read))


def _found_in(read: Statement) -> FileFinding:
    return FileFinding(
        publisher=read.publisher,
        account=read.account,
        owner=read.owner,
        rows=len(read.rows),
        first_day=min(map(day_of, read.rows), default=read.first_day),
        last_day=max(map(day_of, read.rows), default=read.last_day),
        not_read=tuple(Told(code=row.reason, line=row.line) for row in read.refused[:MAX_TOLD]),
        faults=tuple(_faults(read)),
    )


def _faults(read: Statement) -> Iterator[Told]:
    if read.balance_breaks:
        first = read.balance_breaks[0]
        yield Told(code=Fault.BALANCE_BREAKS, line=first, count=len(read.balance_breaks))
    if read.totals_off:
        yield Told(code=Fault.TOTALS_OFF)
    ahead = [row for row in read.refused if row.reason == FUTURE]
    others = [row for row in read.refused if row.reason != FUTURE]
    if ahead:
        yield Told(code=Fault.FUTURE_ROWS, line=ahead[0].line, count=len(ahead))
    if others:
        yield Told(code=Fault.ROWS_REFUSED, line=others[0].line, count=len(others))
    again = [row.line for row in read.rows if row.duplicate]
    if again:
        yield Told(code=Fault.DUPLICATES, line=again[0], count=len(again))


def _refused(code: str, line: int | None = None, missing: tuple[str, ...] = ()) -> Part:
    told = Told(code=code, line=line, missing=missing)
    found = FileFinding(refused=told, locked=code in LOCKED)
    return Part(found.model_dump(mode="json"))


LOCKED = frozenset({"password_needed", "wrong_password"})
TASKS: Mapping[str, Task] = {"statement": statement, "invoice": invoice}


def warm_up() -> None:
    """Import and open everything that reading needs."""
    warm_readers()

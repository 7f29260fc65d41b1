"""What is held of lines and draws is exported, and goes with its owner's account."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.codes import issue_code
from app.presenters.export import present_export
from app.retention import delete_all_due
from app.services import Services
from app.tables import METADATA
from loans.erasure import ERASED, LoanOutstanding
from loans.lines.draws import PaidTo
from loans.lines.ending import close_line
from loans.lines.models import CreditLine, Draw, DrawNote, DrawPayee
from loans.states import LineState
from privacy.erasure import close_own_account
from privacy.export import export_own_data
from privacy.policy import RetentionPolicy
from storage.handlers import Lane
from tests.support.clock import MovableClock
from tests.support.factories import PHONE, Applicant, applicant, code_of, onboarded
from tests.support.jobs import work_off_by_performing
from tests.support.lending import lend
from tests.support.lines import asked, drawn, with_line

NAME, ACCOUNT = "样例市鲜蔬批发部", "6222020000000000123"
PAYEES = (PaidTo(NAME, ACCOUNT, 1_000_000),)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


@pytest.fixture
def line(owner: Applicant) -> UUID:
    """Their credit line."""
    return with_line(owner)


def closed(owner: Applicant) -> None:
    with owner.acting() as context:
        close_own_account(context)


def test_names_and_accounts_of_payees_are_sealed(
    services: Services, owner: Applicant, line: UUID
) -> None:
    drawn(owner, line, payees=PAYEES)
    lend(services)
    with services.reading() as context:
        payee = context.session.scalars(sa.select(DrawPayee)).one()
        note = context.session.scalars(sa.select(DrawNote)).one()
    assert NAME.encode() not in payee.name
    assert ACCOUNT.encode() not in payee.account
    assert not note.sealed_note.startswith(b"%PDF")


def test_lines_draws_payees_and_notes_are_exported(
    services: Services, owner: Applicant, line: UUID
) -> None:
    draw = drawn(owner, line, payees=PAYEES)
    lend(services)
    with services.transaction() as context:
        proof = issue_code(context, PHONE)
        code = code_of(context, proof)
    with owner.acting() as context:
        export = export_own_data(context, METADATA, proof.attempt, code)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(present_export(export))))
    (payee,) = json.loads(archive.read("data/draw_payees.json"))
    assert (payee["name"], payee["account"], payee["amount_fen"]) == (NAME, ACCOUNT, 1_000_000)
    (row,) = json.loads(archive.read("data/credit_lines.json"))
    assert row["limit_fen"] == 5_000_000
    assert json.loads(archive.read("data/draws.json"))[0]["purpose"] == "stock_of_goods"
    assert archive.read(f"draws/{draw.id}-note.pdf").startswith(b"%PDF")


def test_an_account_with_a_line_is_closed_once_the_line_is(
    services: Services, owner: Applicant, line: UUID, clock: MovableClock
) -> None:
    asked(owner, line, payees=PAYEES)
    with pytest.raises(LoanOutstanding):
        closed(owner)
    with owner.acting() as context:
        close_line(context, line)
    closed(owner)
    rules = services.parts.policy.section(RetentionPolicy)
    clock.advance(timedelta(days=366 * rules.customer_records_years))
    delete_all_due(services)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    with services.reading() as context:
        assert context.session.scalars(sa.select(DrawPayee)).all() == []
        assert set(context.session.scalars(sa.select(Draw.purpose))) == {ERASED}
        assert context.session.scalars(sa.select(CreditLine.limit_fen)).all() == [5_000_000]


def test_an_expired_line_on_which_something_is_owed_keeps_the_account_open(
    services: Services, owner: Applicant, line: UUID
) -> None:
    drawn(owner, line)
    with services.transaction() as context:
        context.session.get_one(CreditLine, line).state = LineState.EXPIRED
    with pytest.raises(LoanOutstanding):
        closed(owner)

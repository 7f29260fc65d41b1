"""Names on lists: accounts are found in any writing, and a name alone declines nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from core.reasons import Reason
from kyc.decision.named import has_unnamed_onboardings, name_old_onboardings
from kyc.identity import NotServed
from kyc.lists.entries import ListChangeWaiting, ListValueInvalid
from kyc.lists.matching import Hit
from kyc.lists.models import (
    AccountName,
    AccountNameKey,
    Listed,
    ListedName,
    ListedNameKey,
    ListHit,
)
from kyc.lists.names.attributes import Agreement
from kyc.lists.names.judge import Outcome
from kyc.lists.names.writing import Writing
from kyc.lists.policy import Effect
from kyc.onboarding.states import Decision
from kyc.review.hits import HitRefuses, clear_hit, read_hits
from kyc.verification.states import VerificationPurpose
from loans.applicants import borrower
from loans.lists.screening import screen
from loans.offers.acceptance import AcceptOffer, accept_offer
from loans.states import ApplicationState
from storage.handlers import Lane
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    confirmed,
    decided,
    declared,
    onboarded,
    seen,
    stepped_up,
)
from tests.support.findings import OWNER
from tests.support.jobs import work_off_by_performing
from tests.support.lending import FixedScorer, lend
from tests.support.log import events
from tests.support.watchlist import REVIEWER, named_entry

BORN, END, PINYIN = date(1988, 3, 14), "4213", "LIN Zhixia"
VALID = replace(
    OWNER, number="110101198803144213", code="91110000600007272X", firm="长沙知夏餐饮有限公司"
)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    assert onboarded(known, VALID.findings()).decision is Decision.APPROVED
    return known


def screened(owner: Applicant) -> tuple[Hit, ...]:
    with owner.acting() as context:
        return screen(context, borrower(context))


def rescreened(services: Services) -> list[ListHit]:
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    with services.reading() as context:
        return list(context.session.scalars(sa.select(ListHit).order_by(ListHit.id)))


def test_a_namesake_of_another_birth_date_is_not_met(services: Services, owner: Applicant) -> None:
    named_entry(services, VALID.name, date(1961, 7, 2), "9934", "sanctions")
    assert rescreened(services) == []
    assert screened(owner) == ()


def test_a_name_alone_has_a_person_look(services: Services, owner: Applicant) -> None:
    named_entry(services, VALID.name, code="sanctions")
    (hit,) = rescreened(services)
    assert (hit.outcome, hit.writing) == (Outcome.POSSIBLE, Writing.SAME)
    (found,) = screened(owner)
    assert found.effect is Effect.REVIEW


def test_a_name_in_another_writing_with_its_birth_date_is_a_hit(
    services: Services, owner: Applicant
) -> None:
    written = f"{VALID.name[0]}　{VALID.name[1:]}先生"
    named_entry(services, written, BORN, code="sanctions")
    (hit,) = rescreened(services)
    assert (hit.outcome, hit.birth, hit.number) == (
        Outcome.HIT,
        Agreement.SAME,
        Agreement.UNKNOWN,
    )
    (found,) = screened(owner)
    assert found.effect is Effect.REVIEW  # thousands share name and birth date with a namesake
    (event,) = events(services, Action.LIST_HIT_FOUND)
    assert (event.data["writing"], event.data["birth"]) == ("same", "same")


def test_a_name_with_its_number_is_not_served_and_cleared_by_nobody(
    services: Services, owner: Applicant
) -> None:
    named_entry(services, VALID.name, BORN, END, "sanctions")
    (hit,) = rescreened(services)
    with owner.acting() as context, pytest.raises(NotServed):
        borrower(context)
    here = stepped_up(services, REVIEWER)
    with services.transaction(REVIEWER, here) as context, pytest.raises(HitRefuses):
        clear_hit(context, hit.id)


def test_pinyin_with_the_birth_date_is_possible_and_can_be_cleared(
    services: Services, owner: Applicant
) -> None:
    named_entry(services, PINYIN, BORN, code="sanctions")
    (hit,) = rescreened(services)
    assert (hit.outcome, hit.writing) == (Outcome.POSSIBLE, Writing.LETTERS)
    assert len(screened(owner)) == 1
    with services.transaction(REVIEWER, stepped_up(services, REVIEWER)) as context:
        (shown,) = read_hits(context)
        assert shown.found.judgement is not None
        clear_hit(context, hit.id)
    assert screened(owner) == ()


def test_a_firm_is_found_with_its_place_in_brackets(services: Services, owner: Applicant) -> None:
    written = "知夏餐饮（长沙）有限责任公司"
    named_entry(services, written, kind=Listed.FIRM_NAME)
    named_entry(services, written, number=VALID.code, kind=Listed.FIRM_NAME, code="own")
    found = {one.list_code: one.judgement for one in screened(owner)}
    assert found["court"] is not None
    assert found["court"].outcome is Outcome.POSSIBLE
    assert found["own"] is not None
    assert found["own"].outcome is Outcome.HIT


@pytest.mark.parametrize(
    ("number", "decision", "reason"),
    [(END, Decision.DECLINED, Reason.LISTED), ("", Decision.REVIEW, Reason.LIST_HIT)],
)
def test_names_count_when_an_account_is_opened(
    services: Services, number: str, decision: Decision, reason: Reason
) -> None:
    named_entry(services, VALID.name, BORN, number, "sanctions")
    case = onboarded(applicant(services), VALID.findings())
    assert (case.decision, case.reasons) == (decision, [reason])


def test_an_open_application_is_named_by_the_event(services: Services, owner: Applicant) -> None:
    application = applied(owner, declared(owner))
    named_entry(services, VALID.name, BORN)
    rescreened(services)
    (event,) = events(services, Action.LIST_HIT_FOUND)
    assert event.loan_id == application


def test_an_application_that_was_screened_already_goes_to_a_person(
    services: Services, owner: Applicant
) -> None:
    application = applied(owner, declared(owner))
    lend(services, FixedScorer(away=True))
    named_entry(services, VALID.name, BORN)
    rescreened(services)
    view = seen(owner, application)
    assert view.application.state is ApplicationState.REVIEW
    assert view.application.reasons == [Reason.LIST_HIT]


def test_the_event_names_the_loan_of_who_has_one(services: Services, owner: Applicant) -> None:
    view = decided(owner, declared(owner))
    voice = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        accept_offer(context, AcceptOffer(view.offers[0].id, voice))
    named_entry(services, VALID.name, BORN)
    rescreened(services)
    (event,) = events(services, Action.LIST_HIT_FOUND)
    assert event.loan_id == view.application.id


def test_accounts_of_before_are_named_by_a_job(services: Services, owner: Applicant) -> None:
    with services.transaction() as context:
        context.session.execute(sa.delete(AccountNameKey))
        context.session.execute(sa.delete(AccountName))
    named_entry(services, PINYIN, BORN)
    assert rescreened(services) == []
    with services.transaction() as context:
        assert has_unnamed_onboardings(context)
        assert name_old_onboardings(context) == 1
        assert not has_unnamed_onboardings(context)
    assert len(screened(owner)) == 1


def test_screening_names_an_account_of_before(services: Services, owner: Applicant) -> None:
    with services.transaction() as context:
        context.session.execute(sa.delete(AccountNameKey))
        context.session.execute(sa.delete(AccountName))
    named_entry(services, PINYIN, BORN)
    assert len(screened(owner)) == 1


@pytest.mark.usefixtures("owner")
def test_nobody_is_named_in_the_clear(services: Services) -> None:
    named_entry(services, VALID.name, BORN, END)
    with services.reading() as context:
        kept = [
            str(row)
            for table in (ListedName, ListedNameKey, AccountName, AccountNameKey)
            for row in context.session.execute(sa.select(table.__table__)).all()
        ]
    assert kept
    for value in (VALID.name, PINYIN, BORN.isoformat(), END, VALID.code):
        assert not any(value in row for row in kept)


def test_namesakes_are_entries_of_their_own(services: Services) -> None:
    named_entry(services, "王大明", BORN)
    named_entry(services, "王大明", date(1990, 1, 2))
    with pytest.raises(ListChangeWaiting):
        named_entry(services, "王大明", BORN)


@pytest.mark.parametrize(
    ("kind", "name", "born", "number"),
    [
        (Listed.NAME, "（）", None, ""),
        (Listed.NAME, "王大明", None, "12"),
        (Listed.FIRM_NAME, "云岭商贸有限公司", BORN, ""),
        (Listed.FIRM_NAME, "云岭商贸有限公司", None, "91110000600007272K"),
        (Listed.PHONE, "13812345678", BORN, ""),
    ],
)
def test_a_name_that_could_be_nobodys_is_refused(
    services: Services, kind: Listed, name: str, born: date | None, number: str
) -> None:
    with pytest.raises(ListValueInvalid):
        named_entry(services, name, born, number, kind=kind)

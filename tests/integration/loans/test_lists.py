"""Lists in lending: who applies, who accepts, and whom a new entry meets."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.step_up import StepUpRequired
from app.services import Services
from audit.actions import Action
from core.errors import NotFound
from core.reasons import Reason
from kyc.identity import NotServed
from kyc.lists.matching import Hit
from kyc.lists.models import Listed, ListHit
from kyc.lists.policy import Effect
from kyc.lists.states import HitState
from kyc.onboarding.states import Decision
from kyc.review.hits import HitRefuses, clear_hit, read_hits
from kyc.verification.states import VerificationPurpose
from loans.applicants import borrower
from loans.lists.screening import require_unlisted, screen
from loans.offers.acceptance import AcceptOffer, accept_offer
from storage.handlers import Lane
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    applied,
    confirmed,
    declared,
    onboarded,
    stepped_up,
)
from tests.support.factories import decided as offered_to
from tests.support.findings import OWNER
from tests.support.jobs import work_off_by_performing
from tests.support.log import events
from tests.support.watchlist import REVIEWER, decided, entered, removal_proposed

VALID = replace(OWNER, number="110101198803144213", code="91110000600007272X")


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account, whose number and code have right check digits."""
    known = applicant(services)
    assert onboarded(known, VALID.findings()).decision is Decision.APPROVED
    return known


def screened(owner: Applicant) -> tuple[Hit, ...]:
    with owner.acting() as context:
        return screen(context, borrower(context))


def rescreened(services: Services) -> None:
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)


def hits(services: Services) -> list[ListHit]:
    with services.reading() as context:
        return list(context.session.scalars(sa.select(ListHit).order_by(ListHit.id)))


def cleared(services: Services, hit: UUID) -> None:
    with services.transaction(REVIEWER, stepped_up(services, REVIEWER)) as context:
        clear_hit(context, hit)


def test_who_is_on_no_list_has_no_hit(services: Services, owner: Applicant) -> None:
    entered(services, Listed.PERSON, "110101199003074477")
    rescreened(services)
    assert screened(owner) == ()
    assert hits(services) == []
    with owner.acting() as context:
        require_unlisted(context, borrower(context))


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Listed.PERSON, VALID.number), (Listed.FIRM, VALID.code), (Listed.PHONE, PHONE)],
)
def test_a_hit_is_explained_and_kept_once(
    services: Services, owner: Applicant, kind: Listed, value: str
) -> None:
    entry = entered(services, kind, value)
    (found,) = screened(owner)
    assert (found.entry_id, found.list_code, found.kind) == (entry, "court", kind)
    assert (found.effect, found.source) == (Effect.REVIEW, "notice of a test")
    assert screened(owner) == (found,)
    rescreened(services)
    (event,) = events(services, Action.LIST_HIT_FOUND)
    assert event.applicant_id == owner.id
    assert (event.data["entry"], event.data["kind"]) == (str(entry), kind)


def test_an_open_hit_blocks_and_a_cleared_one_does_not(
    services: Services, owner: Applicant
) -> None:
    entered(services, Listed.PHONE, PHONE, "fraud")
    with owner.acting() as context, pytest.raises(NotServed):
        require_unlisted(context, borrower(context))
    (hit,) = hits(services)  # what was found is kept although the step was refused
    with services.transaction(REVIEWER) as context:
        (open_hit,) = read_hits(context)
        assert (open_hit.hit.id, open_hit.found.list_code) == (hit.id, "fraud")
        with pytest.raises(StepUpRequired):
            clear_hit(context, hit.id)
    cleared(services, hit.id)
    with owner.acting() as context:
        require_unlisted(context, borrower(context))
    with services.transaction(REVIEWER) as context:
        assert read_hits(context) == []
    with pytest.raises(NotFound):
        cleared(services, hit.id)
    (event,) = events(services, Action.LIST_HIT_CLEARED)
    assert (event.actor_id, event.applicant_id) == (REVIEWER.id, owner.id)
    entered(services, Listed.PERSON, VALID.number)  # another entry is another hit
    assert len(screened(owner)) == 1


def test_no_offer_is_accepted_while_a_hit_is_open(services: Services, owner: Applicant) -> None:
    offer = offered_to(owner, declared(owner)).offer
    assert offer is not None
    voice = confirmed(owner, VerificationPurpose.OFFER)
    entered(services, Listed.PHONE, PHONE)
    with owner.acting() as context, pytest.raises(NotServed):
        accept_offer(context, AcceptOffer(offer.id, voice))
    (hit,) = hits(services)
    cleared(services, hit.id)
    with owner.acting() as context:
        assert accept_offer(context, AcceptOffer(offer.id, voice)).accepted_at is not None


def test_an_entry_that_went_blocks_nobody(services: Services, owner: Applicant) -> None:
    entry = entered(services, Listed.PERSON, VALID.number)
    assert screened(owner)
    decided(services, removal_proposed(services, entry))
    assert screened(owner) == ()
    with services.transaction(REVIEWER) as context:
        assert read_hits(context) == []


def test_who_is_not_served_is_cleared_by_nobody(services: Services, owner: Applicant) -> None:
    entered(services, Listed.PERSON, VALID.number, "sanctions")
    rescreened(services)
    (hit,) = hits(services)
    assert hit.state is HitState.OPEN
    with pytest.raises(HitRefuses):
        cleared(services, hit.id)
    with owner.acting() as context, pytest.raises(NotServed):
        borrower(context)


def test_a_new_entry_is_compared_with_accounts_and_their_applications(
    services: Services, owner: Applicant
) -> None:
    stranger = applicant(services, "13800000002")
    application = applied(owner, declared(owner))
    entered(services, Listed.PERSON, VALID.number)
    rescreened(services)
    rescreened(services)
    (hit,) = hits(services)
    assert hit.applicant_id == owner.id != stranger.id
    (event,) = events(services, Action.LIST_HIT_FOUND)
    assert event.loan_id == application


def test_an_entry_that_went_meets_nobody(services: Services, owner: Applicant) -> None:
    entry = entered(services, Listed.PERSON, VALID.number)
    decided(services, removal_proposed(services, entry))
    rescreened(services)  # it went before the job came
    assert hits(services) == []
    assert screened(owner) == ()


@pytest.mark.parametrize(
    ("code", "decision", "reason"),
    [
        ("sanctions", Decision.DECLINED, Reason.LISTED),
        ("court", Decision.REVIEW, Reason.LIST_HIT),
    ],
)
def test_lists_count_when_an_account_is_opened(
    services: Services, code: str, decision: Decision, reason: Reason
) -> None:
    entered(services, Listed.PERSON, VALID.number, code)
    case = onboarded(applicant(services), VALID.findings())
    assert (case.decision, case.reasons) == (decision, [reason])

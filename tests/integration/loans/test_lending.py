"""From an application to an accepted or expired offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from access.authorisation import NotAllowed
from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from kyc.identity import IdentityNotVerified
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import OwnerUnverified
from loans.applicants import AmountOutsideLimits
from loans.credit.application import (
    Apply,
    apply_for_loan,
    own_application,
)
from loans.credit.pause import ApplicationUnderWay
from loans.models import Offer
from loans.offers.acceptance import (
    AcceptOffer,
    OfferUnavailable,
    accept_offer,
    offer_schedule,
)
from loans.policy import LoanPolicy
from loans.states import ApplicationState, OfferState
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    confirmed,
    decided,
    declared,
    offered,
    onboarded,
    seen,
)
from tests.support.findings import OWNER
from tests.support.log import events

OFFER = VerificationPurpose.OFFER


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def accepted(owner: Applicant, offer: UUID, verification: UUID | None) -> Offer:
    with owner.acting() as context:
        return accept_offer(context, AcceptOffer(offer, verification))


def test_an_owner_applies_is_offered_loans_and_accepts_one(services: Services) -> None:
    owner = applicant(services)
    view = offered(owner)
    assert view.application.state is ApplicationState.OFFERED
    assert 1 <= len(view.offers) <= 3
    assert [offer.place for offer in view.offers] == list(range(1, len(view.offers) + 1))
    nearest = view.offers[0]
    assert (nearest.principal_fen, nearest.tenor_months) == (5_000_000, 12)
    taken = accepted(owner, nearest.id, confirmed(owner, OFFER))
    assert taken.state is OfferState.ACCEPTED
    after = seen(owner, view.application.id)
    assert after.application.state is ApplicationState.ACCEPTED
    assert {offer.state for offer in after.offers[1:]} <= {OfferState.REPLACED}
    (event,) = events(services, Action.OFFER_ACCEPTED)
    assert event.onboarding_id is not None
    assert event.loan_id == view.application.id
    assert event.data["principal_fen"] == 5_000_000


def test_what_is_offered_adds_up(services: Services) -> None:
    owner = applicant(services)
    for offer in offered(owner).offers:
        with owner.acting() as context:
            schedule = offer_schedule(context, offer.id).instalments
        assert sum(one.principal_fen for one in schedule) == offer.principal_fen
        assert sum(one.interest_fen for one in schedule) == offer.interest_fen
        assert schedule[0].total_fen == offer.instalment_fen
        assert offer.rate_parts
        assert offer.annual_rate_bp >= sum(offer.rate_parts.values())
        assert offer.irr_bp is not None
        assert offer.irr_bp <= 2400


def test_a_stolen_phone_takes_no_money(services: Services) -> None:
    owner = applicant(services)
    offer = offered(owner).offers[0]
    with pytest.raises(OwnerUnverified):
        accepted(owner, offer.id, None)
    verification = confirmed(owner, OFFER)
    accepted(owner, offer.id, verification)
    with pytest.raises(OfferUnavailable):
        accepted(owner, offer.id, verification)


def test_of_several_offers_one_is_accepted(services: Services) -> None:
    owner = applicant(services)
    view = offered(owner)
    first, other = view.offers[0], view.offers[-1]
    assert first.id != other.id
    accepted(owner, other.id, confirmed(owner, OFFER))
    with pytest.raises(OfferUnavailable):
        accepted(owner, first.id, confirmed(owner, OFFER))
    assert len(events(services, Action.OFFER_REPLACED)) == len(view.offers) - 1


def test_offers_expire_with_their_application(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    view = offered(owner)
    days = services.parts.policy.section(LoanPolicy).offer_valid_days
    maintenance = Maintenance(services)
    clock.advance(timedelta(days=days) - timedelta(minutes=1))
    maintenance.expire()
    assert not events(services, Action.OFFER_EXPIRED)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(OfferUnavailable):
        accepted(owner, view.offers[0].id, None)
    maintenance.expire()
    maintenance.expire()
    over = seen(owner, view.application.id)
    assert over.application.state is ApplicationState.EXPIRED
    assert {offer.state for offer in over.offers} == {OfferState.EXPIRED}
    assert len(events(services, Action.OFFER_EXPIRED)) == len(view.offers)


def test_an_owner_need_not_wait_until_an_offer_is_swept(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    offered(owner)
    clock.advance(timedelta(days=services.parts.policy.section(LoanPolicy).offer_valid_days))
    again = decided(owner, declared(owner))
    assert again.application.state is ApplicationState.OFFERED


def test_an_accepted_offer_never_expires(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    accepted(owner, offered(owner).offers[0].id, confirmed(owner, OFFER))
    clock.advance(timedelta(days=365))
    Maintenance(services).expire()
    assert not events(services, Action.OFFER_EXPIRED)


def test_a_life_has_several_loans(clock: MovableClock, owner: Applicant) -> None:
    first = decided(owner, declared(owner))
    declaration = declared(owner)
    with pytest.raises(ApplicationUnderWay):
        applied(owner, declaration)
    accepted(owner, first.offers[0].id, confirmed(owner, OFFER))
    clock.advance(timedelta(days=1))
    second = decided(owner, declared(owner))
    assert second.application.state is ApplicationState.OFFERED


def test_who_is_not_approved_borrows_nothing(services: Services) -> None:
    stranger = applicant(services)
    with stranger.acting() as context, pytest.raises(IdentityNotVerified):
        apply_for_loan(context, Apply(new_id(), 5_000_000, 12))


def test_what_is_anothers_is_not_found(services: Services, owner: Applicant) -> None:
    other = applicant(services, "13800000002")
    onboarded(other, replace(OWNER, number="110101199003074477", seed=9, code="9").findings())
    declaration = declared(owner)
    view = decided(owner, declaration)
    with other.acting() as context:
        with pytest.raises(NotFound):
            apply_for_loan(context, Apply(declaration, 5_000_000, 12))
        with pytest.raises(NotFound):
            own_application(context, view.application.id)
        with pytest.raises(NotFound):
            offer_schedule(context, view.offers[0].id)
        with pytest.raises(NotFound):
            accept_offer(context, AcceptOffer(view.offers[0].id, None))
        with pytest.raises(NotFound):
            accept_offer(context, AcceptOffer(new_id(), None))


@pytest.mark.parametrize(
    ("amount", "tenor"), [(999_999, 12), (30_000_001, 12), (5_000_000, 13), (0, 12)]
)
def test_a_product_has_limits(owner: Applicant, amount: int, tenor: int) -> None:
    declaration = declared(owner)
    with pytest.raises(AmountOutsideLimits):
        applied(owner, declaration, amount, tenor)


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.COMPLIANCE])
def test_staff_borrows_nothing(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            apply_for_loan(context, Apply(new_id(), 5_000_000, 12))
        with pytest.raises(NotAllowed):
            accept_offer(context, AcceptOffer(new_id(), None))

"""From a declaration to an accepted or expired offer."""

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
from core.money import Fen
from core.reasons import Reason
from kyc.identity import IdentityNotVerified
from kyc.verification.states import VerificationPurpose
from kyc.verification.voice import VoiceUnverified
from loans.applicants import AmountOutsideLimits, borrower
from loans.credit.application import (
    ApplicationsUsed,
    ApplicationUnderWay,
    Apply,
    apply_for_loan,
    own_application,
    scoring_request,
)
from loans.credit.scorer import RiskScorer, Score, ScoringRequest
from loans.declaration.declare import DeclarationsUsed, declare
from loans.models import Assessment, Offer
from loans.policy import LoanPolicy
from loans.states import ApplicationState, OfferState
from loans.terms.offer import AcceptOffer, OfferUnavailable, accept_offer
from loans.terms.price import annual_rate_bp, instalment_fen
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    confirmed,
    declared,
    need,
    offered,
    onboarded,
)
from tests.support.findings import OWNER
from tests.support.log import events

OFFER = VerificationPurpose.OFFER


class StrictScorer:
    """Satisfies `RiskScorer`: nobody is safe enough, and it remembers who was asked about."""

    def __init__(self) -> None:
        self.asked: list[ScoringRequest] = []

    def score(self, request: ScoringRequest) -> Score:
        """Never enough."""
        self.asked.append(request)
        return Score("strict", 1, approved=False)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def accepted(owner: Applicant, offer: UUID, verification: UUID | None) -> Offer:
    with owner.acting() as context:
        return accept_offer(context, AcceptOffer(offer, verification))


def test_an_owner_declares_applies_and_accepts(services: Services) -> None:
    owner = applicant(services)
    decided = offered(owner)
    application, offer = decided.application, decided.offer
    assert application.state is ApplicationState.OFFERED
    assert offer is not None
    policy = services.parts.policy.section(LoanPolicy)
    with services.reading() as context:
        assessment = context.session.get_one(Assessment, application.id)
    assert offer.annual_rate_bp == annual_rate_bp(assessment.score, policy.price)
    rate, months = annual_rate_bp(assessment.score, policy.price), offer.tenor_months
    assert offer.instalment_fen == instalment_fen(Fen(offer.principal_fen), rate, months)
    with owner.acting() as context:
        assert own_application(context, application.id).offer is not None
    taken = accepted(owner, offer.id, confirmed(owner, OFFER))
    assert taken.state is OfferState.ACCEPTED
    with owner.acting() as context:
        again = own_application(context, application.id)
        assert again.application.state is ApplicationState.ACCEPTED
    (event,) = events(services, Action.OFFER_ACCEPTED)
    assert event.onboarding_id is not None
    assert event.data["principal_fen"] == 5_000_000


def test_a_stolen_phone_takes_no_money(services: Services) -> None:
    owner = applicant(services)
    offer = offered(owner).offer
    assert offer is not None
    with pytest.raises(VoiceUnverified):
        accepted(owner, offer.id, None)
    verification = confirmed(owner, OFFER)
    accepted(owner, offer.id, verification)
    with pytest.raises(OfferUnavailable):
        accepted(owner, offer.id, verification)


def test_an_offer_expires_with_its_application(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    days = services.parts.policy.section(LoanPolicy).offer_valid_days
    maintenance = Maintenance(services)
    clock.advance(timedelta(days=days) - timedelta(minutes=1))
    maintenance.expire()
    assert not events(services, Action.OFFER_EXPIRED)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(OfferUnavailable):
        accepted(owner, decided.offer.id, None)
    maintenance.expire()
    maintenance.expire()
    with owner.acting() as context:
        over = own_application(context, decided.application.id)
    assert over.application.state is ApplicationState.EXPIRED
    assert over.offer is not None
    assert over.offer.state is OfferState.EXPIRED
    assert len(events(services, Action.OFFER_EXPIRED)) == 1
    assert applied(owner, declared(owner)).application.state is ApplicationState.OFFERED


def test_an_accepted_offer_never_expires(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    offer = offered(owner).offer
    assert offer is not None
    accepted(owner, offer.id, confirmed(owner, OFFER))
    clock.advance(timedelta(days=365))
    Maintenance(services).expire()
    assert not events(services, Action.OFFER_EXPIRED)


def test_nobody_borrows_twice_on_one_assessment(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    offer = offered(owner).offer
    assert offer is not None
    declaration = declared(owner)
    with pytest.raises(ApplicationUnderWay):
        applied(owner, declaration)
    accepted(owner, offer.id, confirmed(owner, OFFER))
    clock.advance(timedelta(days=365))
    with pytest.raises(ApplicationUnderWay):
        applied(owner, declaration)


def test_who_is_not_approved_borrows_nothing(services: Services) -> None:
    stranger = applicant(services)
    with stranger.acting() as context:
        with pytest.raises(IdentityNotVerified):
            declare(context, need())
        with pytest.raises(IdentityNotVerified):
            apply_for_loan(context, Apply(new_id(), 5_000_000, 12))


def test_what_is_anothers_is_not_found(services: Services, owner: Applicant) -> None:
    other = applicant(services, "13800000002")
    onboarded(other, replace(OWNER, number="110101199003074477", seed=9, code="9").findings())
    declaration = declared(owner)
    decided = applied(owner, declaration)
    assert decided.offer is not None
    with other.acting() as context:
        with pytest.raises(NotFound):
            apply_for_loan(context, Apply(declaration, 5_000_000, 12))
        with pytest.raises(NotFound):
            own_application(context, decided.application.id)
        with pytest.raises(NotFound):
            accept_offer(context, AcceptOffer(decided.offer.id, None))
        with pytest.raises(NotFound):
            accept_offer(context, AcceptOffer(new_id(), None))


@pytest.mark.parametrize(
    ("amount", "tenor"), [(999_999, 12), (30_000_001, 12), (5_000_000, 13), (0, 12)]
)
def test_amount_and_tenor_have_limits(owner: Applicant, amount: int, tenor: int) -> None:
    declaration = declared(owner)
    with pytest.raises(AmountOutsideLimits):
        applied(owner, declaration, amount, tenor)


@pytest.mark.parametrize(("amount", "tenor"), [(1_000_000, 6), (30_000_000, 24)])
def test_the_limits_themselves_are_lent(owner: Applicant, amount: int, tenor: int) -> None:
    assert applied(owner, declared(owner), amount, tenor).application.amount_fen == amount


def test_a_score_below_the_line_is_declined_without_an_offer(
    services: Services, owner: Applicant
) -> None:
    scorer = StrictScorer()
    services.parts.resources.add(RiskScorer, scorer)
    decided = applied(owner, declared(owner))
    assert decided.offer is None
    assert decided.application.state is ApplicationState.DECLINED
    assert decided.application.reasons == [Reason.RISK_TOO_HIGH]
    (request,) = scorer.asked
    assert (request.industry, request.limited_company) == ("catering", False)
    assert 8 < request.years_in_business < 9
    (event,) = events(services, Action.APPLICATION_DECIDED)
    assert event.data["reasons"] == [Reason.RISK_TOO_HIGH]


def test_a_founding_date_that_was_not_read_counts_as_today(services: Services) -> None:
    owner = applicant(services)
    unread = replace(OWNER, founded="", firm_type="有限责任公司(自然人独资)")
    onboarded(owner, unread.findings())
    with owner.acting() as context:
        rules = context.rules(LoanPolicy)
        identity = borrower(context)
        assert identity.founded is None
        request = scoring_request(identity, Apply(new_id(), 5_000_000, 12), rules, context)
    assert (request.years_in_business, request.limited_company) == (0, True)


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.COMPLIANCE])
def test_staff_borrows_nothing(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            declare(context, need())
        with pytest.raises(NotAllowed):
            apply_for_loan(context, Apply(new_id(), 5_000_000, 12))
        with pytest.raises(NotAllowed):
            accept_offer(context, AcceptOffer(new_id(), None))


def test_a_day_has_so_many_declarations_and_applications(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(LoanPolicy)
    for _ in range(rules.max_declarations):
        declaration = declared(owner)
    with pytest.raises(DeclarationsUsed):
        declared(owner)
    services.parts.resources.add(RiskScorer, StrictScorer())
    for _ in range(rules.max_applications):
        assert applied(owner, declaration).offer is None
    with pytest.raises(ApplicationsUsed):
        applied(owner, declaration)
    clock.advance(timedelta(hours=rules.window_h))
    assert applied(owner, declared(owner)).offer is None

"""Every step of a loan asks again: identity, consents, lists, the latest decision, exposure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from access.applicants import request_code
from app.jobs.maintenance import Maintenance
from app.problems import status_of
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS
from core.errors import BusinessError
from core.ids import new_id
from core.reasons import Reason
from kyc.accounts.change_phone import ChangePhone, change_phone
from kyc.analysis.findings import Finding
from kyc.evidence.types import ID_CARD_FRONT
from kyc.identity import (
    AgeOutsideLimits,
    IdentityDeclined,
    IdentityInReview,
    IdentityNotVerified,
    NotServed,
)
from kyc.onboarding.states import Decision
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import OwnerUnverified
from loans.applicants import ExposureExceeded
from loans.credit.application import own_application
from loans.credit.pause import ApplicationUnderWay
from loans.models import Offer
from loans.offers.acceptance import AcceptOffer, OfferSuperseded, OfferUnavailable, accept_offer
from loans.policy import LoanPolicy
from loans.states import OfferState
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from tests.support.changes import (
    Change,
    approve,
    declined_since,
    in_review_since,
    lapsed,
    put_on_a_list,
    withdrawn,
)
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    code_of,
    confirmed,
    decided,
    declared,
    offered,
    onboarded,
)
from tests.support.findings import OWNER
from tests.support.log import events

CHANGES: list[tuple[Change, type[BusinessError]]] = [
    (withdrawn(ConsentKind.TERMS), ConsentMissing),
    (put_on_a_list(Indexed.IDENTITY_NUMBER, OWNER.number), NotServed),
    (put_on_a_list(Indexed.CREDIT_CODE, OWNER.code), NotServed),
    (declined_since, IdentityDeclined),
    (in_review_since, IdentityInReview),
]


def offer_of(owner: Applicant, amount_fen: int = 5_000_000) -> Offer:
    offer = decided(owner, declared(owner), amount_fen=amount_fen).offer
    assert offer is not None
    return offer


def accepted(owner: Applicant, offer: UUID, verification: UUID | None) -> Offer:
    with owner.acting() as context:
        return accept_offer(context, AcceptOffer(offer, verification))


@pytest.mark.parametrize(("change", "refusal"), CHANGES)
def test_every_step_asks_again(
    services: Services, change: Change, refusal: type[BusinessError]
) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner).id
    declaration, offer = declared(owner), offer_of(owner)
    voices = [confirmed(owner, VerificationPurpose(purpose)) for purpose in ("offer", "phone")]
    change(owner, onboarding)
    with pytest.raises(refusal):
        declared(owner)
    with pytest.raises(refusal):
        applied(owner, declaration)
    with pytest.raises(refusal):
        accepted(owner, offer.id, voices[0])
    with services.transaction(ANONYMOUS) as context:
        asked = request_code(context, "13900000009")
        code = code_of(context, asked)
    with owner.acting() as context, pytest.raises(refusal):
        change_phone(context, ChangePhone(asked.attempt, "13900000009", code, voices[1]))
    assert status_of(refusal) in (403, 409)


def test_what_uses_the_voice_needs_the_consent_to_it(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner).id
    offer = offer_of(owner)
    verification = confirmed(owner, VerificationPurpose.OFFER)
    withdrawn(ConsentKind.BIOMETRIC)(owner, onboarding)
    with pytest.raises(ConsentMissing):
        accepted(owner, offer.id, verification)
    with pytest.raises(ConsentMissing):
        declared(owner)  # it could lead to nothing


def test_who_has_become_too_old_borrows_nothing(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarded(owner)
    declaration = declared(owner)
    clock.set(datetime(2049, 3, 14, tzinfo=UTC))  # sixty-one, as the number says
    with pytest.raises(AgeOutsideLimits):
        applied(owner, declaration)


def test_an_approval_without_a_number_is_no_identity(services: Services) -> None:
    owner = applicant(services)
    unread = Finding((Reason.ANALYSIS_FAILED,))
    case = onboarded(owner, {**OWNER.findings(), ID_CARD_FRONT.kind: unread})
    approve(services, case.id)
    with pytest.raises(IdentityNotVerified):
        declared(owner)


def test_an_offer_dies_with_the_onboarding_that_it_was_made_to(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    first = offer_of(owner)
    assert onboarded(owner).decision is Decision.APPROVED
    with pytest.raises(OfferSuperseded):
        accepted(owner, first.id, confirmed(owner, VerificationPurpose.OFFER))
    second = offer_of(owner)
    with pytest.raises(OfferUnavailable):
        accepted(owner, first.id, None)
    with pytest.raises(OwnerUnverified):
        accepted(owner, second.id, None)


def test_what_was_superseded_is_ended_by_the_clock(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    made = decided(owner, declared(owner))
    assert not Maintenance(services).expire()
    in_review_since(owner, new_id())
    assert not Maintenance(services).expire()  # a person may still approve what it was made to
    onboarded(owner)
    assert Maintenance(services).expire()
    with owner.acting() as context:
        ended = own_application(context, made.application.id).offer
    assert ended is not None
    assert ended.state is OfferState.EXPIRED
    ended_events = events(services, Action.OFFER_EXPIRED)
    assert len(ended_events) == len(made.offers)
    assert {event.onboarding_id for event in ended_events} == {made.application.onboarding_id}


def test_one_person_borrows_up_to_the_limit_over_all_accounts(
    services: Services, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(LoanPolicy)
    largest = rules.credit.limits.thin_file[-1].max_fen
    owners = applicant(services), applicant(services, "13800000002")
    onboarded(owners[0])
    approve(services, onboarded(owners[1]).id)
    for number in range(rules.max_fen // largest):
        owner, other = owners[number % 2], owners[1 - number % 2]
        offer = offer_of(owner, largest)
        with pytest.raises(ApplicationUnderWay):
            offer_of(other)
        accepted(owner, offer.id, confirmed(owner, VerificationPurpose.OFFER))
        clock.advance(timedelta(days=1))
    for owner in owners:
        with pytest.raises(ExposureExceeded):
            offer_of(owner)


def test_an_offer_of_before_the_limit_by_person_is_not_accepted(services: Services) -> None:
    limit = services.parts.policy.section(LoanPolicy).max_fen
    one, other = applicant(services), applicant(services, "13800000002")
    onboarded(one)
    approve(services, onboarded(other).id)
    first = offer_of(one)
    accepted(one, first.id, confirmed(one, VerificationPurpose.OFFER))
    second = offer_of(other)
    with services.transaction() as context:
        context.session.get_one(Offer, second.id).principal_fen = limit
    with pytest.raises(ExposureExceeded):
        accepted(other, second.id, confirmed(other, VerificationPurpose.OFFER))


def test_the_first_offer_still_stands_for_who_changes_nothing(services: Services) -> None:
    owner = applicant(services)
    offer = offered(owner).offer
    assert offer is not None
    taken = accepted(owner, offer.id, confirmed(owner, VerificationPurpose.OFFER))
    assert taken.state is OfferState.ACCEPTED


@pytest.mark.parametrize("kind", ConsentKind)
def test_who_ends_a_case_that_waits_is_missing_a_consent_and_may_start_again(
    services: Services, kind: ConsentKind
) -> None:
    """Not `in review`: nobody looks at it any more. Nor does ending it lift what it stopped."""
    owner = applicant(services)
    onboarded(owner)
    case = onboarded(owner, lapsed())
    with pytest.raises(IdentityInReview):
        declared(owner)
    withdrawn(kind)(owner, case.id)
    with pytest.raises(ConsentMissing):
        declared(owner)
    again = onboarded(owner)
    assert again.id != case.id
    if again.decision is Decision.REVIEW:  # no face is left to compare with
        with pytest.raises(IdentityInReview):
            declared(owner)
        approve(services, again.id)
    declared(owner)


def test_who_was_never_approved_and_withdrew_is_not_verified_and_may_start_again(
    services: Services,
) -> None:
    owner = applicant(services)
    case = onboarded(owner, lapsed())
    withdrawn(ConsentKind.TERMS)(owner, case.id)
    with pytest.raises(IdentityNotVerified):
        declared(owner)
    assert onboarded(owner).decision is Decision.APPROVED
    declared(owner)

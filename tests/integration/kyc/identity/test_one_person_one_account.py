"""A number and a firm have one account, unless two reviewers say otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.services import Services
from core.actors import Actor, Role, staff
from core.ids import new_id
from core.reasons import Reason
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import OnboardingPolicy
from kyc.review.cases import CaseFile, claim_case
from kyc.review.verdicts import CaseListed, GiveVerdict, give_verdict
from kyc.risk.holders import Held, Holder, HolderState
from storage.blind_index import Indexed
from tests.support.clock import MovableClock
from tests.support.factories import (
    applicant,
    complete,
    onboarded,
    reread,
    started,
    stepped_up,
    submitted,
)
from tests.support.findings import OWNER, Findings, another
from tests.support.jobs import work_off
from tests.support.watchlist import listed

FIRST, SECOND = staff(new_id(), Role.REVIEWER), staff(new_id(), Role.REVIEWER)
ONE, OTHER = "13800000001", "13800000002"
LAPSED: Findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
KNOWN = {Reason.IDENTITY_KNOWN, Reason.LICENCE_KNOWN}
YES, NO, OPEN = Decision.APPROVED, Decision.DECLINED, Decision.REVIEW


def claimed(services: Services, reviewer: Actor, case: UUID) -> CaseFile:
    with services.transaction(reviewer) as context:
        return claim_case(context, case)


def judged(services: Services, reviewer: Actor, case: UUID, judgement: Decision) -> Onboarding:
    claimed(services, reviewer, case)
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        give_verdict(context, GiveVerdict(case, judgement, "called the owner"))
    return reread(services, case)


def test_an_onboarding_that_is_still_open_counts(services: Services, clock: MovableClock) -> None:
    other = applicant(services, OTHER)
    onboarding = started(other)
    for kind in (ID_CARD_FRONT.kind, LICENCE.kind):
        submitted(other, onboarding, kind)
    work_off(services)
    first = onboarded(applicant(services, ONE))
    assert (first.decision, set(first.reasons)) == (OPEN, KNOWN)
    (number, firm) = claimed(services, FIRST, first.id).holders
    assert number == Holder(onboarding, Held.NUMBER, HolderState.OPEN)
    assert firm == Holder(onboarding, Held.FIRM, HolderState.OPEN)
    clock.advance(timedelta(minutes=services.parts.policy.section(OnboardingPolicy).expires_min))
    assert claimed(services, FIRST, first.id).holders == ()


def test_a_case_that_waits_counts_until_it_is_declined(services: Services) -> None:
    waiting = onboarded(applicant(services, OTHER), LAPSED)
    assert waiting.reasons == [Reason.LICENCE_EXPIRED]
    second = onboarded(applicant(services, ONE))
    assert (second.decision, set(second.reasons)) == (OPEN, KNOWN)
    assert {one.state for one in claimed(services, FIRST, second.id).holders} == {
        HolderState.REVIEW
    }
    assert judged(services, SECOND, waiting.id, NO).decision is NO
    assert claimed(services, FIRST, second.id).holders == ()


def test_approving_a_number_that_was_approved_since_takes_four_eyes(services: Services) -> None:
    waiting = onboarded(applicant(services, OTHER), LAPSED)
    second = onboarded(applicant(services, ONE))
    judged(services, FIRST, second.id, YES)
    assert judged(services, SECOND, second.id, YES).decision is YES
    assert {one.state for one in claimed(services, FIRST, waiting.id).holders} == {
        HolderState.APPROVED
    }
    assert judged(services, FIRST, waiting.id, YES).decision is OPEN
    assert set(reread(services, waiting.id).reasons) == {Reason.LICENCE_EXPIRED, *KNOWN}
    assert judged(services, SECOND, waiting.id, YES).decision is YES


def test_nobody_approves_who_was_listed_since(services: Services) -> None:
    waiting = onboarded(applicant(services), LAPSED)
    listed(services, Indexed.IDENTITY_NUMBER, OWNER.number)
    with pytest.raises(CaseListed):
        judged(services, FIRST, waiting.id, YES)
    assert judged(services, FIRST, waiting.id, NO).decision is NO


def test_a_holder_enrols_again_while_others_try(services: Services) -> None:
    holder = applicant(services, ONE)
    assert onboarded(holder).decision is YES
    stranger = applicant(services, OTHER)
    onboarding = started(stranger)
    submitted(stranger, onboarding, ID_CARD_FRONT.kind)
    assert onboarded(holder).decision is YES
    taken = onboarded(stranger)
    assert (taken.decision, set(taken.reasons)) == (OPEN, KNOWN)
    assert onboarded(holder).decision is YES


def test_one_firm_with_two_owners_is_seen_by_a_person(services: Services) -> None:
    onboarded(applicant(services, ONE))
    partner = replace(another(2), code=OWNER.code)
    second = onboarded(applicant(services, OTHER), partner.findings())
    assert (second.decision, second.reasons) == (OPEN, [Reason.LICENCE_KNOWN])


def test_the_number_is_that_of_the_photo_in_force(services: Services) -> None:
    owner = applicant(services, ONE)
    onboarding = started(owner)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(services)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(services, {ID_CARD_FRONT.kind: replace(OWNER, number="").front(Reason.EDITED)})
    assert reread(services, onboarding).number_blind is None
    assert onboarded(applicant(services, OTHER)).decision is YES


def test_an_onboarding_past_its_time_is_not_decided(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    clock.advance(timedelta(minutes=services.parts.policy.section(OnboardingPolicy).expires_min))
    work_off(services)
    row = reread(services, onboarding)
    assert (row.state, row.decision) == (OnboardingState.OPEN, None)
    assert onboarded(owner).id != onboarding

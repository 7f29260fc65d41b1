"""An account stays the person's for whom it was approved; two reviewers may decide otherwise."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from access.models import Applicant as Account
from app.services import Services
from core.actors import Actor, Role, staff
from core.ids import new_id
from core.reasons import Reason
from kyc.accounts.lookup import SearchAccounts, search_accounts
from kyc.accounts.models import AccessReason
from kyc.analysis.findings import TemplateKind
from kyc.evidence.repository import unseal_template
from kyc.evidence.types import LICENCE
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.review.cases import claim_case
from kyc.review.verdicts import GiveVerdict, give_verdict
from kyc.verification.record import owner_templates
from kyc.verification.states import Means
from privacy.kinds import ConsentKind
from tests.support.factories import Applicant, applicant, onboarded, reread, stepped_up
from tests.support.findings import OWNER, Person, another, voice

FIRST, SECOND = staff(new_id(), Role.REVIEWER), staff(new_id(), Role.REVIEWER)
OTHER = another(2)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    assert onboarded(known).decision is Decision.APPROVED
    return known


def approved_by(services: Services, reviewer: Actor, case: UUID) -> Onboarding:
    with services.transaction(reviewer) as context:
        claim_case(context, case)
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        give_verdict(context, GiveVerdict(case, Decision.APPROVED, "saw the owner in person"))
    return reread(services, case)


def voice_in_force(services: Services, owner: Applicant) -> bytes:
    with services.reading() as context:
        templates = owner_templates(context, owner.id, Means.VOICE)
        account = context.session.get_one(Account, owner.id)
        return unseal_template(context, account, templates[TemplateKind.VOICE])


def found_by_name(services: Services, name: str) -> int:
    with services.transaction(staff(new_id(), Role.AGENT)) as context:
        return len(
            search_accounts(context, SearchAccounts(name=name, reason=AccessReason.CALL)).accounts
        )


@pytest.mark.parametrize(
    "later",
    [
        OTHER,  # another person with another card, face and voice
        replace(OWNER, number=OTHER.number),  # another number alone
        replace(OWNER, seed=7, voice_seed=OWNER.seed),  # another face, on a forged card
        replace(OWNER, voice_seed=7),  # another voice
    ],
)
def test_an_account_takes_two_reviewers_to_become_anothers(
    services: Services, owner: Applicant, later: Person
) -> None:
    changed = onboarded(owner, later.findings())
    assert (changed.decision, changed.reasons) == (Decision.REVIEW, [Reason.IDENTITY_CHANGED])
    assert voice_in_force(services, owner) == voice(OWNER.seed).tobytes()
    assert approved_by(services, FIRST, changed.id).decision is Decision.REVIEW
    assert approved_by(services, SECOND, changed.id).decision is Decision.APPROVED
    expected = later.seed if later.voice_seed is None else later.voice_seed
    assert voice_in_force(services, owner) == voice(expected).tobytes()


def test_the_same_person_may_enrol_again(owner: Applicant) -> None:
    again = onboarded(owner)
    assert (again.decision, again.reasons) == (Decision.APPROVED, [])


def test_without_a_face_or_voice_in_force_a_person_decides(owner: Applicant) -> None:
    first = onboarded(owner)
    with owner.acting() as context:
        withdraw_consent(context, first.id, ConsentKind.BIOMETRIC)
    assert Reason.IDENTITY_CHANGED in onboarded(owner).reasons


def test_a_case_that_waits_meets_what_was_approved_meanwhile(services: Services) -> None:
    owner = applicant(services)
    lapsed = {**OTHER.findings(), LICENCE.kind: OTHER.licence(Reason.LICENCE_EXPIRED)}
    waiting = onboarded(owner, lapsed)
    assert (waiting.decision, waiting.reasons) == (Decision.REVIEW, [Reason.LICENCE_EXPIRED])
    assert onboarded(owner).decision is Decision.APPROVED
    assert approved_by(services, FIRST, waiting.id).decision is Decision.REVIEW
    assert Reason.IDENTITY_CHANGED in reread(services, waiting.id).reasons
    assert approved_by(services, SECOND, waiting.id).decision is Decision.APPROVED


def test_an_account_has_the_name_of_its_approved_card(services: Services, owner: Applicant) -> None:
    thief = replace(OTHER, name="周某某", principal="周某某")
    changed = onboarded(owner, thief.findings())
    assert found_by_name(services, OWNER.name) == 1
    assert found_by_name(services, thief.name) == 0
    approved_by(services, FIRST, changed.id)
    approved_by(services, SECOND, changed.id)
    assert found_by_name(services, OWNER.name) == 0
    assert found_by_name(services, thief.name) == 1

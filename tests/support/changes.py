"""What may happen to an approved owner afterwards, and what two reviewers may decide."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.services import Services
from core.actors import Role, staff
from core.ids import new_id
from core.reasons import Reason
from kyc.evidence.types import FACE_VIDEO, LICENCE
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.states import Decision
from kyc.review.cases import claim_case
from kyc.review.verdicts import GiveVerdict, give_verdict
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from tests.support.factories import Applicant, onboarded, stepped_up
from tests.support.findings import OWNER, Findings, Person
from tests.support.watchlist import listed

Change = Callable[[Applicant, UUID], None]  # of an owner, approved by an onboarding

REVIEWERS = tuple(staff(new_id(), Role.REVIEWER) for _ in range(2))


def lapsed(person: Person = OWNER) -> Findings:
    """Findings of somebody whose licence has expired: one reviewer may approve it."""
    return {**person.findings(), LICENCE.kind: person.licence(Reason.LICENCE_EXPIRED)}


def approve(services: Services, case: UUID, reviewers: int = 2) -> None:
    """So many reviewers, one after the other, give the verdict `approved`."""
    for reviewer in REVIEWERS[:reviewers]:
        with services.transaction(reviewer) as context:
            claim_case(context, case)
        with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
            give_verdict(context, GiveVerdict(case, Decision.APPROVED, "saw the owner in person"))


def withdrawn(kind: ConsentKind) -> Change:
    """The owner withdraws a consent."""

    def change(owner: Applicant, onboarding: UUID) -> None:
        with owner.acting() as context:
            withdraw_consent(context, onboarding, kind)

    return change


def put_on_a_list(what: Indexed, value: str) -> Change:
    """The person or the firm is listed."""
    return lambda owner, _: listed(owner.services, what, value)


def declined_since(owner: Applicant, _: UUID) -> None:
    """A later onboarding of the account is declined for a replayed video."""
    replayed = {**OWNER.findings(), FACE_VIDEO.kind: OWNER.face_video(Reason.VIDEO_REUSED)}
    assert onboarded(owner, replayed).decision is Decision.DECLINED


def in_review_since(owner: Applicant, _: UUID) -> None:
    """A later onboarding of the account waits for a person."""
    assert onboarded(owner, lapsed()).decision is Decision.REVIEW


def approved_since(owner: Applicant, _: UUID) -> None:
    """A later onboarding of the account is approved."""
    assert onboarded(owner).decision is Decision.APPROVED

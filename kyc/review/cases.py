"""Cases: the queue, claims, and what a reviewer sees of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import PHONE, Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound, Refused
from kyc.accounts.dealings import dealt_with
from kyc.decision.models import Check
from kyc.evidence.models import Evidence
from kyc.evidence.repository import read_media
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import ReviewPolicy
from kyc.review.doubts import FieldInDoubt, fields_in_doubt, named_takes
from kyc.review.models import Verdict
from kyc.risk.attempts import OtherAttempt, other_attempts
from kyc.risk.holders import Holder, other_holders
from storage.context import Context


class CaseTaken(Conflict):
    """Another reviewer has the case."""

    code = "case_taken"


class CaseConflict(Refused):
    """The reviewer dealt with this account for customer service."""

    code = "case_conflict"


class CaseNotClaimed(Conflict):
    """The reviewer does not hold the case."""

    code = "case_not_claimed"


@dataclass(frozen=True)
class WaitingCase:
    """A case in the queue."""

    onboarding: Onboarding
    waited: timedelta
    taken: bool


@dataclass(frozen=True)
class CaseFile:
    """All that a reviewer sees of a case; `holders` have the same number or firm now.

    `attempts` came before it, of this account, number or device. `phone` is there where the owner
    asked for a person, to be called.

    `doubts` are fields that photos show differently, or that their owner corrected; photos that
    were replaced are among `evidence` where they count.
    """

    onboarding: Onboarding
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...]
    verdicts: tuple[Verdict, ...]
    holders: tuple[Holder, ...]
    doubts: tuple[FieldInDoubt, ...]
    attempts: tuple[OtherAttempt, ...]
    phone: str | None


def list_cases(context: Context) -> list[WaitingCase]:
    """Cases that wait for a person, the longest waiting first; an event of the reading."""
    require(context, Permission.REVIEW_READ)
    waiting = sa.select(Onboarding).where(
        Onboarding.decision == Decision.REVIEW, Onboarding.state == OnboardingState.DECIDED
    )
    cases = [
        WaitingCase(
            onboarding=case,
            waited=context.now() - (case.decided_at or case.started_at),
            taken=_is_held(context, case),
        )
        for case in context.session.scalars(waiting.order_by(Onboarding.decided_at))
    ]
    record(context, Action.REVIEW_QUEUE_READ, context.actor.id, found=len(cases))
    return cases


def claim_case(context: Context, onboarding_id: UUID) -> CaseFile:
    """Take a case, or keep it; one whose claim expired may be taken over.

    Raises `NotFound`, `CaseTaken`, `CaseConflict`.
    """
    require(context, Permission.REVIEW_DECIDE)
    case = _waiting_case(context, onboarding_id)
    if dealt_with(context, case.applicant_id):
        raise CaseConflict
    if case.claimed_by not in (None, context.actor.uuid) and _is_held(context, case):
        raise CaseTaken
    minutes = context.rules(ReviewPolicy).claim_min
    case.claimed_by = context.actor.uuid
    case.claimed_until = context.now() + timedelta(minutes=minutes)
    _record(context, Action.REVIEW_CLAIMED, case)
    return _file(context, case)


def release_case(context: Context, onboarding_id: UUID) -> None:
    """Give a case back. Raises `NotFound`, `CaseNotClaimed`."""
    case = claimed_case(context, onboarding_id)
    case.claimed_by = case.claimed_until = None
    _record(context, Action.REVIEW_RELEASED, case)


def view_evidence(context: Context, onboarding_id: UUID, evidence_id: UUID) -> bytes:
    """What the applicant sent, unsealed for the reviewer who holds the case; an event each time.

    Raises `NotFound`, `CaseNotClaimed`, `MediaMissing`, `StoreUnavailable`.
    """
    require(context, Permission.EVIDENCE_VIEW)
    case = claimed_case(context, onboarding_id)
    evidence = context.session.get(Evidence, evidence_id)
    if evidence is None or evidence.onboarding_id != case.id:
        raise NotFound
    if evidence.file_destroyed_at is not None:
        raise NotFound
    owner = context.session.get_one(Applicant, case.applicant_id)
    _record(context, Action.REVIEW_EVIDENCE_VIEWED, case, evidence=evidence_id)
    return read_media(context, owner, evidence_id, TYPES.of(evidence.kind).purpose)


def claimed_case(context: Context, onboarding_id: UUID) -> Onboarding:
    """The case, if the actor holds it. Raises `NotFound`, `CaseNotClaimed`."""
    require(context, Permission.REVIEW_DECIDE)
    case = _waiting_case(context, onboarding_id)
    if case.claimed_by != context.actor.uuid or not _is_held(context, case):
        raise CaseNotClaimed
    return case


def _record(context: Context, action: Action, case: Onboarding, **values: Any) -> None:
    owner = case.applicant_id
    record(context, action, case.id, onboarding_id=case.id, applicant_id=owner, **values)


def _waiting_case(context: Context, onboarding_id: UUID) -> Onboarding:
    case = context.session.get(Onboarding, onboarding_id, with_for_update=True)
    if case is None or case.decision != Decision.REVIEW:
        raise NotFound
    if case.state != OnboardingState.DECIDED:  # the owner withdrew: it waits for nobody
        raise NotFound
    return case


def _is_held(context: Context, case: Onboarding) -> bool:
    return case.claimed_until is not None and case.claimed_until > context.now()


def _file(context: Context, case: Onboarding) -> CaseFile:
    session = context.session
    checks = session.scalars(sa.select(Check).where(Check.onboarding_id == case.id)).all()
    sent = sa.select(Evidence).where(
        Evidence.onboarding_id == case.id,
        sa.or_(Evidence.state != EvidenceState.SUPERSEDED, Evidence.id.in_(named_takes(checks))),
    )
    verdicts = sa.select(Verdict).where(Verdict.onboarding_id == case.id)
    return CaseFile(
        onboarding=case,
        evidence=tuple(session.scalars(sent)),
        checks=tuple(checks),
        verdicts=tuple(session.scalars(verdicts)),
        holders=tuple(other_holders(context, case)),
        doubts=fields_in_doubt(context, case, checks),
        attempts=tuple(other_attempts(context, case)),
        phone=None if case.person_asked_at is None else _phone(context, case),
    )


def _phone(context: Context, case: Onboarding) -> str:
    """The number of the account, opened for the reviewer who is to call it; an event."""
    owner = context.session.get_one(Applicant, case.applicant_id)
    _record(context, Action.FACTS_UNSEALED, case, purpose="review_call")
    return PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()

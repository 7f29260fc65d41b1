"""What is unsure waits for a person: a queue, one reviewer at a time, four eyes for overrides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import writer as log
from kyc.decision.record import APPROVED, DECLINED, REVIEW
from kyc.services import Desk
from storage.states import EVIDENCE, move
from kyc.onboarding.models import Applicant, Evidence, Onboarding, Verdict
from storage.database import new_id, utc_now
from storage.failures import Conflict, NotFound

Judgement = Literal["approved", "declined"]


class CaseTaken(Conflict):
    code = "case_taken"
    detail = "另一位审核员正在处理。Another reviewer has this case: take the next."


class CaseNotClaimed(Conflict):
    code = "case_not_claimed"
    detail = "请先领取该案件。Claim the case first."


class SecondEyesMissing(Conflict):
    code = "second_eyes_missing"
    detail = "需要另一位审核员复核。Another reviewer has to judge this too."


@dataclass(frozen=True)
class Judge:
    """A reviewer's verdict; the note is for staff, the applicant never sees it."""

    onboarding_id: UUID
    judgement: Judgement
    note: str


def queue(session: Session) -> list[Onboarding]:
    """Cases that wait for a person, the longest waiting first."""
    waiting = sa.select(Onboarding).where(Onboarding.decision == REVIEW)
    return list(session.scalars(waiting.order_by(Onboarding.decided_at)))


def claim(session: Session, desk: Desk, reviewer: UUID, onboarding_id: UUID) -> Onboarding:
    """Take a case, or keep it; one whose reviewer fell silent may be taken over."""
    case = _case(session, onboarding_id)
    if case.claimed_by not in (None, reviewer) and _holds(case):
        raise CaseTaken
    case.claimed_by = reviewer
    case.claimed_until = utc_now() + timedelta(minutes=desk.policy.review.claim_min)
    _note(session, reviewer, "review.claimed", case)
    return case


def release(session: Session, reviewer: UUID, onboarding_id: UUID) -> Onboarding:
    case = claimed_case(session, reviewer, onboarding_id)
    case.claimed_by = case.claimed_until = None
    _note(session, reviewer, "review.released", case)
    return case


def judge(session: Session, desk: Desk, reviewer: UUID, command: Judge) -> Onboarding:
    """Keep a verdict; decide when it needs no second, or when a second reviewer agrees.

    Approving against a reason of the policy's `four_eyes` needs two reviewers. Two who differ
    leave the case in the queue for a third.
    """
    case = claimed_case(session, reviewer, command.onboarding_id)
    earlier = list(session.scalars(sa.select(Verdict).where(Verdict.onboarding_id == case.id)))
    if any(verdict.reviewer == reviewer for verdict in earlier):
        raise SecondEyesMissing
    verdict = Verdict(
        id=new_id(),
        onboarding_id=case.id,
        reviewer=reviewer,
        judgement=command.judgement,
        note=command.note,
    )
    session.add(verdict)
    case.claimed_by = case.claimed_until = None
    _note(session, reviewer, "review.judged", case, judgement=command.judgement)
    agreeing = 1 + sum(one.judgement == command.judgement for one in earlier)
    override = bool(set(case.reasons) & set(desk.policy.review.four_eyes))
    needed = 2 if earlier or (override and command.judgement == APPROVED) else 1
    if agreeing >= needed:
        _settle(session, case, command.judgement)
    return case


def claimed_case(session: Session, reviewer: UUID, onboarding_id: UUID) -> Onboarding:
    """The case, if this reviewer holds it. Raises `NotFound`, `CaseNotClaimed`."""
    case = _case(session, onboarding_id)
    if case.claimed_by != reviewer or not _holds(case):
        raise CaseNotClaimed
    return case


def open_evidence(
    session: Session, desk: Desk, reviewer: UUID, onboarding_id: UUID, evidence_id: UUID
) -> bytes:
    """What the applicant sent, unsealed for the reviewer who holds the case; every look is kept."""
    case = claimed_case(session, reviewer, onboarding_id)
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.onboarding_id != case.id:
        raise NotFound
    applicant = session.get_one(Applicant, case.applicant_id)
    _note(session, reviewer, "review.looked", case, evidence=str(evidence_id))
    return desk.read_media(applicant, evidence_id)


def _settle(session: Session, case: Onboarding, judgement: str) -> None:
    case.decision, case.reviewed_at = judgement, utc_now()
    kept = Evidence.onboarding_id == case.id, Evidence.state == REVIEW
    state = "accepted" if judgement == APPROVED else DECLINED
    for evidence in session.scalars(sa.select(Evidence).where(*kept)):
        move(evidence, state, EVIDENCE)
    log.record(
        session,
        log.SYSTEM,
        "onboarding.reviewed",
        case.id,
        onboarding_id=case.id,
        decision=judgement,
        automatic=case.automatic,
    )


def _case(session: Session, onboarding_id: UUID) -> Onboarding:
    case = session.get(Onboarding, onboarding_id, with_for_update=True)
    if case is None or case.decision != REVIEW:
        raise NotFound
    return case


def _holds(case: Onboarding) -> bool:
    return case.claimed_until is not None and case.claimed_until > utc_now()


def _note(session: Session, reviewer: UUID, action: str, case: Onboarding, **data: str) -> None:
    actor = log.Actor("staff", str(reviewer))
    log.record(session, actor, action, case.id, onboarding_id=case.id, **data)

"""Reviewers give verdicts; against signs of fraud two of them have to agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from access.step_up import require_step_up
from audit.actions import Action
from audit.writer import record
from core.actors import SYSTEM
from core.errors import Conflict, Invalid
from core.ids import new_id
from core.reasons import Reason
from kyc.approvals import APPROVALS
from kyc.decision.account_name import keep_name
from kyc.decision.corrections import confirm_corrections
from kyc.decision.refusals import refusals_of_face
from kyc.evidence.models import Evidence
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.lists.matching import is_listed
from kyc.lists.naming import account_names
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import DECISION, Decision
from kyc.policy import ReviewPolicy
from kyc.review.cases import claimed_case
from kyc.review.models import NOTE, Seen, Verdict
from kyc.risk.continuity import continuity
from kyc.risk.holders import approved_reasons, lock_person
from storage.context import Context

SEALED_AT_ONCE = 100  # old notes a transaction


class SecondReviewerMissing(Conflict):
    """The same reviewer cannot be the second one."""

    code = "second_eyes_missing"


class OwnerNotSeen(Invalid):
    """Nobody compared a face: who approves says how they saw the owner."""

    code = "owner_not_seen"


class CaseListed(Conflict):
    """The person or the firm is on a list now, and cannot be approved."""

    code = "case_listed"


@dataclass(frozen=True)
class GiveVerdict:
    """Approved or declined; the note is for staff, the applicant never sees it.

    `seen`: how the reviewer saw the owner, if they did.
    """

    onboarding_id: UUID
    judgement: Decision
    note: str
    seen: Seen | None = None


def give_verdict(context: Context, command: GiveVerdict) -> Onboarding:
    """Keep a verdict, and settle the case when enough reviewers agree.

    What came up since the case was sent to review counts as if it had been known then: another
    account that was approved with the same number, an account that is another person's by now.
    Approving a case confirms the names that its owner corrected.
    Approving against a reason of the policy's `four_eyes` needs a step-up. Whoever approves a case
    whose owner asked for a person says how they saw the owner.

    Raises `NotFound`, `CaseNotClaimed`, `SecondReviewerMissing`, `CaseListed`, `OwnerNotSeen`,
    `access.step_up.StepUpRequired`.
    """
    case = claimed_case(context, command.onboarding_id)
    reviewer = context.actor.uuid
    given = sa.select(Verdict).where(Verdict.onboarding_id == case.id)
    earlier = list(context.session.scalars(given))
    if any(verdict.reviewer == reviewer for verdict in earlier):
        raise SecondReviewerMissing
    since = _reasons_since(context, case)
    if command.judgement is Decision.APPROVED and Reason.LISTED in since:
        raise CaseListed
    approved = command.judgement is Decision.APPROVED
    if approved and case.person_asked_at is not None and command.seen is None:
        raise OwnerNotSeen
    if is_override(command.judgement, [*case.reasons, *since], context.rules(ReviewPolicy)):
        require_step_up(context)
    case.reasons = [*case.reasons, *since]
    verdict = Verdict(
        id=new_id(),
        onboarding_id=case.id,
        reviewer=reviewer,
        judgement=command.judgement,
        seen=command.seen,
        at=context.now(),
    )
    _seal_note(context, verdict, command.note, case.applicant_id)
    context.session.add(verdict)
    case.claimed_by = case.claimed_until = None
    record(
        context,
        Action.REVIEW_VERDICT_GIVEN,
        case.id,
        onboarding_id=case.id,
        applicant_id=case.applicant_id,
        judgement=command.judgement,
        seen=command.seen,
        reasons_since=since,
    )
    judgements = [one.judgement for one in earlier]
    if is_settled(command.judgement, judgements, case.reasons, context.rules(ReviewPolicy)):
        _settle(context, case, command.judgement)
    return case


def is_override(judgement: Decision, reasons: Collection[str], rules: ReviewPolicy) -> bool:
    """Whether a verdict approves against a sign of fraud."""
    return judgement is Decision.APPROVED and not rules.four_eyes.isdisjoint(reasons)


def is_settled(
    judgement: Decision,
    earlier: Sequence[Decision],
    reasons: Collection[str],
    rules: ReviewPolicy,
) -> bool:
    """Whether a verdict, after earlier ones, decides a case with these reasons.

    Approving against a reason of the policy's `four_eyes` needs several reviewers. Two who differ
    leave the case in the queue for a third.
    """
    agreeing = 1 + sum(one == judgement for one in earlier)
    override = is_override(judgement, reasons, rules)
    needed = rules.reviewers if earlier or override else 1
    return agreeing >= needed


def has_old_notes(context: Context) -> bool:
    """Whether `seal_old_notes` would seal any."""
    clear = sa.select(Verdict.id).where(Verdict.note.is_not(None)).limit(1)
    return context.session.scalar(clear) is not None


def seal_old_notes(context: Context) -> int:
    """Seal notes that were kept in the clear before 2026-11-28; returns how many."""
    clear = (
        sa.select(Verdict, Onboarding.applicant_id)
        .join(Onboarding, Onboarding.id == Verdict.onboarding_id)
        .where(Verdict.note.is_not(None))
        .limit(SEALED_AT_ONCE)
    )
    rows = context.session.execute(clear.with_for_update(skip_locked=True, of=Verdict)).all()
    for verdict, applicant_id in rows:
        _seal_note(context, verdict, verdict.note or "", applicant_id)
        verdict.note = None
    return len(rows)


def _seal_note(context: Context, verdict: Verdict, note: str, applicant_id: UUID) -> None:
    owner = context.session.get_one(Applicant, applicant_id)
    verdict.sealed_note = NOTE.seal(context.keyring, owner, verdict.id, note.encode())


def _reasons_since(context: Context, case: Onboarding) -> list[Reason]:
    """What speaks against a case now and did not when it was decided; others wait meanwhile."""
    owner = context.session.get_one(Applicant, case.applicant_id, with_for_update=True)
    lock_person(context, case.number_blind, case.code_blind)
    changed, _ = continuity(context, owner, case)
    told = account_names(context, case.id)
    listed = is_listed(context, case.number_blind, case.code_blind, told)
    asked = case.person_asked_at is not None
    refused = asked and bool(refusals_of_face(context, case))
    now = [
        *approved_reasons(context, case),
        *changed,
        *([Reason.LISTED] if listed else []),
        *([Reason.REFUSED_BEFORE] if refused else []),
    ]
    return [reason for reason in now if reason not in case.reasons]


def _settle(context: Context, case: Onboarding, judgement: Decision) -> None:
    DECISION.move(case, judgement)
    case.reviewed_at = context.now()
    approved = judgement is Decision.APPROVED
    state = EvidenceState.ACCEPTED if approved else EvidenceState.DECLINED
    in_review = sa.select(Evidence).where(
        Evidence.onboarding_id == case.id, Evidence.state == EvidenceState.REVIEW
    )
    for evidence in context.session.scalars(in_review):
        EVIDENCE.move(evidence, state)
    if approved:
        owner = context.session.get_one(Applicant, case.applicant_id)
        confirm_corrections(context, owner, case)
        keep_name(context, case, owner)
        APPROVALS.tell(context, owner.id)
    record(
        context.acting_as(SYSTEM),
        Action.ONBOARDING_REVIEWED,
        case.id,
        onboarding_id=case.id,
        applicant_id=case.applicant_id,
        decision=judgement,
        automatic=case.automatic,
    )

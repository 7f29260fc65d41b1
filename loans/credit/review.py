"""Applications that a person looks at: the queue, claims, verdicts.

A reviewer decides whether what speaks against lending does; how much is lent, and at what price,
the rules decide with the scorer's answer, as for everybody. Who approves against a sign of fraud
needs a second reviewer and a step-up, as in onboarding (ADR 0036).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from access.step_up import require_step_up
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound, Refused
from core.ids import new_id
from core.reasons import Reason
from kyc.accounts.dealings import dealt_with
from kyc.identity import IDENTITY_ERRORS, NotServed
from loans.applicants import standing_borrower
from loans.credit.asking import question_of
from loans.credit.outcome import settle
from loans.credit.steps import ADVANCE_APPLICATION, move
from loans.events import record_application
from loans.lists.court import court_cases_of
from loans.lists.screening import screen
from loans.models import (
    VERDICT_NOTE,
    Application,
    AskedQuestion,
    Assessment,
    AssessmentTry,
    CreditDecision,
    CreditVerdict,
    Declaration,
    ScorerRole,
)
from loans.policy import LoanPolicy
from loans.states import ApplicationState
from storage.context import Context
from storage.queue import enqueue


class CreditCaseTaken(Conflict):
    """Another reviewer has the application."""

    code = "credit_case_taken"


class CreditCaseConflict(Refused):
    """The reviewer dealt with this account for customer service."""

    code = "credit_case_conflict"


class CreditCaseNotClaimed(Conflict):
    """The reviewer does not hold the application."""

    code = "credit_case_not_claimed"


class SecondCreditReviewerMissing(Conflict):
    """The same reviewer cannot be the second one."""

    code = "credit_second_eyes_missing"


class CreditCaseListed(Conflict):
    """The person, the firm or the phone is on a list, and the hit is not cleared."""

    code = "credit_case_listed"


class CreditJudgement(StrEnum):
    """What a reviewer says."""

    GO_ON = "go_on"  # what speaks against it does not: let the rules decide
    DECLINE = "decline"


@dataclass(frozen=True)
class CreditCase:
    """What a reviewer sees of an application; `declined` if the rules had declined it."""

    application: Application
    declaration: Declaration
    assessment: Assessment | None
    tries: tuple[AssessmentTry, ...]
    decisions: tuple[CreditDecision, ...]
    verdicts: tuple[CreditVerdict, ...]
    asked: AskedQuestion | None
    court_cases: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class JudgeApplication:
    """What a reviewer says of an application they hold, with a note that nobody outside sees."""

    application_id: UUID
    judgement: CreditJudgement
    note: str


def list_applications(context: Context) -> list[Application]:
    """Applications that wait for a person, the longest waiting first; an event of the reading."""
    require(context, Permission.REVIEW_READ)
    waiting = sa.select(Application).where(Application.state == ApplicationState.REVIEW)
    found = list(context.session.scalars(waiting.order_by(Application.made_at)))
    record(context, Action.APPLICATIONS_LISTED, context.actor.id, found=len(found))
    return found


def claim_application(context: Context, application_id: UUID) -> CreditCase:
    """Take an application, or keep it; one whose claim expired may be taken over.

    Raises `NotFound`, `CreditCaseTaken`, `CreditCaseConflict`.
    """
    require(context, Permission.REVIEW_DECIDE)
    application = _waiting(context, application_id)
    if dealt_with(context, application.applicant_id):
        raise CreditCaseConflict
    if application.claimed_by not in (None, context.actor.uuid) and is_held(context, application):
        raise CreditCaseTaken
    minutes = context.rules(LoanPolicy).review.claim_min
    application.claimed_by = context.actor.uuid
    application.claimed_until = context.now() + timedelta(minutes=minutes)
    record_application(context, Action.APPLICATION_CLAIMED, application)
    return _case(context, application)


def release_application(context: Context, application_id: UUID) -> None:
    """Give an application back. Raises `NotFound`, `CreditCaseNotClaimed`."""
    application = _claimed(context, application_id)
    application.claimed_by = application.claimed_until = None
    record_application(context, Action.APPLICATION_RELEASED, application)


def judge_application(context: Context, command: JudgeApplication) -> Application:
    """Keep a verdict, and act on it when enough reviewers agree.

    One that was never assessed is assessed now; one that was declined by the rules is decided by
    them again, with what is known now. Raises `NotFound`, `CreditCaseNotClaimed`,
    `SecondCreditReviewerMissing`, `CreditCaseListed`, `access.step_up.StepUpRequired`.
    """
    application = _claimed(context, command.application_id)
    earlier = _verdicts(context, application.id, since=_in_review_since(application))
    if any(verdict.reviewer == context.actor.uuid for verdict in earlier):
        raise SecondCreditReviewerMissing
    if command.judgement is CreditJudgement.GO_ON:
        _require_unlisted(context, application)
    rules = context.rules(LoanPolicy).review
    override = _is_override(command.judgement, application.reasons, rules.four_eyes)
    if override:
        require_step_up(context)
    _keep_verdict(context, application, command)
    application.claimed_by = application.claimed_until = None
    agreeing = 1 + sum(verdict.judgement == command.judgement for verdict in earlier)
    if agreeing >= (rules.reviewers if override or earlier else 1):
        _act(context, application, command.judgement)
    return application


def is_held(context: Context, application: Application) -> bool:
    """Whether a reviewer's claim of an application stands."""
    until = application.claimed_until
    return until is not None and until > context.now()


def _require_unlisted(context: Context, application: Application) -> None:
    try:
        identity = standing_borrower(context, application.applicant_id)
    except NotServed as error:
        raise CreditCaseListed from error
    except IDENTITY_ERRORS:
        return  # deciding it again ends it, and says why
    if screen(context, identity):
        raise CreditCaseListed


def _is_override(
    judgement: CreditJudgement, reasons: Collection[str], four_eyes: Collection[str]
) -> bool:
    return judgement is CreditJudgement.GO_ON and not set(four_eyes).isdisjoint(reasons)


def _act(context: Context, application: Application, judgement: CreditJudgement) -> None:
    if judgement is CreditJudgement.DECLINE:
        application.reasons = [Reason.PERSON_DECLINED]
        application.decided_at = context.now()
        move(context, application, ApplicationState.DECLINED)
    elif Reason.ANALYSIS_FAILED in application.reasons:  # what failed may be any of the checks
        application.reasons, application.scoring_since = [], context.now()
        move(context, application, ApplicationState.SCREENING)
        enqueue(context, ADVANCE_APPLICATION, application.id)
    elif _assessment(context, application.id) is None:
        application.reasons, application.scoring_since = [], context.now()
        move(context, application, ApplicationState.SCORING)
        enqueue(context, ADVANCE_APPLICATION, application.id)
    else:
        settle(context, application)


def _keep_verdict(context: Context, application: Application, command: JudgeApplication) -> None:
    verdict_id = new_id()
    owner = context.session.get_one(Applicant, application.applicant_id)
    note = VERDICT_NOTE.seal(context.keyring, owner, verdict_id, command.note.encode())
    context.session.add(
        CreditVerdict(
            id=verdict_id,
            application_id=application.id,
            reviewer=context.actor.uuid,
            judgement=command.judgement,
            sealed_note=note,
            at=context.now(),
        )
    )
    record_application(context, Action.APPLICATION_JUDGED, application, judgement=command.judgement)


def _waiting(context: Context, application_id: UUID) -> Application:
    application = context.session.get(Application, application_id, with_for_update=True)
    if application is None or application.state is not ApplicationState.REVIEW:
        raise NotFound
    return application


def _claimed(context: Context, application_id: UUID) -> Application:
    require(context, Permission.REVIEW_DECIDE)
    application = _waiting(context, application_id)
    if application.claimed_by != context.actor.uuid or not is_held(context, application):
        raise CreditCaseNotClaimed
    return application


def _case(context: Context, application: Application) -> CreditCase:
    session, own = context.session, application.id
    tries = sa.select(AssessmentTry).where(AssessmentTry.application_id == own)
    decisions = sa.select(CreditDecision).where(CreditDecision.application_id == own)
    return CreditCase(
        application=application,
        declaration=session.get_one(Declaration, application.declaration_id),
        assessment=_assessment(context, own),
        tries=tuple(session.scalars(tries.order_by(AssessmentTry.id))),
        decisions=tuple(session.scalars(decisions.order_by(CreditDecision.id))),
        verdicts=tuple(_verdicts(context, own)),
        asked=question_of(context, own),
        court_cases=court_cases_of(context, own),
    )


def _assessment(context: Context, application_id: UUID) -> Assessment | None:
    return context.session.get(Assessment, (application_id, ScorerRole.DECIDING))


def _in_review_since(application: Application) -> datetime | None:
    """After when verdicts count: those of before are of other reasons."""
    began = (application.scoring_since, application.review_asked_at)
    return max((moment for moment in began if moment is not None), default=None)


def _verdicts(
    context: Context, application_id: UUID, since: datetime | None = None
) -> list[CreditVerdict]:
    given = sa.select(CreditVerdict).where(CreditVerdict.application_id == application_id)
    if since is not None:
        given = given.where(CreditVerdict.at > since)
    return list(context.session.scalars(given.order_by(CreditVerdict.id)))

"""A job asks another system about a business, with no transaction open.

A consent has to be in force when it is loaded and when its answer is stored: what was withdrawn
meanwhile is dropped. A system that is away is asked again later, and nothing is made up for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from access.models import Applicant
from audit.actions import Action
from kyc.identity import IDENTITY_ERRORS, business_of, opened_identity, standing_of
from loans.calls.policy import pause_before
from loans.policy import LoanPolicy
from loans.sources.changes import CHANGES
from loans.sources.consent import is_consented
from loans.sources.events import record_record
from loans.sources.kinds import SourceKind
from loans.sources.models import RECORD_CONTENT, SourceRecord
from loans.sources.offered import is_asked_for
from loans.sources.policy import SourcesRules
from loans.sources.record_client import RecordAnswer, RecordClient, RecordQuestion
from loans.sources.record_requests import ASK_RECORD, ask_at
from loans.sources.records import content_of
from loans.sources.states import RECORD, RecordState
from privacy.kinds import ConsentKind
from storage.context import Context, Resources
from storage.damage import DAMAGE
from storage.handlers import JOBS, JobHandler, Lane

log = structlog.get_logger()

# Why a business cannot be named now; it may be later.
_NOT_NOW: tuple[type[Exception], ...] = (*IDENTITY_ERRORS, *DAMAGE)


@dataclass(frozen=True)
class AskingWork:
    """What is asked, and the name of the asking."""

    question: RecordQuestion
    key: str


def load_record(context: Context, record_id: UUID) -> AskingWork | None:
    """The question; None where the consent is gone, or the business is not known for sure now."""
    row = context.session.get(SourceRecord, record_id, with_for_update=True)
    if row is None or not is_consented(context, row.applicant_id, row.source):
        return None
    if row.state is not RecordState.ASKED:
        RECORD.move(row, RecordState.ASKED)
    if not is_asked_for(context, row.source):  # no service is configured any more
        _fail(context, row, 0)
        return None
    try:
        standing = standing_of(context, row.applicant_id, consents=(ConsentKind.TERMS,))
        identity = opened_identity(context, standing.onboarding_id, purpose="source")
    except _NOT_NOW as error:
        log.warning("nobody can be asked", record=str(row.id), what=type(error).__name__)
        _fail(context, row, 0)
        return None
    _begin(row, business_of(context, row.applicant_id), context.now())
    record_record(context, Action.SOURCE_ASKED, row)
    question = _question(context, row.source, identity.credit_code)
    return AskingWork(question, f"{row.id}:{row.asked_at:%Y%m%dT%H%M%S%f}")


def _begin(row: SourceRecord, business: str | None, now: datetime) -> None:
    """Another business is asked about: what was answered of the one before says nothing of it."""
    row.asked_at = now
    if row.business != business:
        row.business, row.content, row.answered_at = business, None, None


def ask_record(work: AskingWork, lent: Resources) -> RecordAnswer:
    """Ask the service."""
    return lent.get(RecordClient).ask(work.question, work.key)


def store_record(context: Context, record_id: UUID, answer: RecordAnswer) -> None:
    """Keep what was answered, sealed; what was known stays until there is another answer."""
    row = context.session.get(SourceRecord, record_id, with_for_update=True)
    if row is None or row.state is not RecordState.ASKED:
        return  # withdrawn meanwhile
    if not is_consented(context, row.applicant_id, row.source):
        return  # it ended meanwhile; retention deletes the row
    if answer.state is RecordState.FAILED:
        log.warning("no record was answered", record=str(row.id), tries=answer.outcomes)
        _fail(context, row, answer.ms)
        return
    _keep(context, row, answer)


def give_up_record(context: Context, record_id: UUID) -> None:
    """An asking that cost its processes: later again."""
    row = context.session.get(SourceRecord, record_id, with_for_update=True)
    if row is not None and row.state is RecordState.ASKED:
        _fail(context, row, 0)


def _question(context: Context, source: SourceKind, credit_code: str) -> RecordQuestion:
    today, first = context.today(), None
    if source is SourceKind.ACQUIRING:
        first = today - timedelta(days=_rules(context).records.acquiring_days - 1)
    return RecordQuestion(source, credit_code, today, first)


def _keep(context: Context, row: SourceRecord, answer: RecordAnswer) -> None:
    was_known, row.content = row.content is not None, None
    if answer.record is not None:
        owner = context.session.get_one(Applicant, row.applicant_id)
        content = content_of(answer.record)
        row.content = RECORD_CONTENT.seal(context.keyring, owner, row.id, content)
    RECORD.move(row, answer.state)
    row.tries, row.answered_at = 0, context.now()
    _record(context, row, answer.ms)
    ask_at(context, row, context.now() + timedelta(days=_rules(context).record_days))
    if was_known and row.content is None:
        CHANGES.tell_forgotten(context, row.applicant_id)
    else:
        CHANGES.tell_learnt(context, row.applicant_id)


def _fail(context: Context, row: SourceRecord, ms: int) -> None:
    RECORD.move(row, RecordState.FAILED)
    row.tries += 1
    pauses_s = _rules(context).records.pauses_s
    ask_at(context, row, context.now() + pause_before(row.tries, pauses_s))
    _record(context, row, ms)


def _record(context: Context, row: SourceRecord, ms: int) -> None:
    record_record(context, Action.SOURCE_ANSWERED, row, state=row.state, ms=ms)


def _rules(context: Context) -> SourcesRules:
    return context.rules(LoanPolicy).known_by


JOBS.register(
    JobHandler(
        kind=ASK_RECORD,
        lane=Lane.LENDING,
        load=load_record,
        perform=ask_record,
        store=store_record,
        give_up=give_up_record,
    )
)

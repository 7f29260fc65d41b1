"""Decisions and verdicts as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs, events_of
from kyc.onboarding.models import Onboarding
from kyc.review.models import Verdict
from storage.context import Context


@STATE.register
def compare_onboardings(context: Context) -> Iterator[str]:
    """Hold each onboarding to what was logged of its decision and its verdicts."""
    last = UUID(int=0)
    while True:
        query = sa.select(Onboarding).where(Onboarding.id > last).order_by(Onboarding.id)
        rows = context.session.scalars(query.limit(AT_ONCE)).all()
        if not rows:
            return
        yield from _decisions(context, rows)
        yield from _verdicts(context, [row.id for row in rows])
        last = rows[-1].id


def _decisions(context: Context, rows: Sequence[Onboarding]) -> Iterator[str]:
    events = events_of(
        context,
        [row.id for row in rows],
        Action.ONBOARDING_DECIDED,
        Action.ONBOARDING_REVIEWED,
    )
    for row in rows:
        name, subject = f"onboarding {row.id}", str(row.id)
        decided = events.get((Action.ONBOARDING_DECIDED, subject))
        reviewed = events.get((Action.ONBOARDING_REVIEWED, subject))
        if row.decision is None and decided is None:
            continue
        yield from differs(name, {"decision": row.decision}, reviewed or decided)
        if decided is not None and decided.applicant_id not in (None, row.applicant_id):
            yield f"{name}: it is another account's than the log says"
        if reviewed is not None:
            yield from differs(name, {"automatic": row.automatic}, reviewed)


def _verdicts(context: Context, onboardings: Sequence[UUID]) -> Iterator[str]:
    given, logged = defaultdict(set), defaultdict(set)
    for verdict in context.session.scalars(
        sa.select(Verdict).where(Verdict.onboarding_id.in_(onboardings))
    ):
        given[verdict.onboarding_id].add((str(verdict.reviewer), str(verdict.judgement)))
    events = sa.select(AuditEvent).where(
        AuditEvent.onboarding_id.in_(onboardings),
        AuditEvent.action == Action.REVIEW_VERDICT_GIVEN,
    )
    for event in context.session.scalars(events):
        logged[event.onboarding_id].add((event.actor_id, event.data["judgement"]))
    for onboarding in onboardings:
        if given[onboarding] != logged[onboarding]:
            yield f"onboarding {onboarding}: its verdicts are not those of the log"

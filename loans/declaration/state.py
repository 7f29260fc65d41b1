"""Declarations as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs
from loans.erasure import ERASED
from loans.models import Declaration
from storage.context import Context


@STATE.register
def compare_declarations(context: Context) -> Iterator[str]:
    """Hold what was declared and promised to the log.

    Those of before a declaration had a promise, and those that were erased, are left out.
    """
    last = UUID(int=0)
    while True:
        query = sa.select(Declaration).where(
            Declaration.id > last,
            Declaration.promise_sha256.is_not(None),
            Declaration.occupation != ERASED,
        )
        rows = context.session.scalars(query.order_by(Declaration.id).limit(AT_ONCE)).all()
        if not rows:
            return
        made = sa.select(AuditEvent).where(
            AuditEvent.applicant_id.in_({row.applicant_id for row in rows}),
            AuditEvent.action == Action.DECLARATION_MADE,
            AuditEvent.subject.in_([str(row.id) for row in rows]),
        )
        events = {event.subject: event for event in context.session.scalars(made)}
        for row in rows:
            yield from differs(f"declaration {row.id}", _said(row), events.get(str(row.id)))
        last = rows[-1].id


def _said(row: Declaration) -> dict[str, object]:
    return {
        "occupation": row.occupation,
        "role": row.role,
        "industry": row.industry,
        "purpose": row.purpose,
        "amount_fen": row.amount_fen,
        "tenor_months": row.tenor_months,
        "promise": row.promise_sha256,
        "consistency": row.consistency,
        "evidence": row.evidence,
    }

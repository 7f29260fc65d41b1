"""The courts' list: whether it is to be asked about an application, and what its answer means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kyc.lists.names.judge import Outcome as Comparison
from kyc.lists.names.policy import NamesPolicy
from kyc.lists.told import Told
from loans.calls.signed_client import Outcome
from loans.lists.court_client import CourtAnswer, CourtEntry, CourtList
from loans.lists.models import CourtAsking
from loans.policy import LoanPolicy
from storage.context import Context, ResourceMissing

ASK_COURT_LIST = "ask_court_list"  # the kind of job


def is_court_list_due(context: Context, application_id: UUID) -> bool:
    """Whether this installation asks a court list, and has no answer about an application."""
    if context.rules(LoanPolicy).court is None or not _is_set(context):
        return False
    answered = sa.select(CourtAsking.id).where(
        CourtAsking.application_id == application_id, CourtAsking.outcome == Outcome.ANSWERED
    )
    return context.session.scalar(answered.limit(1)) is None


def _is_set(context: Context) -> bool:
    try:
        context.resource(CourtList)
    except ResourceMissing:
        return False
    return True


def found_in(
    told: Told, entries: Sequence[CourtEntry], rules: NamesPolicy
) -> tuple[dict[str, Any], ...]:
    """The entries that are, or may be, who was asked about, as they are kept and explained."""
    judged = (
        (entry, told.judged(Told(told.kind, entry.name, entry.born, entry.number), rules))
        for entry in entries
    )
    return tuple(
        {
            "kind": told.kind.value,
            "case": entry.case,
            "court": entry.court,
            "since": None if entry.since is None else entry.since.isoformat(),
            "outcome": judgement.outcome.value,
            "writing": judgement.writing.value,
            "birth": judgement.birth.value,
            "number": judgement.number.value,
        }
        for entry, judgement in judged
        if judgement.outcome is not Comparison.NONE
    )


def court_cases_of(context: Context, application_id: UUID) -> tuple[dict[str, Any], ...]:
    """Cases that may be the person's or the firm's, as the newest asking found them."""
    newest = (
        sa.select(CourtAsking.found)
        .where(CourtAsking.application_id == application_id)
        .order_by(CourtAsking.asking.desc())
    )
    return tuple(context.session.scalar(newest.limit(1)) or ())


def worst_of(answers: Sequence[CourtAnswer]) -> CourtAnswer:
    """Of several answers one without entries, if there is any: the asking as a whole failed."""
    return next((one for one in answers if one.entries is None), answers[0])

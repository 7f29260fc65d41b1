"""Hits of lists, for reviewers: what is open, and that a person has looked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from access.step_up import require_step_up
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound
from kyc.accounts.dealings import dealt_with
from kyc.lists.hits import judgement_of
from kyc.lists.matching import Hit, hit_of
from kyc.lists.models import ListEntry, ListHit
from kyc.lists.policy import Effect, ListsPolicy
from kyc.lists.states import HIT, EntryState, HitState
from kyc.review.cases import CaseConflict
from storage.context import Context


class HitRefuses(Conflict):
    """The list is one of those who are not served: the entry must go first."""

    code = "hit_refuses"


@dataclass(frozen=True)
class OpenHit:
    """A hit with the entry that explains it."""

    hit: ListHit
    found: Hit


def read_hits(context: Context) -> list[OpenHit]:
    """Hits that nobody has cleared, of entries in force, the oldest first; an event of it."""
    require(context, Permission.REVIEW_READ)
    hits = (
        sa.select(ListHit, ListEntry)
        .join(ListEntry, ListEntry.id == ListHit.entry_id)
        .where(
            ListHit.state == HitState.OPEN,
            ListEntry.state == EntryState.IN_FORCE,
            sa.or_(ListEntry.valid_until.is_(None), ListEntry.valid_until >= context.today()),
        )
        .order_by(ListHit.id)
        .limit(context.rules(ListsPolicy).page)
    )
    rows = [
        OpenHit(hit, hit_of(context, entry, judgement_of(hit)))
        for hit, entry in context.session.execute(hits)
    ]
    record(context, Action.LIST_READ, context.actor.id, what="hits", found=len(rows))
    return rows


def clear_hit(context: Context, hit_id: UUID) -> OpenHit:
    """Let an account go on although an entry names it: another person's phone, a settled debt.

    A list of those who are not served is not cleared here: its entry is removed, by two people.
    Raises `NotFound` unless the hit is open, `CaseConflict`, `HitRefuses`, and
    `access.step_up.StepUpRequired`.
    """
    require(context, Permission.REVIEW_DECIDE)
    hit = context.session.get(ListHit, hit_id, with_for_update=True)
    if hit is None or hit.state is not HitState.OPEN:
        raise NotFound
    if dealt_with(context, hit.applicant_id):
        raise CaseConflict
    entry = context.session.get_one(ListEntry, hit.entry_id)
    found = hit_of(context, entry, judgement_of(hit))
    if found.effect is Effect.REFUSE:
        raise HitRefuses
    require_step_up(context)
    HIT.move(hit, HitState.CLEARED)
    hit.cleared_by, hit.cleared_at = f"{context.actor.kind}:{context.actor.id}", context.now()
    record(
        context,
        Action.LIST_HIT_CLEARED,
        hit.id,
        onboarding_id=hit.onboarding_id,
        applicant_id=hit.applicant_id,
        entry=str(hit.entry_id),
        list=found.list_code,
    )
    return OpenHit(hit, found)

"""Which entries in force name a person, their firm, phone or name: exactly, by blind index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from kyc.lists.models import Listed, ListEntry, ListReason
from kyc.lists.policy import Effect, ListsPolicy
from kyc.lists.states import EntryState
from storage.context import Context


@dataclass(frozen=True)
class Named:
    """By what somebody may be listed: blind indexes; None for what is not known."""

    number_blind: str | None = None
    code_blind: str | None = None
    phone_blind: str | None = None
    name_blinds: tuple[str, ...] = ()

    def values(self) -> list[tuple[Listed, str]]:
        """What is known, with its kind."""
        known = (
            (Listed.PERSON, self.number_blind),
            (Listed.FIRM, self.code_blind),
            (Listed.PHONE, self.phone_blind),
            *((Listed.NAME, name) for name in self.name_blinds),
        )
        return [(kind, value) for kind, value in known if value]


@dataclass(frozen=True)
class Hit:
    """An entry that names somebody: by what, on which list, why; for staff alone."""

    entry_id: UUID
    list_code: str
    kind: Listed
    effect: Effect
    reason: ListReason
    source: str
    valid_until: date | None


def matches(context: Context, named: Named) -> tuple[Hit, ...]:
    """Every entry in force today that names somebody, those that refuse first."""
    values = named.values()
    if not values:
        return ()
    rows = context.session.scalars(
        sa.select(ListEntry)
        .where(
            sa.or_(
                *(
                    sa.and_(ListEntry.kind == kind, ListEntry.value_blind == value)
                    for kind, value in values
                )
            ),
            ListEntry.state == EntryState.IN_FORCE,
            sa.or_(ListEntry.valid_until.is_(None), ListEntry.valid_until >= context.today()),
        )
        .order_by(ListEntry.made_at)
    )
    found = [hit_of(context, row) for row in rows]
    return tuple(sorted(found, key=lambda one: one.effect is not Effect.REFUSE))


def is_listed(context: Context, number_blind: str | None, code_blind: str | None) -> bool:
    """Whether an identity number or a credit code is on a list of those who are not served."""
    return any(
        one.effect is Effect.REFUSE for one in matches(context, Named(number_blind, code_blind))
    )


def hit_of(context: Context, entry: ListEntry) -> Hit:
    """An entry as it is explained."""
    return Hit(
        entry_id=entry.id,
        list_code=entry.list_code,
        kind=entry.kind,
        effect=effect_of(context.rules(ListsPolicy), entry.list_code, entry.kind),
        reason=entry.reason,
        source=entry.source,
        valid_until=entry.valid_until,
    )


def effect_of(rules: ListsPolicy, list_code: str, kind: Listed) -> Effect:
    """What a hit does.

    A phone or a name alone never refuses anybody: others have it too. A list that the policy no
    longer knows has a person look.
    """
    known = rules.list_of(list_code)
    if known is None or kind in (Listed.PHONE, Listed.NAME):
        return Effect.REVIEW
    return known.effect

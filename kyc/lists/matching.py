"""Which entries in force name a person, their firm, phone or name.

Numbers, codes and phones are compared exactly, by blind index; names in any writing
(`kyc.lists.names`), once a blind index of one of their keys has brought two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from kyc.lists.models import (
    LISTED_NAME,
    Listed,
    ListedName,
    ListedNameKey,
    ListEntry,
    ListReason,
)
from kyc.lists.names.attributes import Agreement
from kyc.lists.names.judge import Judgement, Outcome
from kyc.lists.policy import Effect, ListsPolicy
from kyc.lists.states import EntryState
from kyc.lists.told import LISTS, Told, blind_keys
from storage.context import Context


@dataclass(frozen=True)
class Named:
    """By what somebody may be listed: blind indexes, None for what is not known; and names.

    `name_blinds` finds entries of before names were kept in any writing, exactly.
    """

    number_blind: str | None = None
    code_blind: str | None = None
    phone_blind: str | None = None
    name_blinds: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()

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
    """An entry that names somebody: by what, on which list, why; for staff alone.

    `judgement` says in which writing, and what agrees beside it, where a name was compared.
    """

    entry_id: UUID
    list_code: str
    kind: Listed
    effect: Effect
    reason: ListReason
    source: str
    valid_until: date | None
    judgement: Judgement | None = None


def matches(context: Context, named: Named) -> tuple[Hit, ...]:
    """Every entry in force today that names somebody, those that refuse first.

    Raises `SealBroken` where a name does not open: who may be listed is not let through.
    """
    found = [*_by_value(context, named), *_by_name(context, named.told)]
    return tuple(sorted(found, key=lambda one: one.effect is not Effect.REFUSE))


def _by_value(context: Context, named: Named) -> list[Hit]:
    values = named.values()
    if not values:
        return []
    is_named = sa.select(ListedName.entry_id).where(ListedName.entry_id == ListEntry.id).exists()
    rows = context.session.scalars(
        sa.select(ListEntry)
        .where(
            sa.or_(
                *(
                    sa.and_(ListEntry.kind == kind, ListEntry.value_blind == value)
                    for kind, value in values
                )
            ),
            ~is_named,
            _in_force(context),
        )
        .order_by(ListEntry.made_at)
    )
    return [hit_of(context, row) for row in rows]


def _by_name(context: Context, told: tuple[Told, ...]) -> list[Hit]:
    """Entries of names that may be these, the gravest judgement of each."""
    keys = blind_keys(context.blind_index, told)
    shared = sa.select(ListedNameKey.entry_id).where(ListedNameKey.key_blind.in_(keys)).distinct()
    ids = context.session.scalars(shared).all() if keys else ()
    if not ids:
        return []
    rows = context.session.execute(
        sa.select(ListEntry, ListedName.sealed)
        .join(ListedName, ListedName.entry_id == ListEntry.id)
        .where(ListEntry.id.in_(ids))
        .order_by(ListEntry.made_at)
    ).tuples()
    # Looked at here: SQLite would take the index of the state, which all entries share.
    entries = {entry.id: (entry, sealed) for entry, sealed in rows if is_in_force(context, entry)}
    sealed_names = ((one, sealed) for one, (_, sealed) in entries.items())
    found = []
    for entry_id, packed in LISTED_NAME.open_all(context.keyring, LISTS, sealed_names):
        judgement = gravest(context, told, Told.unpacked(packed))
        if judgement is not None:
            found.append(hit_of(context, entries[entry_id][0], judgement))
    return found


def gravest(context: Context, told: tuple[Told, ...], listed: Told) -> Judgement | None:
    """The gravest judgement over names of one account; None if none may be the listed one."""
    rules = context.rules(ListsPolicy).names
    judged = [one.judged(listed, rules) for one in told if one.kind is listed.kind]
    outcomes = list(Outcome)
    worst = min(judged, key=lambda one: outcomes.index(one.outcome), default=None)
    return None if worst is None or worst.outcome is Outcome.NONE else worst


def is_in_force(context: Context, entry: ListEntry) -> bool:
    """Whether an entry counts today."""
    over = entry.valid_until is not None and entry.valid_until < context.today()
    return entry.state is EntryState.IN_FORCE and not over


def _in_force(context: Context) -> sa.ColumnElement[bool]:
    return sa.and_(
        ListEntry.state == EntryState.IN_FORCE,
        sa.or_(ListEntry.valid_until.is_(None), ListEntry.valid_until >= context.today()),
    )


def is_listed(
    context: Context,
    number_blind: str | None,
    code_blind: str | None,
    told: tuple[Told, ...] = (),
) -> bool:
    """Whether a number, a code or a name with its number is on a list of who is not served."""
    named = Named(number_blind, code_blind, told=told)
    return any(one.effect is Effect.REFUSE for one in matches(context, named))


def hit_of(context: Context, entry: ListEntry, judgement: Judgement | None = None) -> Hit:
    """An entry as it is explained."""
    rules = context.rules(ListsPolicy)
    return Hit(
        entry_id=entry.id,
        list_code=entry.list_code,
        kind=entry.kind,
        effect=effect_of(rules, entry.list_code, entry.kind, judgement),
        reason=entry.reason,
        source=entry.source,
        valid_until=entry.valid_until,
        judgement=judgement,
    )


def effect_of(
    rules: ListsPolicy, list_code: str, kind: Listed, judgement: Judgement | None = None
) -> Effect:
    """What a hit does.

    A phone or a name alone never refuses anybody: others have it too. Nor does a name with a birth
    date, which thousands share with a namesake; a name does whose number agrees too. A list that
    the policy no longer knows has a person look.
    """
    known = rules.list_of(list_code)
    if known is None or kind is Listed.PHONE:
        return Effect.REVIEW
    if kind in (Listed.NAME, Listed.FIRM_NAME) and not _is_sure(judgement):
        return Effect.REVIEW
    return known.effect


def _is_sure(judgement: Judgement | None) -> bool:
    if judgement is None:
        return False
    return judgement.outcome is Outcome.HIT and judgement.number is Agreement.SAME

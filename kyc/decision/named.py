"""The names that documents show, as lists are asked about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from kyc.decision.facts import IdentityCard, Licence, read_card, read_licence
from kyc.evidence.corrections import open_corrections
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from kyc.lists.models import AccountName, Listed
from kyc.lists.naming import account_names, keep_account_names
from kyc.lists.told import Told
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from storage.blind_index import Indexed
from storage.context import Context
from storage.keyring import SealBroken

NAMED_AT_ONCE = 20  # onboardings a transaction


def told_names(
    card: IdentityCard, licence: Licence, corrected: Collection[str] = ()
) -> tuple[Told, ...]:
    """The holder by each name that documents or they themselves give them, and the firm."""
    born = None if card.identity is None else card.identity.birth
    names = dict.fromkeys([card.name, licence.principal, *corrected])
    persons = [Told(Listed.NAME, name, born, card.number) for name in names if name]
    firm = Told(Listed.FIRM_NAME, licence.name, number=licence.code)
    return (*persons, *([firm] if licence.name else []))


def corrected_name(context: Context, onboarding: Onboarding, name: str) -> Told:
    """A name that its owner corrected, with the birth date and number that their papers show."""
    kept = account_names(context, onboarding.id)
    shown = next((one for one in kept if one.kind is Listed.NAME), Told(Listed.NAME, name))
    return replace(shown, name=name)


def exact_names(context: Context, told: Collection[Told]) -> tuple[str, ...]:
    """Blind indexes of the names of persons as printed."""
    names = {one.name for one in told if one.kind is Listed.NAME}
    return tuple(sorted(context.blind_index.of(Indexed.NAME, name) for name in names))


def name_onboarding(context: Context, onboarding: Onboarding) -> None:
    """Keep the names of an onboarding of before they were kept; opening its papers is an event.

    Raises `SealBroken`.
    """
    if _is_named(context, onboarding):
        return
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    current = current_evidence(context, onboarding.id)
    front, sheet = (
        open_facts(context, owner, current[kind.kind]) if kind.kind in current else {}
        for kind in (ID_CARD_FRONT, LICENCE)
    )
    record(
        context,
        Action.FACTS_UNSEALED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=owner.id,
        purpose="lists",
    )
    corrected = [one.value for one in open_corrections(context, owner, onboarding.id)]
    told = told_names(read_card(front, {}), read_licence(sheet), corrected)
    keep_account_names(context, onboarding, told)


def has_unnamed_onboardings(context: Context) -> bool:
    """Whether `name_old_onboardings` would name any."""
    return context.session.scalar(_unnamed().with_only_columns(Onboarding.id).limit(1)) is not None


def name_old_onboardings(context: Context) -> int:
    """Keep names of approved onboardings of before they were kept; returns how many.

    One whose papers do not open is left to its next step, which has a person look.
    """
    rows = _unnamed().limit(NAMED_AT_ONCE).with_for_update(skip_locked=True, of=Onboarding)
    named = 0
    for onboarding in context.session.scalars(rows).all():
        try:
            name_onboarding(context, onboarding)
            named += 1
        except SealBroken:
            continue
    return named


def _is_named(context: Context, onboarding: Onboarding) -> bool:
    row = sa.select(AccountName.id).where(AccountName.onboarding_id == onboarding.id)
    return context.session.scalar(row.limit(1)) is not None


def _unnamed() -> sa.Select[Onboarding]:
    named = sa.select(AccountName.id).where(AccountName.onboarding_id == Onboarding.id).exists()
    return (
        sa.select(Onboarding)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .where(
            Onboarding.decision == Decision.APPROVED,
            Onboarding.number_blind.is_not(None),
            Applicant.closed_at.is_(None),
            ~named,
        )
        .order_by(sa.func.random())  # one that does not open keeps no other waiting
    )

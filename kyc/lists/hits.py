"""Hits: which accounts entries in force name, kept once each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.ids import new_id
from kyc.lists.matching import Hit, Named, gravest, is_in_force, matches
from kyc.lists.models import AccountName, Listed, ListEntry, ListHit
from kyc.lists.names.judge import Judgement, Outcome
from kyc.lists.naming import account_names, accounts_sharing, listed_name
from kyc.lists.states import HIT, HitState
from kyc.lists.told import Told
from kyc.onboarding.models import Onboarding
from storage.blind_index import Indexed
from storage.context import Context


@dataclass(frozen=True)
class NamedAccount:
    """An account that an entry names, and its newest onboarding that shows the value.

    `judgement` says by what, where a name was compared.
    """

    applicant_id: UUID
    onboarding_id: UUID | None
    judgement: Judgement | None = None


def uncleared_of(context: Context, onboarding_id: UUID) -> tuple[Hit, ...]:
    """What speaks against whom an onboarding shows, and no person has cleared; refusals first.

    Call it under the account's lock: each new hit is kept, with an event.
    """
    onboarding = context.session.get_one(Onboarding, onboarding_id)
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    names = (owner.name_blind,) if owner.name_blind else ()
    told = account_names(context, onboarding.id)
    named = Named(onboarding.number_blind, onboarding.code_blind, owner.phone_blind, names, told)
    account = NamedAccount(owner.id, onboarding.id)
    return tuple(one for one in matches(context, named) if _is_open(context, account, one))


def accounts_named(context: Context, entry: ListEntry) -> list[NamedAccount]:
    """Accounts, not closed, that an entry names: by any onboarding, or phone and name of today.

    Raises `SealBroken` where a name does not open.
    """
    listed = listed_name(context, entry.id)
    if listed is not None:
        return _accounts_of_name(context, listed)
    own = {Listed.PHONE: Applicant.phone_blind, Listed.NAME: Applicant.name_blind}
    if entry.kind in own:
        accounts = sa.select(Applicant.id).where(
            own[entry.kind] == entry.value_blind, Applicant.closed_at.is_(None)
        )
        return [NamedAccount(one, None) for one in context.session.scalars(accounts)]
    column = Onboarding.number_blind if entry.kind is Listed.PERSON else Onboarding.code_blind
    rows = context.session.execute(
        sa.select(Onboarding.applicant_id, Onboarding.id)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .where(column == entry.value_blind, Applicant.closed_at.is_(None))
        .order_by(Onboarding.id)
    )
    return [NamedAccount(*row) for row in dict(rows.tuples().all()).items()]


def keep_hit(
    context: Context, account: NamedAccount, found: Hit, loan_id: UUID | None = None
) -> ListHit:
    """The hit of an entry on an account: a new one, with an event, where there is none."""
    known = sa.select(ListHit).where(
        ListHit.entry_id == found.entry_id, ListHit.applicant_id == account.applicant_id
    )
    hit = context.session.scalar(known)
    if hit is not None:
        return hit
    hit = ListHit(
        id=new_id(),
        entry_id=found.entry_id,
        applicant_id=account.applicant_id,
        onboarding_id=account.onboarding_id,
        found_at=context.now(),
    )
    if found.judgement is not None:
        hit.outcome, hit.writing = found.judgement.outcome, found.judgement.writing
        hit.birth, hit.number = found.judgement.birth, found.judgement.number
    HIT.begin(hit, HitState.OPEN)
    context.session.add(hit)
    context.session.flush()
    record(
        context,
        Action.LIST_HIT_FOUND,
        hit.id,
        onboarding_id=account.onboarding_id,
        applicant_id=account.applicant_id,
        loan_id=loan_id,
        entry=str(found.entry_id),
        list=found.list_code,
        kind=found.kind,
        effect=found.effect,
        outcome=hit.outcome,
        writing=hit.writing,
        birth=hit.birth,
        number=hit.number,
    )
    return hit


def entry_in_force(context: Context, entry_id: UUID) -> ListEntry | None:
    """An entry, while it is in force today."""
    entry = context.session.get(ListEntry, entry_id)
    return entry if entry is not None and is_in_force(context, entry) else None


def judgement_of(hit: ListHit) -> Judgement | None:
    """By what an account was named, where a name was compared."""
    if hit.outcome is None or hit.writing is None or hit.birth is None or hit.number is None:
        return None
    return Judgement(hit.outcome, hit.writing, hit.birth, hit.number)


def _accounts_of_name(context: Context, listed: Told) -> list[NamedAccount]:
    """Accounts whose names may be a listed one, by their newest onboarding that shows it."""
    found: dict[UUID, NamedAccount] = {}
    for row, told in accounts_sharing(context, listed):
        judgement = gravest(context, (told,), listed)
        known = found.get(row.applicant_id)
        is_hit = known is not None and known.judgement and known.judgement.outcome is Outcome.HIT
        if judgement is not None and not (is_hit and judgement.outcome is not Outcome.HIT):
            found[row.applicant_id] = NamedAccount(row.applicant_id, row.onboarding_id, judgement)
    for one in _accounts_of_exact_name(context, listed):
        found.setdefault(one.applicant_id, one)
    return list(found.values())


def _accounts_of_exact_name(context: Context, listed: Told) -> list[NamedAccount]:
    """Accounts of before names were kept in any writing: no more is known than the name."""
    blind = context.blind_index.of(Indexed.NAME, listed.name)
    unnamed = ~sa.select(AccountName.id).where(AccountName.applicant_id == Applicant.id).exists()
    accounts = sa.select(Applicant.id).where(
        Applicant.name_blind == blind, Applicant.closed_at.is_(None), unnamed
    )
    alone = gravest(context, (Told(listed.kind, listed.name),), listed)
    if listed.kind is not Listed.NAME or alone is None:
        return []
    return [NamedAccount(one, None, alone) for one in context.session.scalars(accounts)]


def _is_open(context: Context, account: NamedAccount, found: Hit) -> bool:
    return keep_hit(context, account, found).state is HitState.OPEN

"""Names of entries and of accounts, kept so that either finds the other in any writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from core.ids import new_id
from kyc.lists.models import (
    ACCOUNT_NAME,
    LISTED_NAME,
    AccountName,
    AccountNameKey,
    ListedName,
    ListedNameKey,
    ListEntry,
)
from kyc.lists.told import LISTS, Told, blind_keys
from kyc.onboarding.models import Onboarding
from storage.context import Context


def keep_listed_name(context: Context, entry: ListEntry, told: Told) -> None:
    """Keep whom an entry names, sealed, with its keys."""
    sealed = LISTED_NAME.seal(context.keyring, LISTS, entry.id, told.packed())
    context.session.add(ListedName(entry_id=entry.id, sealed=sealed))
    context.session.flush()
    keys = blind_keys(context.blind_index, [told])
    context.session.add_all(ListedNameKey(entry_id=entry.id, key_blind=key) for key in keys)


def listed_name(context: Context, entry_id: UUID) -> Told | None:
    """Whom an entry names; None for one of a number alone. Raises `SealBroken`."""
    row = context.session.get(ListedName, entry_id)
    if row is None:
        return None
    return Told.unpacked(LISTED_NAME.open(context.keyring, LISTS, entry_id, row.sealed))


def keep_account_names(context: Context, onboarding: Onboarding, told: Sequence[Told]) -> None:
    """Keep the names that an onboarding shows, instead of those that it showed before."""
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    forget_names(context, AccountName.onboarding_id == onboarding.id)
    for one in dict.fromkeys(told):
        row = AccountName(
            id=new_id(), applicant_id=owner.id, onboarding_id=onboarding.id, kind=one.kind
        )
        row.sealed = ACCOUNT_NAME.seal(context.keyring, owner, row.id, one.packed())
        context.session.add(row)
        context.session.flush()
        keys = blind_keys(context.blind_index, [one])
        context.session.add_all(AccountNameKey(name_id=row.id, key_blind=key) for key in keys)


def account_names(context: Context, onboarding_id: UUID) -> tuple[Told, ...]:
    """The names that are kept of an onboarding. Raises `SealBroken`."""
    rows = sa.select(AccountName).where(AccountName.onboarding_id == onboarding_id)
    return tuple(_opened(context, row) for row in context.session.scalars(rows))


def accounts_sharing(context: Context, told: Told) -> Iterator[tuple[AccountName, Told]]:
    """Names of accounts, not closed, that share a key with a name. Raises `SealBroken`."""
    keys = blind_keys(context.blind_index, [told])
    shared = sa.select(AccountNameKey.name_id).where(AccountNameKey.key_blind.in_(keys))
    rows = (
        sa.select(AccountName)
        .join(Applicant, Applicant.id == AccountName.applicant_id)
        .where(AccountName.id.in_(shared), Applicant.closed_at.is_(None))
        .order_by(AccountName.onboarding_id)
    )
    for row in context.session.scalars(rows):
        yield row, _opened(context, row)


def forget_names(context: Context, which: sa.ColumnElement[bool]) -> list[UUID]:
    """Delete names of accounts with their keys; returns their ids."""
    ids = list(context.session.scalars(sa.select(AccountName.id).where(which)))
    if ids:
        context.session.execute(sa.delete(AccountNameKey).where(AccountNameKey.name_id.in_(ids)))
        context.session.execute(sa.delete(AccountName).where(AccountName.id.in_(ids)))
    return ids


def _opened(context: Context, row: AccountName) -> Told:
    owner = context.session.get_one(Applicant, row.applicant_id)
    return Told.unpacked(ACCOUNT_NAME.open(context.keyring, owner, row.id, row.sealed))

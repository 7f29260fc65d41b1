"""Customer service finds accounts: masked values, every look an event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Invalid
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from storage.blind_index import Indexed
from storage.context import Context

MAX_FOUND = 20


class SearchTooWide(Invalid):
    """Neither a phone number nor a name was given."""

    code = "search_too_wide"


@dataclass(frozen=True)
class SearchAccounts:
    """A whole phone number, or a whole name; the number counts where both are given."""

    phone: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class MaskedAccount:
    """An account whose phone number and name are masked; the newest onboarding's decision."""

    id: UUID
    phone: str
    name: str | None
    decision: Decision | None


def search_accounts(context: Context, command: SearchAccounts) -> list[MaskedAccount]:
    """At most `MAX_FOUND` accounts. Raises `SearchTooWide`."""
    require(context, Permission.ACCOUNT_SEARCH)
    found = list(context.session.scalars(_query(context, command).limit(MAX_FOUND)))
    record(context, Action.ACCOUNTS_SEARCHED, context.actor.id, found=len(found))
    for owner in found:
        record(context, Action.ACCOUNT_VIEWED, owner.id)
    decisions = _decisions(context, [owner.id for owner in found])
    return [_masked(context, owner, decisions.get(owner.id)) for owner in found]


def mask_phone(phone: str) -> str:
    """The first three and the last four digits."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """The family name's first character."""
    return name[0] + "*" * (len(name) - 1)


def _query(context: Context, command: SearchAccounts) -> sa.Select[Applicant]:
    if command.phone:
        blind = context.blind_index.of(Indexed.PHONE, command.phone)
        return sa.select(Applicant).where(Applicant.phone_blind == blind)
    if command.name:
        blind = context.blind_index.of(Indexed.NAME, command.name)
        return sa.select(Applicant).where(Applicant.name_blind == blind)
    raise SearchTooWide


def _decisions(context: Context, applicants: list[UUID]) -> dict[UUID, Decision | None]:
    """The decision of each applicant's newest onboarding."""
    query = (
        sa.select(Onboarding.applicant_id, Onboarding.decision)
        .where(Onboarding.applicant_id.in_(applicants))
        .order_by(Onboarding.started_at)
    )
    return dict(context.session.execute(query).tuples().all())


def _masked(context: Context, owner: Applicant, decision: Decision | None) -> MaskedAccount:
    phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    name = None
    if owner.name is not None:
        name = mask_name(NAME.open(context.keyring, owner, owner.id, owner.name).decode())
    return MaskedAccount(owner.id, mask_phone(phone), name, decision)

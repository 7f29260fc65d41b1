"""Customer service finds accounts: for a reason, a few at a time, masked, each time an event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.attempts import attempts_key, count_attempt
from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.persons import Person
from audit.writer import record
from core.errors import Invalid
from kyc.accounts.masking import mask_name, mask_phone
from kyc.accounts.models import AccessReason
from kyc.onboarding.models import Onboarding
from kyc.onboarding.repository import newest_onboarding
from kyc.onboarding.states import Decision
from kyc.policy import AccountsPolicy
from storage.blind_index import Indexed
from storage.context import Context
from storage.keyring import SealBroken

NOT_GIVEN = "not_given"  # of searches by the older route, which asks for no reason

log = structlog.get_logger()

DAMAGED = "***"  # in place of a value that no longer opens


class SearchTooWide(Invalid):
    """Nothing was given to search for."""

    code = "search_too_wide"


@dataclass(frozen=True)
class SearchAccounts:
    """Whole values, or their last four digits; all that are given must fit."""

    phone: str | None = None
    name: str | None = None
    credit_code: str | None = None
    phone_end: str | None = None
    number_end: str | None = None
    reason: AccessReason | None = None

    @property
    def by(self) -> list[str]:
        """What is searched by, without the values."""
        names = ("phone", "name", "credit_code", "phone_end", "number_end")
        return [name for name in names if getattr(self, name)]


@dataclass(frozen=True)
class MaskedAccount:
    """An account whose phone number and name are masked; the newest onboarding's decision."""

    id: UUID
    phone: str
    name: str | None
    decision: Decision | None


@dataclass(frozen=True)
class FoundAccounts:
    """A few accounts; `more` is whether others fit too."""

    accounts: tuple[MaskedAccount, ...]
    more: bool


def search_accounts(context: Context, command: SearchAccounts) -> FoundAccounts:
    """At most `max_found` accounts of the policy.

    Raises `SearchTooWide`, and `access.attempts.AttemptsUsed` for an agent who searched as often
    as an hour allows.
    """
    require(context, Permission.ACCOUNT_SEARCH)
    if not command.by:
        raise SearchTooWide
    rules = context.rules(AccountsPolicy)
    count_attempt(context, attempts_key(context, "searches", context.actor.id), rules.searches)
    query = sa.select(Applicant).where(*_conditions(context, command)).order_by(Applicant.id)
    found = list(context.session.scalars(query.limit(rules.max_found + 1)))
    shown, more = found[: rules.max_found], len(found) > rules.max_found
    record(
        context,
        Action.ACCOUNTS_SEARCHED,
        context.actor.id,
        found=len(shown),
        more=more,
        by=command.by,
        reason=command.reason or NOT_GIVEN,
        persons=[Person(owner.id, newest_onboarding(context, owner.id)) for owner in shown],
    )
    decisions = _decisions(context, [owner.id for owner in shown])
    masked = (_masked(context, owner, decisions.get(owner.id)) for owner in shown)
    return FoundAccounts(tuple(masked), more)


def _conditions(context: Context, command: SearchAccounts) -> list[sa.ColumnElement[bool]]:
    own = (
        (Applicant.phone_blind, Indexed.PHONE, command.phone),
        (Applicant.name_blind, Indexed.NAME, command.name),
        (Applicant.phone_end_blind, Indexed.PHONE_END, command.phone_end),
    )
    onboarded = (
        (Onboarding.code_blind, Indexed.CREDIT_CODE, command.credit_code),
        (Onboarding.number_end_blind, Indexed.NUMBER_END, command.number_end),
    )
    conditions: list[sa.ColumnElement[bool]] = [
        column == context.blind_index.of(what, value) for column, what, value in own if value
    ]
    conditions.append(Applicant.closed_at.is_(None))  # what is left of a closed account is locked
    for column, what, value in onboarded:
        if value:
            owners = sa.select(Onboarding.applicant_id).where(
                column == context.blind_index.of(what, value)
            )
            conditions.append(Applicant.id.in_(owners))
    return conditions


def _decisions(context: Context, applicants: list[UUID]) -> dict[UUID, Decision | None]:
    """The decision of each applicant's newest onboarding."""
    query = (
        sa.select(Onboarding.applicant_id, Onboarding.decision)
        .where(Onboarding.applicant_id.in_(applicants))
        .order_by(Onboarding.started_at)
    )
    return dict(context.session.execute(query).tuples().all())


def _masked(context: Context, owner: Applicant, decision: Decision | None) -> MaskedAccount:
    """A value that no longer opens is masked whole: it must not hide the other accounts."""
    phone, name = DAMAGED, None
    try:
        phone = mask_phone(PHONE.open(context.keyring, owner, owner.id, owner.phone).decode())
        if owner.name is not None:
            name = mask_name(NAME.open(context.keyring, owner, owner.id, owner.name).decode())
    except SealBroken:
        log.exception("account does not open", applicant=str(owner.id))
        what = SealBroken.__name__
        record(context, Action.RECORD_DAMAGED, owner.id, applicant_id=owner.id, what=what)
    return MaskedAccount(owner.id, phone, name, decision)

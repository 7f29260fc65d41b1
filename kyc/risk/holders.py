"""Who holds an identity number or a firm: one person has one account, and so has one firm.

Whoever decides, gives a verdict, applies or accepts takes the row of the number first, and that of
the firm after it, for the rest of the transaction. Of two that are decided at once the second
therefore sees what came of the first. The order of locks in a transaction is: onboarding, account,
offer, number, firm.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from core.reasons import Reason
from kyc.onboarding.in_force import newest_approved
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.risk.models import Firm, Identity
from storage.context import Context
from storage.database import insert_if_absent


class Held(StrEnum):
    """What two accounts must not hold both."""

    NUMBER = "number"
    FIRM = "firm"


class HolderState(StrEnum):
    """How far another account's onboarding came."""

    OPEN = "open"
    REVIEW = "review"
    APPROVED = "approved"


@dataclass(frozen=True)
class Holder:
    """An onboarding of another account with the same number or firm."""

    onboarding_id: UUID
    held: Held
    state: HolderState


def lock_person(context: Context, number_blind: str | None, code_blind: str | None = None) -> None:
    """Hold the rows of a number and of a firm until the transaction ends; None holds nothing."""
    if number_blind is not None:
        _hold(context, Identity, number_blind=number_blind)
    if code_blind is not None:
        _hold(context, Firm, code_blind=code_blind)


def _hold(context: Context, model: type[Identity] | type[Firm], **key: str) -> None:
    session = context.session
    if session.get(model, key, with_for_update=True) is None:
        insert_if_absent(session, model, **key, seen_at=context.now())
        session.get_one(model, key, with_for_update=True)


def other_holders(context: Context, onboarding: Onboarding) -> list[Holder]:
    """Onboardings of other accounts with this one's number or firm that are not over.

    Approved, in review, or still open. One is named once for each thing that it holds.
    """
    columns = ((Held.NUMBER, Onboarding.number_blind), (Held.FIRM, Onboarding.code_blind))
    return [
        Holder(other, held, HolderState.OPEN if decision is None else HolderState(decision))
        for held, column in columns
        if (value := _value(onboarding, held))
        for other, decision in context.session.execute(_others(context, onboarding, column, value))
    ]


def holder_reasons(context: Context, onboarding: Onboarding) -> list[Reason]:
    """`identity_known`, `licence_known`: what speaks against deciding without a person.

    An account that was approved with the number or firm is not held up by others that only try.
    """
    known = newest_approved(context, onboarding.applicant_id, besides=onboarding.id)
    approved = [] if known is None else [known.number_blind, known.code_blind]
    others = other_holders(context, onboarding)
    held = {
        other.held
        for other in others
        if other.state is HolderState.APPROVED or _value(onboarding, other.held) not in approved
    }
    return _reasons(held)


def approved_reasons(context: Context, onboarding: Onboarding) -> list[Reason]:
    """The same, of accounts that were approved alone: what speaks against a person's approval."""
    others = other_holders(context, onboarding)
    return _reasons({one.held for one in others if one.state is HolderState.APPROVED})


def _others(
    context: Context,
    onboarding: Onboarding,
    column: sa.orm.InstrumentedAttribute[str | None],
    value: str,
) -> sa.Select[UUID, Decision | None]:
    approved = Onboarding.decision == Decision.APPROVED
    waiting = sa.and_(
        Onboarding.decision == Decision.REVIEW, Onboarding.state == OnboardingState.DECIDED
    )
    open_now = sa.and_(
        Onboarding.state == OnboardingState.OPEN, Onboarding.expires_at > context.now()
    )
    return (
        sa.select(Onboarding.id, Onboarding.decision)
        .where(
            column == value,
            Onboarding.applicant_id != onboarding.applicant_id,
            sa.or_(approved, waiting, open_now),
        )
        .order_by(Onboarding.started_at)
    )


def _value(onboarding: Onboarding, held: Held) -> str | None:
    return onboarding.number_blind if held is Held.NUMBER else onboarding.code_blind


def _reasons(held: Collection[Held]) -> list[Reason]:
    reasons = {Held.NUMBER: Reason.IDENTITY_KNOWN, Held.FIRM: Reason.LICENCE_KNOWN}
    return [reason for what, reason in reasons.items() if what in held]

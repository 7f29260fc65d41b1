"""An agent is shown the values of an account: for a reason, after a step-up, each time an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from access.step_up import require_step_up
from audit.actions import Action
from audit.writer import record
from core.errors import NotFound
from core.ids import new_id
from kyc.accounts.models import UNMASKING_NOTE, AccessReason, Unmasking, UnmaskingBasis
from kyc.decision.facts import read_card, read_licence
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.onboarding.models import Onboarding
from kyc.onboarding.repository import newest_onboarding
from kyc.policy import AccountsPolicy
from kyc.verification.verify import is_caller_verified
from storage.context import Context


@dataclass(frozen=True)
class UnmaskAccount:
    """Whose account, and why: a code, and a sentence for later readers."""

    applicant_id: UUID
    reason: AccessReason
    note: str


@dataclass(frozen=True)
class UnmaskedAccount:
    """Values as the newest onboarding's documents say them; None or empty where they do not."""

    id: UUID
    phone: str
    name: str | None
    identity_number: str
    firm: str
    credit_code: str


def unmask_account(context: Context, command: UnmaskAccount) -> UnmaskedAccount:
    """The values of an account.

    Raises `NotFound`, `access.step_up.StepUpRequired`: a verified caller shows who is on the line,
    the second factor that it is the agent who looks.
    """
    require(context, Permission.ACCOUNT_UNMASK)
    owner = context.session.get(Applicant, command.applicant_id)
    if owner is None or owner.is_closed:
        raise NotFound
    require_step_up(context)
    basis = _basis(context, owner)
    row = Unmasking(
        id=new_id(),
        applicant_id=owner.id,
        staff_id=context.actor.uuid,
        reason=command.reason,
        basis=basis,
        at=context.now(),
    )
    row.note = UNMASKING_NOTE.seal(context.keyring, owner, row.id, command.note.encode())
    context.session.add(row)
    record(
        context,
        Action.ACCOUNT_UNMASKED,
        owner.id,
        onboarding_id=newest_onboarding(context, owner.id),
        applicant_id=owner.id,
        reason=command.reason,
        basis=basis,
        unmasking=str(row.id),
    )
    return _opened(context, owner)


def _basis(context: Context, owner: Applicant) -> UnmaskingBasis:
    """What shows that the owner is on the line: their voice, or the agent's word alone."""
    if is_caller_verified(context, owner.id, context.rules(AccountsPolicy).caller_min):
        return UnmaskingBasis.VOICE
    return UnmaskingBasis.STEP_UP


def _opened(context: Context, owner: Applicant) -> UnmaskedAccount:
    said = _facts(context, owner)
    kinds = (ID_CARD_FRONT, ID_CARD_BACK, LICENCE)
    front, back, licence = (said.get(kind.kind, {}) for kind in kinds)
    card, firm = read_card(front, back), read_licence(licence)
    name = owner.name and NAME.open(context.keyring, owner, owner.id, owner.name).decode()
    return UnmaskedAccount(
        id=owner.id,
        phone=PHONE.open(context.keyring, owner, owner.id, owner.phone).decode(),
        name=name or None,
        identity_number=card.number,
        firm=firm.name,
        credit_code=firm.code,
    )


def _facts(context: Context, owner: Applicant) -> Mapping[str, Mapping[str, str]]:
    """What the documents of the newest onboarding say, by kind."""
    newest = (
        sa.select(Onboarding.id)
        .where(Onboarding.applicant_id == owner.id)
        .order_by(Onboarding.started_at.desc())
        .limit(1)
    )
    onboarding_id = context.session.scalar(newest)
    if onboarding_id is None:
        return {}
    sent = current_evidence(context, onboarding_id)
    return {kind: open_facts(context, owner, evidence) for kind, evidence in sent.items()}

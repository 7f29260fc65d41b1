"""An owner looks at their own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from kyc.accounts.masking import mask_name, mask_phone
from kyc.onboarding.models import Onboarding
from privacy.kinds import ConsentKind
from privacy.models import Consent
from storage.context import Context


@dataclass(frozen=True)
class ConsentInForce:
    """A consent that was given and not withdrawn."""

    onboarding_id: UUID
    kind: ConsentKind
    version: str
    given_at: datetime


@dataclass(frozen=True)
class OwnAccount:
    """An account as its owner sees it: masked, because a token alone should read little."""

    id: UUID
    phone: str
    name: str | None
    created_at: datetime
    consents: tuple[ConsentInForce, ...]


def view_own_account(context: Context) -> OwnAccount:
    """The actor's own account. The export has everything, for a step of proof."""
    require(context, Permission.ACCOUNT_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid)
    phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    name = None
    if owner.name is not None:
        name = mask_name(NAME.open(context.keyring, owner, owner.id, owner.name).decode())
    return OwnAccount(owner.id, mask_phone(phone), name, owner.created_at, _consents(context))


def _consents(context: Context) -> tuple[ConsentInForce, ...]:
    query = (
        sa.select(Consent)
        .join(Onboarding, Onboarding.id == Consent.onboarding_id)
        .where(Onboarding.applicant_id == context.actor.uuid, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at)
    )
    return tuple(
        ConsentInForce(row.onboarding_id, row.kind, row.text_version, row.given_at)
        for row in context.session.scalars(query)
    )

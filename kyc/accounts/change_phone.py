"""An owner moves the account to another phone number."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from access.applicants import seal_phone
from access.authorisation import require
from access.codes import use_code
from access.models import Applicant
from access.permissions import Permission
from access.sessions import current, end_all
from access.states import EndReason
from access.tokens import Tokens, issue_tokens
from audit.actions import Action
from audit.writer import record
from core.actors import ActorKind
from core.errors import Conflict
from kyc.identity import require_standing
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import consume_verification, require_enrolled
from privacy.kinds import ConsentKind
from storage.context import Context


class PhoneTaken(Conflict):
    """The number has an account already."""

    code = "phone_taken"


@dataclass(frozen=True)
class ChangePhone:
    """The new number, the code that it shows, and the owner's verified voice."""

    attempt: str
    phone: str
    code: str
    verification_id: UUID | None


def change_phone(context: Context, command: ChangePhone) -> Tokens:
    """Move the account and sign every device out; returns tokens for this one.

    Raises `CodeWrong`, `VerifiedByPerson`, `OwnerUnverified`, `PhoneTaken`, and what
    `kyc.identity.IDENTITY_ERRORS` lists.
    """
    require(context, Permission.ACCOUNT_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    require_enrolled(context, owner.id)
    consents = (ConsentKind.TERMS, ConsentKind.BIOMETRIC)
    onboarding = require_standing(context, owner.id, consents=consents)
    blind = use_code(context, command.attempt, command.phone, command.code)
    consume_verification(context, command.verification_id, VerificationPurpose.PHONE)
    taken = sa.select(Applicant.id).where(Applicant.phone_blind == blind)
    if context.session.scalar(taken) is not None:
        raise PhoneTaken
    try:
        with context.session.begin_nested():
            seal_phone(context, owner, command.phone)
    except IntegrityError as error:  # somebody signed up with the number at the same moment
        raise PhoneTaken from error
    here = current(context)
    end_all(context, ActorKind.APPLICANT, owner.id, EndReason.PHONE_CHANGED, keep=here.id)
    record(context, Action.APPLICANT_PHONE_CHANGED, owner.id, onboarding_id=onboarding.id)
    return issue_tokens(context, here)

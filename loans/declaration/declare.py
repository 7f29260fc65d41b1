"""An owner declares an occupation and a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Invalid, Refused, TooMany
from core.ids import new_id
from core.reasons import Reason
from loans.applicants import borrower, made_lately
from loans.declaration.consistency import declaration_faults
from loans.models import Declaration
from loans.policy import LoanPolicy
from loans.profile.industry import industry_of
from storage.context import Context


class PurposeUnknown(Invalid):
    """Occupation or purpose is not on the list."""

    code = "purpose_unknown"


class PurposeForbidden(Refused):
    """The money may not go there."""

    code = Reason.PURPOSE_FORBIDDEN.value
    recorded = True


class DeclarationContradicted(Refused):
    """What was declared does not fit the licence."""

    code = "declaration_contradicts_profile"
    recorded = True


class DeclarationsUsed(TooMany):
    """No more declarations of this account for now."""

    code = "declarations_used"
    retry_after_s = 3600


@dataclass(frozen=True)
class Declare:
    """An occupation and a purpose of the policy's lists."""

    occupation: str
    purpose: str


def declare(context: Context, command: Declare) -> Declaration:
    """Keep a declaration that fits the profile.

    Raises what `loans.applicants.BORROWER_ERRORS` lists, `PurposeUnknown`, `DeclarationsUsed`, and,
    with an event that is kept, `PurposeForbidden` or `DeclarationContradicted`.
    """
    require(context, Permission.LOAN_MANAGE)
    policy, identity = context.rules(LoanPolicy), borrower(context)
    known = {*policy.purposes, *policy.forbidden_purposes}
    if command.purpose not in known or command.occupation not in policy.industries:
        raise PurposeUnknown
    if made_lately(context, Declaration) >= policy.max_declarations:
        raise DeclarationsUsed
    declared: dict[str, Any] = {"occupation": command.occupation, "purpose": command.purpose}
    industry = industry_of(identity.business_name, identity.scope, policy.industries)
    faults = declaration_faults(command.occupation, command.purpose, industry, policy)
    if faults:
        record(
            context,
            Action.DECLARATION_REFUSED,
            context.actor.id,
            onboarding_id=identity.onboarding_id,
            faults=faults,
            **declared,
        )
        context.commit()
        forbidden = Reason.PURPOSE_FORBIDDEN in faults
        raise PurposeForbidden if forbidden else DeclarationContradicted
    declaration = Declaration(
        id=new_id(), applicant_id=context.actor.uuid, made_at=context.now(), **declared
    )
    context.session.add(declaration)
    record(
        context,
        Action.DECLARATION_MADE,
        declaration.id,
        onboarding_id=identity.onboarding_id,
        **declared,
    )
    return declaration

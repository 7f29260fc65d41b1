"""An owner declares what they do, what the money is for, and promises it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import BusinessError, Conflict, Invalid, Refused, TooMany
from core.ids import new_id
from core.money import Fen, yuan
from core.reasons import Reason
from kyc.identity import VerifiedIdentity
from loans.applicants import BORROWER_ERRORS, AmountOutsideLimits, borrower, declared_lately
from loans.codes import Role, industries, occupations
from loans.declaration.consistency import compare
from loans.declaration.evidence import Comparison, Stated
from loans.declaration.known import shown_by
from loans.declaration.promise import LANGUAGES, Promise, promise, promise_of
from loans.models import (
    PAYEE_ACCOUNT,
    PAYEE_NAME,
    PURPOSE_TEXT,
    Declaration,
    DeclaredPayee,
)
from loans.policy import LoanPolicy
from loans.terms.product import Product
from storage.context import Context

OTHER = "other"  # the purpose that is told in words


class PurposeUnknown(Invalid):
    """The purpose is not on the list."""

    code = "purpose_unknown"


class PurposeUntold(Invalid):
    """The purpose is another one than those of the list, and no words tell which."""

    code = "purpose_untold"


class OccupationUnknown(Invalid):
    """The occupation is not on the list."""

    code = "occupation_unknown"


class IndustryUnknown(Invalid):
    """The industry is not on the list."""

    code = "industry_unknown"


class PayeesTooMany(Invalid):
    """More payees than one declaration holds."""

    code = "payees_too_many"


class PromiseOutdated(Conflict):
    """Another text of the promise is in force: the owner has to read that one."""

    code = "promise_outdated"


class PurposeForbidden(Refused):
    """The money may not go there."""

    code = Reason.PURPOSE_FORBIDDEN.value
    recorded = True


class DeclarationsUsed(TooMany):
    """No more declarations of this account for now."""

    code = "declarations_used"
    retry_after_s = 3600


# What `declare` raises, for the route that declares it.
DECLARATION_ERRORS: tuple[type[BusinessError], ...] = (
    *BORROWER_ERRORS,
    PurposeUnknown,
    PurposeUntold,
    OccupationUnknown,
    IndustryUnknown,
    PayeesTooMany,
    AmountOutsideLimits,
    PromiseOutdated,
    PurposeForbidden,
    DeclarationsUsed,
)


@dataclass(frozen=True)
class Payee:
    """Whom the money is to be paid to; the account may be unknown yet."""

    name: str
    account: str | None = None


@dataclass(frozen=True)
class Declare:
    """What an owner declares.

    `occupation` is a middle class of GB/T 6565-2015, `industry` a division of GB/T 4754-2017,
    `purpose` a code of the policy, told in `purpose_text` where it is `other`. `promise_version`
    and `promise_sha256` name the text that the owner was shown and agreed to.
    """

    occupation: str
    role: Role
    industry: str
    purpose: str
    amount_fen: int
    tenor_months: int
    promise_version: str
    promise_sha256: str
    purpose_text: str = ""
    payees: tuple[Payee, ...] = ()


@dataclass(frozen=True)
class Purposes:
    """What may be declared, by the policy in force, and the promise in each language.

    `products` names those that are for each purpose, the one that is lent without a choice first.
    """

    products: Mapping[str, tuple[Product, ...]]
    promises: tuple[Promise, ...]


def purposes(context: Context) -> Purposes:
    """Purposes that a loan may have, and the promise that a declaration needs."""
    require(context, Permission.LOAN_READ)
    policy = context.rules(LoanPolicy)
    version = policy.declared.promise
    by_purpose = {
        purpose: tuple(one for one in policy.products if purpose in one.purposes)
        for purpose in policy.purposes
    }
    ordered = {
        purpose: tuple(sorted(found, key=lambda one: one.on_request))
        for purpose, found in by_purpose.items()
    }
    return Purposes(ordered, tuple(promise(version, one) for one in LANGUAGES))


def products(context: Context) -> tuple[Product, ...]:
    """What is lent, by the policy in force."""
    require(context, Permission.LOAN_READ)
    return context.rules(LoanPolicy).products


def declare(context: Context, command: Declare) -> Declaration:
    """Keep what an owner declares, with what speaks against it.

    What differs from the licence, or speaks of another use, is a finding for the decision on the
    application, and refuses nobody.

    Raises what `DECLARATION_ERRORS` lists: `PurposeForbidden` with an event that is kept.
    """
    require(context, Permission.LOAN_MANAGE)
    policy, identity = context.rules(LoanPolicy), borrower(context)
    promised = _require_valid(command, policy)
    if declared_lately(context) >= policy.max_declarations:
        raise DeclarationsUsed
    if command.purpose in policy.forbidden_purposes:
        _record(context, Action.DECLARATION_REFUSED, context.actor.id, identity, command)
        context.commit()
        raise PurposeForbidden
    comparison = _compared(context, command, identity, policy)
    declaration = _declaration(context, command, comparison, promised)
    context.session.add(declaration)
    context.session.flush()
    _keep_sealed(context, declaration, command)
    _record(
        context,
        Action.DECLARATION_MADE,
        declaration.id,
        identity,
        command,
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
        payees=len(command.payees),
        promise=promised.sha256,
        consistency=comparison.consistency,
        evidence=[one.value() for one in comparison.evidence],
    )
    return declaration


def _require_valid(command: Declare, policy: LoanPolicy) -> Promise:
    """Everything that the policy and the standards say of a declaration; its promise."""
    if command.purpose not in {*policy.purposes, *policy.forbidden_purposes}:
        raise PurposeUnknown
    if command.purpose == OTHER and not command.purpose_text.strip():
        raise PurposeUntold
    if command.occupation not in occupations().choices:
        raise OccupationUnknown
    if command.industry not in industries().choices:
        raise IndustryUnknown
    if len(command.payees) > policy.declared.max_payees:
        raise PayeesTooMany
    if command.purpose in policy.purposes:
        _require_lent(command, policy)
    promised = None
    if command.promise_version == policy.declared.promise:
        promised = promise_of(command.promise_version, command.promise_sha256)
    if promised is None:
        raise PromiseOutdated
    return promised


def _require_lent(command: Declare, policy: LoanPolicy) -> None:
    """Whether some product for the purpose has the amount and the tenor."""
    fitting = [one for one in policy.products if command.purpose in one.purposes]
    for product in fitting:
        within = product.min_fen <= command.amount_fen <= product.max_fen
        if within and command.tenor_months in product.tenors:
            return
    tenors = sorted({tenor for product in fitting for tenor in product.tenors})
    raise AmountOutsideLimits(
        min_yuan=yuan(min(product.min_fen for product in fitting)),
        max_yuan=yuan(max(product.max_fen for product in fitting)),
        tenors=" / ".join(map(str, tenors)),
    )


def _compared(
    context: Context, command: Declare, identity: VerifiedIdentity, policy: LoanPolicy
) -> Comparison:
    stated = Stated(
        role=command.role,
        industry=command.industry,
        purpose=command.purpose,
        purpose_text=command.purpose_text,
        amount_fen=command.amount_fen,
        payees=tuple(payee.name for payee in command.payees),
    )
    return compare(stated, shown_by(context, identity), policy)


def _declaration(
    context: Context, command: Declare, comparison: Comparison, promised: Promise
) -> Declaration:
    return Declaration(
        id=new_id(),
        applicant_id=context.actor.uuid,
        occupation=command.occupation,
        role=command.role,
        industry=command.industry,
        purpose=command.purpose,
        amount_fen=Fen(command.amount_fen),
        tenor_months=command.tenor_months,
        consistency=comparison.consistency,
        evidence=[one.value() for one in comparison.evidence],
        promise_version=promised.version,
        promise_language=promised.language,
        promise_sha256=promised.sha256,
        device=context.origin.device or None,
        made_at=context.now(),
    )


def _keep_sealed(context: Context, declaration: Declaration, command: Declare) -> None:
    """What may name people: the purpose in words, and the payees."""
    owner = context.session.get_one(Applicant, declaration.applicant_id)
    keyring = context.keyring
    if command.purpose_text:
        text = command.purpose_text.encode()
        declaration.purpose_text = PURPOSE_TEXT.seal(keyring, owner, declaration.id, text)
    for payee in command.payees:
        row = new_id()
        account = payee.account
        sealed = (
            None if account is None else PAYEE_ACCOUNT.seal(keyring, owner, row, account.encode())
        )
        context.session.add(
            DeclaredPayee(
                id=row,
                declaration_id=declaration.id,
                name=PAYEE_NAME.seal(keyring, owner, row, payee.name.encode()),
                account=sealed,
            )
        )


def _record(
    context: Context,
    action: Action,
    subject: UUID | str,
    identity: VerifiedIdentity,
    command: Declare,
    **values: Any,
) -> None:
    record(
        context,
        action,
        subject,
        onboarding_id=identity.onboarding_id,
        occupation=command.occupation,
        role=command.role,
        industry=command.industry,
        purpose=command.purpose,
        **values,
    )

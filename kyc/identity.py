"""Who is this applicant, and may they go on? What every step after the decision asks again.

A decision is not trusted twice: since it was made, consents may have been withdrawn, the person or
the firm listed, or a later onboarding declined. `require_standing` checks it all, each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.clock import full_years
from core.errors import BusinessError, Conflict, NotFound, Refused
from core.reasons import Reason
from kyc.decision.facts import read_card, read_licence
from kyc.decision.models import PolicyRecord
from kyc.decision.named import name_onboarding
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.lists.matching import is_listed
from kyc.lists.naming import account_names
from kyc.onboarding import in_force
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import OnboardingPolicy
from kyc.risk import holders
from privacy.consents import ConsentMissing, require_consents
from privacy.kinds import ConsentKind
from storage.context import Context


class IdentityNotVerified(Refused):
    """The account has no approved onboarding, or one whose identity number was not read."""

    code = "identity_not_verified"


class IdentityInReview(Conflict):
    """A person looks at the account's newest onboarding."""

    code = "identity_in_review"


class IdentityDeclined(Refused):
    """The account's newest onboarding was declined."""

    code = "identity_declined"


class NotServed(Refused):
    """The person or the firm is on a list; the code does not say so."""

    code = "not_served"


class AgeOutsideLimits(Refused):
    """The person is too young or too old to borrow today."""

    code = Reason.AGE_OUTSIDE_LIMITS.value


# What `require_identity` raises, for the routes that declare it.
IDENTITY_ERRORS: tuple[type[BusinessError], ...] = (
    IdentityNotVerified,
    IdentityInReview,
    IdentityDeclined,
    ConsentMissing,
    NotServed,
)


@dataclass(frozen=True)
class VerifiedIdentity:
    """An approved applicant and their business, as the documents of one onboarding say it.

    `number_blind` is the person over all accounts, `code_blind` the firm; `birth` is None where the
    number says none.
    """

    applicant_id: UUID
    onboarding_id: UUID
    number_blind: str
    code_blind: str | None
    name: str
    number: str
    birth: date | None
    business_name: str
    credit_code: str
    business_type: str
    scope: str
    founded: date | None


@dataclass(frozen=True)
class Standing:
    """By which onboarding somebody is served now, and who they are over all accounts."""

    onboarding_id: UUID
    number_blind: str


def standing_of(
    context: Context, applicant_id: UUID, *, consents: tuple[ConsentKind, ...]
) -> Standing:
    """The identity in force of an account, unopened: what needs no name opens none.

    Raises what `require_standing` raises.
    """
    onboarding = require_standing(context, applicant_id, consents=consents)
    return Standing(onboarding.id, onboarding.number_blind or "")


def require_identity(
    context: Context, applicant_id: UUID, *, consents: tuple[ConsentKind, ...]
) -> VerifiedIdentity:
    """The identity in force of an account, opened, if nothing speaks against serving it now.

    Opening what the documents say is an event. Raises what `require_standing` raises.
    """
    onboarding = require_standing(context, applicant_id, consents=consents)
    return _read(context, onboarding, purpose="loan")


def opened_identity(
    context: Context, onboarding_id: UUID | None, *, purpose: str
) -> VerifiedIdentity:
    """What the documents of an onboarding say, whatever became of it since; an event.

    Raises `core.errors.NotFound`.
    """
    onboarding = context.session.get(Onboarding, onboarding_id)
    if onboarding is None:
        raise NotFound
    return _read(context, onboarding, purpose=purpose)


def require_standing(
    context: Context, applicant_id: UUID, *, consents: tuple[ConsentKind, ...]
) -> Onboarding:
    """The onboarding in force of an account, if nothing speaks against serving it now.

    `consents` are those that the step needs. Call it under the account's lock.

    Raises `IdentityNotVerified`, `IdentityInReview`, `IdentityDeclined`, `ConsentMissing`,
    `NotServed`.
    """
    latest = in_force.latest_decided(context, applicant_id)
    if latest is None or not _was_approved(context, latest):
        raise IdentityNotVerified
    if latest.state == OnboardingState.WITHDRAWN:
        raise ConsentMissing
    if latest.decision == Decision.REVIEW:
        raise IdentityInReview
    if latest.decision == Decision.DECLINED:
        raise IdentityDeclined
    if latest.number_blind is None:
        raise IdentityNotVerified
    require_consents(context, latest.id, consents)
    told = account_names(context, latest.id)
    if is_listed(context, latest.number_blind, latest.code_blind, told):
        raise NotServed
    return latest


def _was_approved(context: Context, latest: Onboarding) -> bool:
    """Whether an account has an identity at all, by its latest decision or an earlier one."""
    if latest.decision == Decision.APPROVED:
        return True
    return in_force.newest_approved(context, latest.applicant_id) is not None


def business_of(context: Context, applicant_id: UUID) -> str | None:
    """Which business an account has now, to be compared only; None before the first approval.

    It is the same for each onboarding that showed the same credit code.
    """
    approved = in_force.newest_approved(context, applicant_id)
    return None if approved is None else approved.code_blind or str(approved.id)


def keep_names(context: Context, onboarding_id: UUID) -> None:
    """See that lists can be asked about the names of an onboarding. Raises `SealBroken`."""
    name_onboarding(context, context.session.get_one(Onboarding, onboarding_id))


def require_age(context: Context, identity: VerifiedIdentity) -> None:
    """Raises `AgeOutsideLimits` unless the person may borrow today, in China."""
    rules = context.rules(OnboardingPolicy)
    age = None if identity.birth is None else full_years(identity.birth, context.today())
    if age is None or not rules.min_age <= age <= rules.max_age:
        raise AgeOutsideLimits


def lock_person(context: Context, identity: VerifiedIdentity | Standing) -> None:
    """Hold the person over all accounts until the transaction ends."""
    holders.lock_person(context, identity.number_blind)


def onboardings_of_person(identity: VerifiedIdentity | Standing) -> sa.Select[UUID]:
    """Query of the ids of all onboardings with the person's number, of whichever account."""
    return sa.select(Onboarding.id).where(Onboarding.number_blind == identity.number_blind)


def onboardings_of_firm(identity: VerifiedIdentity) -> sa.Select[UUID]:
    """Query of the ids of all onboardings with the firm's code, of whichever account."""
    return sa.select(Onboarding.id).where(Onboarding.code_blind == identity.code_blind)


def policy_text(context: Context, version: str) -> str:
    """The text of a policy by which decisions were made. Raises `core.errors.NotFound`."""
    kept = context.session.get(PolicyRecord, version)
    if kept is None:
        raise NotFound
    return kept.content


def is_superseded(onboarding_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the account of an onboarding has a later final decision, as a condition in SQL."""
    return in_force.is_superseded(onboarding_id)


def _read(context: Context, onboarding: Onboarding, *, purpose: str) -> VerifiedIdentity:
    """What the documents of an onboarding say."""
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    evidence = current_evidence(context, onboarding.id)
    front, back, sheet = (
        open_facts(context, owner, evidence[kind.kind])
        for kind in (ID_CARD_FRONT, ID_CARD_BACK, LICENCE)
    )
    record(
        context,
        Action.FACTS_UNSEALED,
        onboarding.id,
        onboarding_id=onboarding.id,
        applicant_id=owner.id,
        purpose=purpose,
    )
    card, licence = read_card(front, back), read_licence(sheet)
    return VerifiedIdentity(
        applicant_id=onboarding.applicant_id,
        onboarding_id=onboarding.id,
        number_blind=onboarding.number_blind or "",
        code_blind=onboarding.code_blind,
        name=card.name,
        number=card.number,
        birth=None if card.identity is None else card.identity.birth,
        business_name=licence.name,
        credit_code=licence.code,
        business_type=licence.business_type,
        scope=licence.scope,
        founded=licence.founded,
    )

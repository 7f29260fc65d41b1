"""An owner consents for an onboarding, and may withdraw at any time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from core.errors import NotFound
from kyc.evidence import types
from kyc.evidence.models import Evidence, Upload
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.onboarding import destruction
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding, own_onboarding
from kyc.onboarding.states import ONBOARDING, Decision, OnboardingState
from privacy import consents
from privacy.consents import ConsentMissing
from privacy.destruction import destroy_keys_now
from privacy.kinds import ConsentKind
from privacy.models import Consent, DestructionCause
from privacy.registry import WITHDRAWALS
from storage.context import Context
from storage.keys.names import KeyPurpose


@dataclass(frozen=True)
class GiveConsent:
    """A consent to one version of a text."""

    onboarding_id: UUID
    kind: ConsentKind
    version: str


def give_consent(context: Context, command: GiveConsent) -> Consent:
    """Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `ConsentOutdated`."""
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, command.onboarding_id)
    if command.kind is ConsentKind.BIOMETRIC:
        # After a withdrawal: the old key goes before there is a new one.
        destroy_keys_now(context, onboarding.applicant_id, KeyPurpose.BIOMETRICS)
        context.keyring.create(onboarding.applicant_id, KeyPurpose.BIOMETRICS)
    return consents.give(context, onboarding.id, command.kind, command.version)


def withdraw_consent(context: Context, onboarding_id: UUID, kind: ConsentKind) -> None:
    """End a consent, and with it everything that it allowed.

    The biometric consent is the person's: it ends for every onboarding of the account, and with it
    go templates, videos, recordings, those of calls too. The terms are an onboarding's: it ends,
    and what was not decided never will be. What was decided stays on record.

    Raises `NotFound` where no such consent is in force.
    """
    require(context, Permission.ONBOARDING_OWN)
    onboarding = own_onboarding(context, onboarding_id, lock=True)
    consents.withdraw(context, onboarding.id, kind)
    if kind is ConsentKind.BIOMETRIC:
        for other in with_consent_in_force(context, onboarding.applicant_id, kind):
            consents.withdraw(context, other, kind)


def withdraw_everything(context: Context, applicant_id: UUID) -> None:
    """End every consent of an account that is closed, as its owner could have one by one."""
    for kind in (ConsentKind.BIOMETRIC, ConsentKind.TERMS):
        for onboarding_id in with_consent_in_force(context, applicant_id, kind):
            consents.withdraw(context, onboarding_id, kind, applicant_id)


def with_consent_in_force(
    context: Context, applicant_id: UUID, kind: ConsentKind
) -> tuple[UUID, ...]:
    """The onboardings of an account for which a consent is in force."""
    query = (
        sa.select(Consent.onboarding_id)
        .join(Onboarding, Onboarding.id == Consent.onboarding_id)
        .where(
            Onboarding.applicant_id == applicant_id,
            Consent.kind == kind,
            Consent.withdrawn_at.is_(None),
        )
        .distinct()
    )
    return tuple(context.session.scalars(query))


def require_account_consent(context: Context, applicant_id: UUID, kind: ConsentKind) -> None:
    """Raises `ConsentMissing` for an account that withdrew a consent for every onboarding."""
    if with_consent_in_force(context, applicant_id, kind):
        return
    ever = (
        sa.select(Consent.id)
        .join(Onboarding, Onboarding.id == Consent.onboarding_id)
        .where(Onboarding.applicant_id == applicant_id, Consent.kind == kind)
    )
    if context.session.scalar(ever.limit(1)) is not None:
        raise ConsentMissing


def _end_biometrics(context: Context, onboarding_id: UUID) -> None:
    """Destroy what was made of the body; what was not decided on must be sent again.

    The front of the card too, whose portrait is a template, unless a person was asked, who needs
    none: their case goes on.
    """
    onboarding = context.session.get_one(Onboarding, onboarding_id)
    kinds, by_person = types.kinds_with_consent(ConsentKind.BIOMETRIC), onboarding.person_asked_at
    _supersede(context, onboarding, kinds if by_person else (*kinds, types.ID_CARD_FRONT.kind))
    left = with_consent_in_force(context, onboarding.applicant_id, ConsentKind.BIOMETRIC)
    purposes = () if left else (KeyPurpose.BIOMETRICS,)
    cause = DestructionCause.CONSENT_WITHDRAWN
    destruction.destroy_biometrics(context, onboarding, cause, purposes)
    if onboarding.decision == Decision.REVIEW and by_person is None:
        _end(onboarding)  # nothing is left for a person to decide on


def _end_onboarding(context: Context, onboarding_id: UUID) -> None:
    """End an onboarding whose terms are no longer agreed to, its biometrics too."""
    onboarding = context.session.get_one(Onboarding, onboarding_id)
    _supersede(context, onboarding, types.kinds_with_consent(ConsentKind.TERMS))
    if onboarding.decision not in (Decision.APPROVED, Decision.DECLINED):
        destruction.destroy_documents(context, onboarding, DestructionCause.CONSENT_WITHDRAWN)
    _end(onboarding)
    try:
        consents.withdraw(context, onboarding_id, ConsentKind.BIOMETRIC, onboarding.applicant_id)
    except NotFound:
        return  # it was not given, or had ended before


def _end(onboarding: Onboarding) -> None:
    if ONBOARDING.may_move(onboarding, OnboardingState.WITHDRAWN):
        ONBOARDING.move(onboarding, OnboardingState.WITHDRAWN)


def _supersede(context: Context, onboarding: Onboarding, kinds: tuple[str, ...]) -> None:
    """Set aside what was sent and not decided on, finished or not; its analyses are dropped."""
    if onboarding.decision not in (Decision.APPROVED, Decision.DECLINED):
        sent = sa.select(Evidence).where(
            Evidence.onboarding_id == onboarding.id, Evidence.kind.in_(kinds)
        )
        for evidence in context.session.scalars(sent):
            if EVIDENCE.may_move(evidence, EvidenceState.SUPERSEDED):
                EVIDENCE.move(evidence, EvidenceState.SUPERSEDED)
    unfinished = sa.select(Upload).where(
        Upload.onboarding_id == onboarding.id, Upload.kind.in_(kinds)
    )
    uploads = context.session.scalars(unfinished).all()
    destruction.destroy_uploads(context, uploads, DestructionCause.CONSENT_WITHDRAWN)


WITHDRAWALS.register(ConsentKind.BIOMETRIC, _end_biometrics)
WITHDRAWALS.register(ConsentKind.TERMS, _end_onboarding)

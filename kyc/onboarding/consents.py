"""An owner consents for an onboarding, and may withdraw at any time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from kyc.evidence import types
from kyc.evidence.models import Evidence, Template, Upload
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.onboarding.chunks import abandon
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding, own_onboarding
from kyc.onboarding.states import OnboardingState
from privacy import consents
from privacy.kinds import ConsentKind
from privacy.models import Consent
from privacy.registry import WITHDRAWALS
from storage.context import Context


@dataclass(frozen=True)
class GiveConsent:
    """A consent to one version of a text."""

    onboarding_id: UUID
    kind: ConsentKind
    version: str


def give_consent(context: Context, command: GiveConsent) -> Consent:
    """Raises `NotFound`, `OnboardingClosed`, `privacy.consents.ConsentOutdated`."""
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, command.onboarding_id)
    return consents.give(context, onboarding.id, command.kind, command.version)


def withdraw_consent(context: Context, onboarding_id: UUID, kind: ConsentKind) -> None:
    """End a consent. With the biometric one go all templates, and evidence not yet decided on.

    What was decided stays decided; the log keeps that it was, without the templates.
    Raises `NotFound` where no such consent is in force.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = own_onboarding(context, onboarding_id, lock=True)
    consents.withdraw(context, onboarding.id, kind)


def _forget_biometrics(context: Context, onboarding_id: UUID) -> None:
    session = context.session
    undecided = session.get_one(Onboarding, onboarding_id).state != OnboardingState.DECIDED
    biometric = types.kinds_with_consent(ConsentKind.BIOMETRIC)
    sent = sa.select(Evidence).where(Evidence.onboarding_id == onboarding_id)
    for evidence in session.scalars(sent):
        session.execute(sa.delete(Template).where(Template.evidence_id == evidence.id))
        usable = EVIDENCE.may_move(evidence, EvidenceState.SUPERSEDED)
        if undecided and usable and evidence.kind in biometric:
            EVIDENCE.move(evidence, EvidenceState.SUPERSEDED)
    unfinished = sa.select(Upload).where(
        Upload.onboarding_id == onboarding_id, Upload.kind.in_(biometric)
    )
    for upload in session.scalars(unfinished):
        abandon(context, upload)


WITHDRAWALS.register(ConsentKind.BIOMETRIC, _forget_biometrics)

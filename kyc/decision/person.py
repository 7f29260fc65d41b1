"""An owner asks for a person instead of face and voice, and may go back to the camera.

The way beside face recognition that the law wants: PIPL, articles 16 and 24, and article 10 of the
measures on face recognition of 2025 (人脸识别技术应用安全管理办法). Papers are checked as for
anybody; a person decides. What was sent of face and voice before stays, and speaks for or against
its owner.
"""

from __future__ import annotations

from uuid import UUID

import kyc.onboarding.consents  # noqa: F401 (what it registers is done before)
from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from kyc.decision.record import conclude
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding
from kyc.onboarding.states import OnboardingState
from privacy.consents import require_consent
from privacy.kinds import ConsentKind
from privacy.registry import WITHDRAWALS
from storage.context import Context


def ask_person(context: Context, onboarding_id: UUID) -> Onboarding:
    """Have a person decide without face and voice, at once where all papers are there.

    Asking again changes nothing. Raises `NotFound`, `OnboardingClosed`, `ConsentMissing` without
    the terms.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, onboarding_id)
    require_consent(context, onboarding.id, ConsentKind.TERMS)
    if onboarding.person_asked_at is None:
        onboarding.person_asked_at = context.now()
        record(context, Action.PERSON_ASKED, onboarding.id, onboarding_id=onboarding.id)
        _conclude(context, onboarding)
    return onboarding


def choose_camera(context: Context, onboarding_id: UUID) -> Onboarding:
    """Go back to face and voice, as long as nothing is decided.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing` without the terms.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, onboarding_id)
    if onboarding.person_asked_at is not None:
        onboarding.person_asked_at = None
        record(context, Action.CAMERA_CHOSEN, onboarding.id, onboarding_id=onboarding.id)
    return onboarding


def _conclude_on_papers(context: Context, onboarding_id: UUID) -> None:
    """Decide when a withdrawal set aside the last thing that was waited for."""
    onboarding = context.session.get_one(Onboarding, onboarding_id)
    asked = onboarding.person_asked_at is not None
    if asked and onboarding.state == OnboardingState.OPEN:
        _conclude(context, onboarding)


def _conclude(context: Context, onboarding: Onboarding) -> None:
    context.session.flush()
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    conclude(context, onboarding, owner)


WITHDRAWALS.register(ConsentKind.BIOMETRIC, _conclude_on_papers)

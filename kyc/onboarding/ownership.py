"""An applicant's own onboarding; somebody else's is as absent as one that never was."""

from __future__ import annotations

from uuid import UUID

from access.sessions import is_open_to
from core.errors import Conflict, NotFound
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import OnboardingState
from privacy.consents import ConsentMissing
from storage.context import Context


class OnboardingClosed(Conflict):
    """The onboarding was decided, or its time is over."""

    code = "onboarding_closed"


def own_onboarding(context: Context, onboarding_id: UUID, *, lock: bool = False) -> Onboarding:
    """The onboarding, if it is the actor's, and the one of a session that is for one alone.

    Raises `NotFound`.
    """
    onboarding = context.session.get(Onboarding, onboarding_id, with_for_update=lock)
    if onboarding is None or str(onboarding.applicant_id) != context.actor.id:
        raise NotFound
    if not is_open_to(context, onboarding.id):
        raise NotFound
    return onboarding


def open_onboarding(context: Context, onboarding_id: UUID) -> Onboarding:
    """The actor's own, locked, while it takes evidence.

    Raises `NotFound`, `ConsentMissing` where the terms were withdrawn, `OnboardingClosed`.
    """
    onboarding = own_onboarding(context, onboarding_id, lock=True)
    if onboarding.state == OnboardingState.WITHDRAWN:
        raise ConsentMissing
    if onboarding.state != OnboardingState.OPEN or onboarding.expires_at <= context.now():
        raise OnboardingClosed
    return onboarding

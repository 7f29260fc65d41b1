"""What an onboarding needs: all that the policy names, or papers alone where a person was asked."""

from __future__ import annotations

from kyc.evidence.types import kinds_with_consent
from kyc.onboarding.models import Onboarding
from kyc.policy import OnboardingPolicy
from privacy.kinds import ConsentKind
from storage.context import Context


def required_kinds(context: Context, onboarding: Onboarding) -> tuple[str, ...]:
    """The kinds of evidence that have to be there before it is decided, in the policy's order.

    Whoever asked for a person need not give face or voice (PIPL, articles 16 and 29).
    """
    required = context.rules(OnboardingPolicy).required
    if onboarding.person_asked_at is None:
        return required
    waived = kinds_with_consent(ConsentKind.BIOMETRIC)
    return tuple(kind for kind in required if kind not in waived)

"""What may become of an onboarding."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class OnboardingState(StrEnum):
    """Whether it takes evidence."""

    OPEN = "open"
    DECIDED = "decided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the owner withdrew what it needs; a decision before stays on record


class Decision(StrEnum):
    """What was decided: by the policy, and after `REVIEW` by people."""

    APPROVED = "approved"
    REVIEW = "review"
    DECLINED = "declined"


ONBOARDING = Transitions(
    first=(OnboardingState.OPEN,),
    steps={
        OnboardingState.OPEN: (
            OnboardingState.DECIDED,
            OnboardingState.EXPIRED,
            OnboardingState.WITHDRAWN,
        ),
        OnboardingState.DECIDED: (OnboardingState.WITHDRAWN,),
        OnboardingState.EXPIRED: (),
        OnboardingState.WITHDRAWN: (),
    },
)
DECISION = Transitions(
    first=(Decision.APPROVED, Decision.REVIEW, Decision.DECLINED),
    steps={
        Decision.APPROVED: (),
        Decision.REVIEW: (Decision.APPROVED, Decision.DECLINED),
        Decision.DECLINED: (),
    },
    attribute="decision",
)

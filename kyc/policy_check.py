"""Whether a policy fits what is registered: it is checked once, before anybody is served."""

from __future__ import annotations

from core.policy import Policy, PolicyInvalid
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.types import TYPES
from kyc.policy import OnboardingPolicy
from privacy.kinds import ConsentKind
from privacy.policy import ConsentPolicy


def check_policy(policy: Policy) -> None:
    """Raises `PolicyInvalid` for a kind that the policy names and nobody knows, or the reverse."""
    rules = policy.section(OnboardingPolicy)
    kinds = {kind.kind for kind in TYPES.all()}
    _require_known("onboarding.required", set(rules.required), kinds)
    _require_known("onboarding.attempts", set(rules.attempts), kinds)
    _require_all("onboarding.attempts", kinds, set(rules.attempts))
    _require_all("onboarding.max_challenges", set(ChallengeKind), set(rules.max_challenges))
    _require_all("consent.versions", set(ConsentKind), set(policy.section(ConsentPolicy).versions))


def _require_known(where: str, named: set[str], known: set[str]) -> None:
    if unknown := named - known:
        raise PolicyInvalid(f"{where}: {min(unknown)} is no kind that is registered")


def _require_all(where: str, needed: set[str], named: set[str]) -> None:
    if missing := needed - named:
        raise PolicyInvalid(f"{where}: {min(missing)} is missing")

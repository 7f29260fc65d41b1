"""A declaration compared with the profile, pure."""

from __future__ import annotations

from core.reasons import Reason
from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN


def declaration_faults(
    occupation: str, purpose: str, industry: str, policy: LoanPolicy
) -> list[Reason]:
    """What speaks against a declaration of somebody whose licence shows an industry.

    `purpose_forbidden`, `occupation_contradicts_profile`, `purpose_contradicts_profile`.
    """
    if purpose in policy.forbidden_purposes:
        return [Reason.PURPOSE_FORBIDDEN]
    faults = []
    if industry not in {occupation, UNKNOWN}:
        faults.append(Reason.OCCUPATION_CONTRADICTS_PROFILE)
    fitting = policy.purposes[purpose]
    if fitting and industry not in {*fitting, UNKNOWN}:
        faults.append(Reason.PURPOSE_CONTRADICTS_PROFILE)
    return faults

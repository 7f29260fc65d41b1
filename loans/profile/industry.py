"""What an applicant's licence shows of their business, against what they declare."""

from __future__ import annotations

from kyc.identity import VerifiedIdentity
from loans.policy import LoanPolicy

UNKNOWN = "unknown"


def industry_of(identity: VerifiedIdentity, policy: LoanPolicy) -> str:
    """The industry whose words come first in the name, then in the scope; or `unknown`."""
    for text in (identity.business_name, identity.scope):
        places = {
            industry: min((at for word in words if (at := text.find(word)) >= 0), default=-1)
            for industry, words in policy.industries.items()
        }
        shown = {industry: at for industry, at in places.items() if at >= 0}
        if shown:
            return min(shown, key=shown.__getitem__)
    return UNKNOWN


def declaration_faults(
    occupation: str, purpose: str, identity: VerifiedIdentity, policy: LoanPolicy
) -> list[str]:
    """`purpose_forbidden`, `occupation_contradicts_profile`, `purpose_contradicts_profile`."""
    if purpose in policy.forbidden_purposes:
        return ["purpose_forbidden"]
    industry = industry_of(identity, policy)
    faults = []
    if industry not in {occupation, UNKNOWN}:
        faults.append("occupation_contradicts_profile")
    fitting = policy.purposes[purpose]
    if fitting and industry not in {*fitting, UNKNOWN}:
        faults.append("purpose_contradicts_profile")
    return faults

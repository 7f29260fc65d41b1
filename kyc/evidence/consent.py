"""Evidence is processed while the consent that it was sent under is in force, at every step."""

from __future__ import annotations

from kyc.evidence.models import Evidence
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.evidence.types import TYPES
from privacy.consents import is_consented
from storage.context import Context


def has_consent(context: Context, evidence: Evidence) -> bool:
    """Whether a piece of evidence may be processed now; one that may not is set aside."""
    if is_consented(context, evidence.onboarding_id, TYPES.of(evidence.kind).consent):
        return True
    if EVIDENCE.may_move(evidence, EvidenceState.SUPERSEDED):
        EVIDENCE.move(evidence, EvidenceState.SUPERSEDED)
    return False

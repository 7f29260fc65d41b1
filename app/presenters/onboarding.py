"""An onboarding as its owner sees it: what to do next, and never a score."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.words import Words, shown_reasons
from app.schemas.onboardings import (
    ChallengeResponse,
    ChallengesResponse,
    EvidenceResponse,
    NamesResponse,
    OnboardingResponse,
    OpenFieldResponse,
    ReadNameResponse,
    RegionResponse,
)
from core.reasons import Reason
from kyc.decision.corrections import ReadName
from kyc.decision.view import FieldState, OnboardingView, OpenField, SentEvidence
from kyc.evidence.models import IssuedChallenge
from ocr.document_types import FIELD_CODES
from ocr.takes.take import NAMES


def present_onboarding(view: OnboardingView, words: Words) -> OnboardingResponse:
    """The onboarding with advice in words; reasons that are not the owner's to know are `other`."""
    return OnboardingResponse(
        id=view.id,
        state=view.state,
        decision=view.decision,
        reasons=shown_reasons(view.reasons),
        advice=words.advice(view.reasons),
        evidence=[_evidence(sent, words) for sent in view.evidence],
        missing=list(view.missing),
        person_asked=view.person_asked,
        handed_over=view.handed_over,
        started_at=view.started_at,
        decided_at=view.decided_at,
    )


def present_names(names: Sequence[ReadName]) -> NamesResponse:
    """The names on the papers, as read and as corrected."""
    return NamesResponse(
        names=[
            ReadNameResponse(
                kind=one.kind,
                field=FIELD_CODES[one.label],
                read=one.read,
                corrected=one.corrected,
            )
            for one in names
        ]
    )


def present_challenge(challenge: IssuedChallenge) -> ChallengeResponse:
    """What to show the owner."""
    return ChallengeResponse.model_validate(challenge)


def present_challenges(challenges: Sequence[IssuedChallenge]) -> ChallengesResponse:
    """What may still be answered."""
    return ChallengesResponse(challenges=[present_challenge(one) for one in challenges])


def _evidence(sent: SentEvidence, words: Words) -> EvidenceResponse:
    return EvidenceResponse(
        id=sent.id,
        kind=sent.kind,
        state=sent.state,
        reasons=shown_reasons(sent.reasons),
        advice=words.advice(sent.reasons),
        fields=[_field(one, words) for one in sent.fields],
        regions=[_region(reason, sides) for reason, sides in sent.regions.items()],
    )


def _region(reason: str, sides: Sequence[float]) -> RegionResponse:
    left, top, right, bottom = sides
    return RegionResponse(reason=Reason(reason), left=left, top=top, right=right, bottom=bottom)


def _field(one: OpenField, words: Words) -> OpenFieldResponse:
    code = FIELD_CODES[one.label]
    is_name = one.state is FieldState.DOUBTFUL and one.label in NAMES
    advice = words.field_advice(code, "name_doubtful" if is_name else one.state)
    return OpenFieldResponse(field=code, state=one.state, advice=advice)

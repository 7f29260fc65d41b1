"""Onboardings: consents, challenges, evidence and how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import (
    ApiRequest,
    ApiResponse,
    EvidenceKind,
    Example,
    FileRequest,
    RegisteredKind,
    Text,
)
from core.reasons import Reason
from kyc.analysis.challenges import ChallengeKind
from kyc.decision.view import FieldState
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.onboarding.states import Decision, OnboardingState
from ocr.document_types import FIELD_CODES
from privacy.kinds import ConsentKind

ID = "01990f3e-7a5c-7c1a-9f52-2f6b7d1f0a11"
EVIDENCE_ID = "01990f3e-9d10-7b44-8a3e-5a1c0e7b9c22"
CHALLENGE_ID = "01990f3f-0c58-7d0f-b1e4-7c9a4e2d6f33"


FieldCode = Annotated[
    str,
    Field(
        description="which field of a paper",
        json_schema_extra={"enum": sorted(set(FIELD_CODES.values()))},
    ),
]


class ConsentRequest(ApiRequest):
    """A consent to the version of a text that was read."""

    example: ClassVar[Example] = {"kind": "biometric", "version": "2026-11-28"}

    kind: ConsentKind = Field(description="what is consented to")
    version: str = Field(max_length=32, description="the text's version, from `GET /meta`")


class ChallengeRequest(ApiRequest):
    """Which challenge to draw."""

    example: ClassVar[Example] = {"kind": "face"}

    kind: ChallengeKind = Field(description="for the face video, or for the recording of digits")


class ChallengeResponse(ApiResponse):
    """What to show the owner.

    Of a face challenge `asked` is `{"cues": [{"action", "at", "until"}]}`: show each action at
    `at` seconds of the recording; it must be done before `until`. Of a voice challenge it is
    `{"first", "second"}`: two rows of digits, read aloud one after the other with a short pause
    between, into one recording.
    """

    example: ClassVar[Example] = {
        "id": CHALLENGE_ID,
        "kind": "face",
        "asked": {
            "cues": [
                {"action": "turn_left", "at": 0.8, "until": 2.2},
                {"action": "blink_twice", "at": 2.2, "until": 4.0},
            ]
        },
        "expires_at": "2026-11-28T04:02:00Z",
    }

    id: UUID = Field(description="send it with the recording, as `challenge_id`")
    kind: ChallengeKind = Field(description="what was drawn")
    asked: dict[str, Any] = Field(description="cues, or the two rows of digits")
    expires_at: datetime = Field(
        description="the recording must have arrived before, or its upload, with `sha256`, begun"
    )


class ChallengesResponse(ApiResponse):
    """Challenges that may still be answered, the newest first."""

    example: ClassVar[Example] = {"challenges": [ChallengeResponse.example]}

    challenges: list[ChallengeResponse] = Field(description="none where none was drawn lately")


class EvidenceRequest(FileRequest):
    """A photo, video or recording; recordings name the challenge that they answer."""

    example: ClassVar[Example] = {"file": "(bytes)", "challenge_id": CHALLENGE_ID}

    challenge_id: UUID | None = Field(
        default=None, description="the challenge that a video or recording answers"
    )


class OpenFieldResponse(ApiResponse):
    """A field of a paper that its photos do not settle yet."""

    example: ClassVar[Example] = {
        "field": "id_number",
        "state": "doubtful",
        "advice": "Citizen identity number: was not read well.",
    }

    field: FieldCode
    state: FieldState = Field(description="`missing` and `doubtful` ones another photo may settle")
    advice: str = Field(description="what to do about this field, in words")


class RegionResponse(ApiResponse):
    """Where a photo shows what a reason is about, as shares of its width and height."""

    example: ClassVar[Example] = {
        "reason": "glare",
        "left": 0.41,
        "top": 0.3,
        "right": 0.57,
        "bottom": 0.44,
    }

    reason: Reason = Field(description="what is seen there")
    left: float = Field(ge=0, le=1, description="its left edge")
    top: float = Field(ge=0, le=1, description="its upper edge")
    right: float = Field(ge=0, le=1, description="its right edge")
    bottom: float = Field(ge=0, le=1, description="its lower edge")


class EvidenceResponse(ApiResponse):
    """The newest piece of evidence of a kind."""

    example: ClassVar[Example] = {
        "id": EVIDENCE_ID,
        "kind": ID_CARD_FRONT.kind,
        "state": "retry",
        "reasons": ["glare"],
        "advice": ["The document reflects light: hold it at another angle."],
        "fields": [OpenFieldResponse.example],
        "regions": [RegionResponse.example],
    }

    id: UUID = Field(description="its id")
    kind: EvidenceKind
    state: EvidenceState = Field(description="`retry` has to be sent again, see `advice`")
    reasons: list[Reason] = Field(description="why; `other` for what is not the owner's to know")
    advice: list[str] = Field(description="what to do next, in words; empty where nothing")
    fields: list[OpenFieldResponse] = Field(
        description="what is open of a paper; what was read well is kept for its next photo"
    )
    regions: list[RegionResponse] = Field(
        default=[], description="where the photo, turned as it is shown, has what reasons say"
    )


class CorrectionRequest(ApiRequest):
    """How a paper prints a name that was read wrong."""

    example: ClassVar[Example] = {"kind": ID_CARD_FRONT.kind, "field": "name", "value": "林知夏"}

    kind: RegisteredKind
    field: FieldCode = Field(description="`name`, or `firm_name` or `principal` of a licence")
    value: Text = Field(min_length=1, max_length=200, description="the name as it is printed")


class ReadNameResponse(ApiResponse):
    """A name on a paper."""

    example: ClassVar[Example] = {
        "kind": ID_CARD_FRONT.kind,
        "field": "name",
        "read": "林知夏",
        "corrected": None,
    }

    kind: EvidenceKind
    field: FieldCode
    read: str | None = Field(description="as it was read; null where it was not")
    corrected: str | None = Field(description="as the owner wrote it; a person will look at it")


class NamesResponse(ApiResponse):
    """The names on the papers of an onboarding."""

    example: ClassVar[Example] = {"names": [ReadNameResponse.example]}

    names: list[ReadNameResponse] = Field(description="in the order of the papers")


class OnboardingResponse(ApiResponse):
    """How an onboarding stands."""

    example: ClassVar[Example] = {
        "id": ID,
        "state": "open",
        "decision": None,
        "reasons": [],
        "advice": [],
        "evidence": [EvidenceResponse.example],
        "missing": [one.kind for one in (ID_CARD_BACK, LICENCE, FACE_VIDEO, VOICE_CLIP)],
        "person_asked": False,
        "handed_over": False,
        "started_at": "2026-11-28T04:00:00Z",
        "decided_at": None,
    }

    id: UUID = Field(description="its id")
    state: OnboardingState = Field(description="whether it still takes evidence")
    decision: Decision | None = Field(description="null until it is decided")
    reasons: list[Reason] = Field(description="why; `other` for what is not the owner's to know")
    advice: list[str] = Field(description="the reasons in words")
    evidence: list[EvidenceResponse] = Field(description="what was sent, the newest of each kind")
    missing: list[EvidenceKind] = Field(description="what has to be sent yet, in order")
    person_asked: bool = Field(description="a person decides, without face and voice")
    handed_over: bool = Field(description="another device goes on with it")
    started_at: datetime = Field(description="when it was started")
    decided_at: datetime | None = Field(description="when it was decided")

"""Cases as reviewers see them: measurements too, which no applicant sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, EvidenceKind, Example, Text
from app.schemas.onboardings import EVIDENCE_ID, ID, EvidenceResponse, FieldCode
from core.reasons import Reason
from kyc.decision.models import CheckOutcome, CrossCheck
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT
from kyc.onboarding.states import Decision, OnboardingState
from kyc.review.models import Seen
from kyc.risk.attempts import Tie
from kyc.risk.holders import Held, HolderState


class CaseSummaryResponse(ApiResponse):
    """A case in the queue."""

    example: ClassVar[Example] = {
        "id": ID,
        "reasons": [Reason.FACE_UNCERTAIN],
        "waited_s": 412,
        "taken": False,
    }

    id: UUID = Field(description="the onboarding's id")
    reasons: list[str] = Field(description="codes: why it waits for a person")
    waited_s: int = Field(description="seconds since it was decided to be reviewed")
    taken: bool = Field(description="whether a reviewer holds it")


class CasesResponse(ApiResponse):
    """Cases that wait, the longest waiting first."""

    example: ClassVar[Example] = {"cases": [CaseSummaryResponse.example]}

    cases: list[CaseSummaryResponse] = Field(description="all that wait")


class CheckResponse(ApiResponse):
    """One question that was asked of the evidence, with its measurements and regions."""

    example: ClassVar[Example] = {
        "kind": CrossCheck.FACE_MATCH,
        "outcome": "unsure",
        "reasons": [Reason.FACE_UNCERTAIN],
        "measurements": {"llr": 2.1},
        "evidence_id": None,
    }

    kind: str = Field(description="a kind of evidence, or of a check across several")
    outcome: CheckOutcome = Field(description="how it was answered")
    reasons: list[str] = Field(description="codes: what speaks against it")
    measurements: dict[str, Any] = Field(description="what was measured; differs by kind")
    evidence_id: UUID | None = Field(description="what was checked; null across several")


class HolderResponse(ApiResponse):
    """An onboarding of another account with the same identity number or firm."""

    example: ClassVar[Example] = {"onboarding_id": ID, "held": "number", "state": "approved"}

    onboarding_id: UUID = Field(description="of another account")
    held: Held = Field(description="what both show")
    state: HolderState = Field(description="how far it came; `open` ones are still being sent")


class TakeReadingResponse(ApiResponse):
    """What one photo was read to say."""

    example: ClassVar[Example] = {"evidence_id": EVIDENCE_ID, "text": "林知夏"}

    evidence_id: UUID = Field(description="the photo")
    text: str = Field(description="what was read")


class FieldInDoubtResponse(ApiResponse):
    """A field on which photos differ, or a name that its owner corrected."""

    example: ClassVar[Example] = {
        "kind": ID_CARD_FRONT.kind,
        "field": "name",
        "readings": [TakeReadingResponse.example],
        "corrected": "林之夏",
    }

    kind: EvidenceKind
    field: FieldCode
    readings: list[TakeReadingResponse] = Field(description="of each photo, the oldest first")
    corrected: str | None = Field(description="by the owner; approving the case confirms it")


class OtherAttemptResponse(ApiResponse):
    """Another onboarding of the account, of the identity number or of a device of it."""

    example: ClassVar[Example] = {
        "onboarding_id": ID,
        "ties": [Tie.ACCOUNT],
        "state": "decided",
        "decision": "declined",
        "reasons": [Reason.FACE_MISMATCH],
        "failed_videos": 2,
        "person_asked": False,
        "started_at": "2026-11-27T04:00:00Z",
    }

    onboarding_id: UUID = Field(description="its id")
    ties: list[Tie] = Field(description="what ties it to this one")
    state: OnboardingState = Field(description="how far it came")
    decision: Decision | None = Field(description="null where nothing was decided")
    reasons: list[str] = Field(description="codes: why")
    failed_videos: int = Field(description="face videos of it that were sent back or refused")
    person_asked: bool = Field(description="whether its owner asked for a person")
    started_at: datetime = Field(description="when it was started")


class CaseResponse(ApiResponse):
    """All that a reviewer sees of a case."""

    example: ClassVar[Example] = {
        "id": ID,
        "reasons": [Reason.FACE_UNCERTAIN],
        "claimed_until": "2026-11-28T04:20:00Z",
        "evidence": [
            {
                "id": EVIDENCE_ID,
                "kind": FACE_VIDEO.kind,
                "state": "review",
                "reasons": [],
                "advice": [],
                "fields": [],
            }
        ],
        "checks": [CheckResponse.example],
        "judgements": [],
        "holders": [HolderResponse.example],
        "doubts": [FieldInDoubtResponse.example],
        "attempts": [OtherAttemptResponse.example],
        "phone": None,
    }

    id: UUID = Field(description="the onboarding's id")
    reasons: list[str] = Field(description="codes: why it waits for a person")
    claimed_until: datetime | None = Field(description="others may take it over after")
    evidence: list[EvidenceResponse] = Field(description="what was sent and still counts")
    checks: list[CheckResponse] = Field(description="every question and its answer")
    judgements: list[Decision] = Field(description="what other reviewers said")
    holders: list[HolderResponse] = Field(
        description="other accounts with this identity number or firm, as of now"
    )
    doubts: list[FieldInDoubtResponse] = Field(
        description="fields that photos show differently, or that the owner corrected"
    )
    attempts: list[OtherAttemptResponse] = Field(
        description="what was tried before, the newest first"
    )
    phone: str | None = Field(
        description="the account's number, to be called where the owner asked for a person"
    )


class VerdictRequest(ApiRequest):
    """What the reviewer says, and why."""

    example: ClassVar[Example] = {
        "judgement": "approved",
        "note": "Same person: scar above the left eyebrow.",
    }

    judgement: Literal[Decision.APPROVED, Decision.DECLINED] = Field(description="the verdict")
    note: Text = Field(min_length=10, max_length=2000, description="why, for later readers")
    seen: Seen | None = Field(
        default=None,
        description="how you saw the owner; needed to approve where they asked for a person",
    )


class VerdictResponse(ApiResponse):
    """Where the case stands after a verdict."""

    example: ClassVar[Example] = {"decision": "approved", "settled": True}

    decision: Decision = Field(description="`review` while another reviewer is needed")
    settled: bool = Field(description="whether the case is decided")

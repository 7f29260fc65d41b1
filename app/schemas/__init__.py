"""What comes in and what goes out, as pydantic models. Scores and thresholds have no field here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Phone = Field(pattern=r"^1[3-9]\d{9}$", description="mobile number, eleven digits")


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outgoing(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class AskForCode(Incoming):
    phone: str = Phone


class SignIn(Incoming):
    phone: str = Phone
    code: str = Field(pattern=r"^\d{6}$")
    device: str | None = Field(
        default=None, pattern=r"^[\w-]{16,128}$", description="the app's own name for this device"
    )


class Refresh(Incoming):
    refresh: str = Field(max_length=128)


class StaffSignIn(Incoming):
    name: str = Field(max_length=64)
    password: str = Field(max_length=256)
    totp: str = Field(pattern=r"^\d{6}$")


class TokensView(Outgoing):
    access: str
    refresh: str | None
    expires_in: int


class Done(Outgoing):
    done: bool = True


class ConsentGiven(Incoming):
    kind: Literal["terms", "biometric"]
    version: str = Field(max_length=32)


class ChallengeWanted(Incoming):
    kind: Literal["face", "voice"]


class ChallengeView(Outgoing):
    id: UUID
    kind: str
    asked: dict[str, Any]
    expires_at: datetime


class UploadBegun(Incoming):
    """What the headers of a tus upload say; further metadata (a file's name) is not kept."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Literal["id_card_front", "id_card_back", "licence", "face_video", "voice_clip"]
    length: int
    challenge_id: UUID | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class EvidenceView(Outgoing):
    id: UUID
    kind: str
    state: str
    advice: list[str] = Field(default_factory=list, description="what to do next, in words")


class OnboardingView(Outgoing):
    id: UUID
    state: str
    decision: str | None
    reasons: list[str]
    advice: list[str]
    evidence: list[EvidenceView]
    missing: list[str]
    started_at: datetime
    decided_at: datetime | None


class DeclarationMade(Incoming):
    occupation: str = Field(max_length=64)
    purpose: str = Field(max_length=64)


class DeclarationView(Outgoing):
    id: UUID
    occupation: str
    purpose: str


class LoanWanted(Incoming):
    declaration_id: UUID
    amount_fen: int = Field(gt=0)
    tenor_months: int = Field(gt=0)


class OfferTaken(Incoming):
    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `offer`, verified and unused"
    )


class OfferView(Outgoing):
    id: UUID
    principal_fen: int
    tenor_months: int
    annual_rate_bp: int
    instalment_fen: int
    expires_at: datetime
    accepted_at: datetime | None


class ApplicationView(Outgoing):
    id: UUID
    state: str
    amount_fen: int
    tenor_months: int
    offer: OfferView | None = None


class AccountView(Outgoing):
    id: UUID
    phone: str
    name: str | None
    decision: str | None


class AccountsView(Outgoing):
    accounts: list[AccountView]


class EventView(Outgoing):
    id: UUID
    at: datetime
    actor: str
    action: str
    subject: str
    data: dict[str, Any]
    position: int | None
    leaf: str


class EventsView(Outgoing):
    events: list[EventView]
    intact: bool
    faults: list[str]
    checkpoint: str | None


class CheckpointView(Outgoing):
    note: str | None
    public_key: str


class ProofView(Outgoing):
    position: int
    size: int
    proof: list[str]
    note: str


class VerificationWanted(Incoming):
    purpose: Literal["offer", "phone"] = Field(description="take an offer, or change the number")


class PhoneChanged(Incoming):
    phone: str = Phone
    code: str = Field(pattern=r"^\d{6}$", description="sent to the new number")
    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `phone`, verified and unused"
    )


class CallView(Outgoing):
    """Digits to read aloud, and how it ended; never a score."""

    id: UUID
    digits: str
    state: Literal["asked", "analysing", "verified", "unsure", "rejected", "again"]
    advice: list[str]
    expires_at: datetime


class CaseRow(Outgoing):
    id: UUID
    reasons: list[str]
    waited_s: int
    taken: bool


class QueueView(Outgoing):
    cases: list[CaseRow]


class CheckView(Outgoing):
    """One question that was asked of the evidence, with its measures and regions."""

    kind: str
    outcome: str
    reasons: list[str]
    measurements: dict[str, Any]
    evidence_id: UUID | None


class CaseView(Outgoing):
    """What a reviewer sees of a case: measures too, which no applicant sees."""

    id: UUID
    reasons: list[str]
    claimed_until: datetime | None
    evidence: list[EvidenceView]
    checks: list[CheckView]
    judgements: list[str]


class VerdictGiven(Incoming):
    judgement: Literal["approved", "declined"]
    note: str = Field(min_length=10, max_length=2000, description="why, for who reads it later")


class VerdictView(Outgoing):
    decision: str
    settled: bool

"""What an app needs to know before it asks an owner for anything."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from app.messages.words import Language
from app.schemas.common import ApiResponse, EvidenceKind, Example
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.media import MediaKind
from kyc.evidence.types import FACE_VIDEO
from privacy.kinds import ConsentKind


class NamedResponse(ApiResponse):
    """A code, and what people call it."""

    example: ClassVar[Example] = {"code": "62", "name": "餐饮业"}

    code: str = Field(description="what requests carry")
    name: str = Field(description="in the language of the answer")


class ClassResponse(NamedResponse):
    """A class of a standard, and the codes in it that a declaration may carry."""

    example: ClassVar[Example] = {
        "code": "H",
        "name": "住宿和餐饮业",
        "choices": [{"code": "62", "name": "餐饮业"}],
    }

    choices: list[NamedResponse] = Field(description="may be declared; empty: nobody may be in it")


class ConsentTextResponse(ApiResponse):
    """A text to be consented to."""

    example: ClassVar[Example] = {
        "kind": "biometric",
        "version": "2026-11-28",
        "title": "人脸与声音信息处理",
        "text": "# 人脸与声音信息处理\n…",
    }

    kind: ConsentKind = Field(description="what is consented to")
    version: str = Field(description="the version in force; send it with the consent")
    title: str = Field(description="what the text is called")
    text: str = Field(description="the whole text, Markdown")


class EvidenceTypeResponse(ApiResponse):
    """A kind of evidence, and what file is accepted as it."""

    example: ClassVar[Example] = {
        "kind": FACE_VIDEO.kind,
        "name": "人脸视频",
        "required": True,
        "consent": "biometric",
        "challenge": "face",
        "attempts": 3,
        "media": "video",
        "max_bytes": 20_971_520,
        "max_pixels": 4_147_200,
        "min_side_px": None,
        "max_seconds": 20.0,
        "containers": ["MP4", "WebM"],
        "codecs": ["H.264", "VP9"],
    }

    kind: EvidenceKind
    name: str = Field(description="what people call it")
    required: bool = Field(description="whether an onboarding needs it")
    consent: ConsentKind = Field(description="the consent that it needs")
    challenge: ChallengeKind | None = Field(description="the challenge that it answers")
    attempts: int = Field(description="how often it may be sent in one onboarding")
    media: MediaKind = Field(description="how it is captured")
    max_bytes: int = Field(description="of the file")
    max_pixels: int | None = Field(description="of the photo, or of one picture of the video")
    min_side_px: int | None = Field(description="of the photo's shorter side")
    max_seconds: float | None = Field(description="of the video or recording")
    containers: list[str] = Field(description="file formats that are opened")
    codecs: list[str] = Field(description="codecs that are read; empty for photos")


class LoanLimitsResponse(ApiResponse):
    """What is lent."""

    example: ClassVar[Example] = {
        "min_fen": 1_000_000,
        "max_fen": 30_000_000,
        "tenors_months": [6, 12, 24],
    }

    min_fen: int = Field(description="the least amount, fen")
    max_fen: int = Field(description="the greatest amount, fen")
    tenors_months: list[int] = Field(description="tenors, months")


class MetaResponse(ApiResponse):
    """Texts, lists and limits in force."""

    example: ClassVar[Example] = {
        "languages": ["zh-CN", "en"],
        "consents": [ConsentTextResponse.example],
        "actions": [{"code": "turn_left", "name": "向您的左侧转头，再转回正面"}],
        "evidence": [EvidenceTypeResponse.example],
        "max_upload_bytes": 20_971_520,
        "occupations": [ClassResponse.example],
        "industries": [ClassResponse.example],
        "roles": [{"code": "owner", "name": "经营者"}],
        "purposes": [NamedResponse.example],
        "loan": LoanLimitsResponse.example,
    }

    languages: list[Language] = Field(description="what `Accept-Language` may ask for")
    consents: list[ConsentTextResponse] = Field(description="texts, in the language asked for")
    actions: list[NamedResponse] = Field(description="actions of the face challenge, in words")
    evidence: list[EvidenceTypeResponse] = Field(description="in the order of sending")
    max_upload_bytes: int = Field(description="of one request or one resumable upload")
    occupations: list[ClassResponse] = Field(description="GB/T 6565-2015, for declarations")
    industries: list[ClassResponse] = Field(description="GB/T 4754-2017, for declarations")
    roles: list[NamedResponse] = Field(description="for declarations")
    purposes: list[NamedResponse] = Field(description="for declarations; `GET /purposes` says more")
    loan: LoanLimitsResponse = Field(description="for applications")

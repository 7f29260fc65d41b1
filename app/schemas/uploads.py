"""Resumable uploads: what their headers say."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from app.schemas.common import ApiModel, Example, RegisteredKind
from app.schemas.onboardings import CHALLENGE_ID
from kyc.evidence.types import FACE_VIDEO


class UploadRequest(ApiModel):
    """`Upload-Length`, and what `Upload-Metadata` names; further metadata is not kept."""

    model_config = ConfigDict(extra="ignore", strict=True)
    example: ClassVar[Example] = {
        "kind": FACE_VIDEO.kind,
        "length": 4_812_331,
        "challenge_id": CHALLENGE_ID,
    }

    kind: RegisteredKind
    length: int = Field(description="bytes of the whole file")
    challenge_id: UUID | None = Field(
        default=None, description="the challenge that a video or recording answers"
    )
    sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="of the whole file, lower-case hex"
    )

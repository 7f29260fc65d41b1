"""What an owner sent, what they were asked, and the sealed references made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from kyc.analysis.challenges import ChallengeKind
from kyc.analysis.findings import TemplateKind
from kyc.evidence.states import EvidenceState
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField, sealed_by_purpose


class IssuedChallenge(Base):
    """What the server asked for, once; `asked` holds cues or digits.

    `held_by` is the upload that began in the challenge's time with the answer: it may take longer.
    `lost_at` is when the answer went back for a fault of its file or of a camera. `answered_in` is
    the session that the answer came in.
    """

    __tablename__ = "challenges"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[ChallengeKind] = mapped_column(EnumText(ChallengeKind))
    asked: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    held_by: Mapped[UUID | None]
    lost_at: Mapped[datetime | None]
    answered_in: Mapped[UUID | None]


class Evidence(Base):
    """One file for one slot; `facts` is what a document says, sealed.

    `merged_facts` is what it says together with earlier photos of the same paper, where these
    completed it, and with a name as a person confirmed it. `taken_back_at` is when the owner took
    back the onboarding from the device that it was handed to: what was sent since fills no slot
    and completes no other photo, but speaks against one as before.
    """

    __tablename__ = "evidence"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    state: Mapped[EvidenceState] = mapped_column(
        EnumText(EvidenceState), info=holds(DataClass.RECORD)
    )
    challenge_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("challenges.id"))
    content_blind: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    submitted_at: Mapped[datetime]
    facts: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    merged_facts: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    taken_back_at: Mapped[datetime | None]
    file_destroyed_at: Mapped[datetime | None]


class NameCorrection(Base):
    """A name as its owner says that a paper prints it; `field` is its label there.

    `value` is sealed, and gone when the papers of the onboarding are, or it was taken back.
    """

    __tablename__ = "name_corrections"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    field: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    value: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    made_at: Mapped[datetime]


class Upload(Base):
    """A file that comes in chunks, sealed each, until all `length` bytes are there."""

    __tablename__ = "uploads"
    __table_args__ = kept(Retention.UPLOAD)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str]
    challenge_id: Mapped[UUID | None]
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[str]] = mapped_column(default=list)
    sha256: Mapped[str | None] = mapped_column(info=holds(DataClass.PSEUDONYM))
    evidence_id: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Template(Base):
    """A sealed biometric reference of one piece of evidence.

    `models` names the weights that made it (`ModelManifest.digest`): references of other weights
    cannot be compared with it, and it does not open under another name.
    """

    __tablename__ = "templates"
    __table_args__ = kept(Retention.CONSENT)

    evidence_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True)
    kind: Mapped[TemplateKind] = mapped_column(EnumText(TemplateKind), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(info=holds(DataClass.BIOMETRIC))
    models: Mapped[str | None]

    @property
    def row(self) -> str:
        """What its sealed value is bound to."""
        return template_row(self.kind, self.evidence_id, self.models)


FACTS = SealedField("evidence", "facts", KeyPurpose.IDENTITY)
MERGED_FACTS = SealedField("evidence", "merged_facts", KeyPurpose.IDENTITY)
CORRECTION = SealedField("name_corrections", "value", KeyPurpose.IDENTITY)
# The type of the evidence says for which purpose its file is kept.
MEDIA = sealed_by_purpose("media", "content", legacy="media:{row}")
CHUNK = sealed_by_purpose("uploads", "parts", legacy="upload:{row}")
TEMPLATE = SealedField("templates", "sealed", KeyPurpose.BIOMETRICS, legacy="template:{row}")


def template_row(kind: TemplateKind, evidence_id: UUID, models: str | None = None) -> str:
    """What the sealed value of a template is bound to; without models, one of 0.1.0."""
    return f"{kind}:{evidence_id}" if models is None else f"{kind}:{evidence_id}:{models}"

"""What privacy keeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from core.reasons import Reason
from privacy.kinds import ConsentKind
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class DestructionCause(StrEnum):
    """Why something is destroyed."""

    CONSENT_WITHDRAWN = Reason.CONSENT_WITHDRAWN.value
    ERASURE = "erasure"
    RETENTION = "retention"
    CANCELLED = "cancelled"  # by its owner: an upload, or what came of a hand-over
    ASSEMBLED = "assembled"  # the parts of an upload that arrived whole
    DECIDED = "decided"  # until 2026-11-30: the crop of a portrait; only rows of then hold it


class Destruction(Base):
    """What was deleted of a person, and what outside of the database must still go with it.

    `files` are ids of the media store. `faces` are the pieces of evidence whose face templates
    went: searches that are held in memory drop them. `keys` are purposes and ids of data keys, as
    `biometrics:5f0c1a22`. `digest` is the SHA-256 of what was deleted
    (`privacy.destruction.digest_of`).
    """

    __tablename__ = "destructions"
    __table_args__ = kept(Retention.JOB)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID | None] = mapped_column(index=True)
    cause: Mapped[DestructionCause] = mapped_column(EnumText(DestructionCause))
    kind: Mapped[str]
    row_count: Mapped[int]
    file_count: Mapped[int]
    files: Mapped[list[str]]
    faces: Mapped[list[str]]
    keys: Mapped[list[str]]
    digest: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class LegalHold(Base):
    """A person's data are kept as they are, whatever else is due, until somebody lifts it.

    The reason may name people and proceedings: it is sealed.
    """

    __tablename__ = "legal_holds"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    reason: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    placed_at: Mapped[datetime] = mapped_column(info=holds(DataClass.RECORD))
    lifted_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.RECORD))


HOLD_REASON = SealedField("legal_holds", "reason", KeyPurpose.IDENTITY)


class Consent(Base):
    """A consent given to one version of a text, for one onboarding."""

    __tablename__ = "consents"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(EnumText(ConsentKind), info=holds(DataClass.RECORD))
    text_version: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    given_at: Mapped[datetime] = mapped_column(info=holds(DataClass.RECORD))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.RECORD))

"""What was consented to, what was sent or asked for, and what an owner did in the app."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.sources.kinds import Channel, SourceKind, Use
from loans.sources.states import FileState, RecordState
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class SourceConsent(Base):
    """A consent to one use of one source, through one channel, until a day or its withdrawal.

    `ended_at` is when everything was done that follows from its end.
    """

    __tablename__ = "source_consents"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    source: Mapped[SourceKind] = mapped_column(EnumText(SourceKind), info=holds(DataClass.RECORD))
    use: Mapped[Use] = mapped_column(EnumText(Use), info=holds(DataClass.RECORD))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel), info=holds(DataClass.RECORD))
    text_version: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    given_at: Mapped[datetime] = mapped_column(info=holds(DataClass.RECORD))
    ends_at: Mapped[datetime] = mapped_column(index=True, info=holds(DataClass.RECORD))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.RECORD))
    ended_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.RECORD))


class SourceFile(Base):
    """A file that an owner sends: its chunks until it is read, then its rows, packed and sealed.

    `contents` is the media file of the rows. `refused` are rows that were not read, each with its
    line and why; `faults` what was noticed of the whole. `business` is that which the account had
    when it was sent (`kyc.identity.business_of`): of another one it says nothing.
    """

    __tablename__ = "source_files"
    __table_args__ = kept(Retention.SOURCE)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    business: Mapped[str | None]
    source: Mapped[SourceKind] = mapped_column(EnumText(SourceKind), info=holds(DataClass.RECORD))
    state: Mapped[FileState] = mapped_column(EnumText(FileState), info=holds(DataClass.RECORD))
    name: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    password: Mapped[bytes | None] = mapped_column(info=holds(DataClass.SECRET))
    content_blind: Mapped[str | None] = mapped_column(index=True)
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[str]] = mapped_column(default=list)
    contents: Mapped[UUID | None]
    publisher: Mapped[str | None] = mapped_column(info=holds(DataClass.BUSINESS))
    packed_bytes: Mapped[int | None]  # of its rows; None in files that were read before 0043
    rows: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    first_day: Mapped[date | None] = mapped_column(info=holds(DataClass.BUSINESS))
    last_day: Mapped[date | None] = mapped_column(info=holds(DataClass.BUSINESS))
    refused: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.JSON(), default=list, info=holds(DataClass.RECORD)
    )
    faults: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.JSON(), default=list, info=holds(DataClass.RECORD)
    )
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SourceRecord(Base):
    """What another system answered about a business, sealed; one a source and account.

    `business` is that which was asked about (`kyc.identity.business_of`).
    """

    __tablename__ = "source_records"
    __table_args__ = (
        sa.UniqueConstraint("applicant_id", "source"),
        kept(Retention.SOURCE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    business: Mapped[str | None]
    source: Mapped[SourceKind] = mapped_column(EnumText(SourceKind), info=holds(DataClass.RECORD))
    state: Mapped[RecordState] = mapped_column(EnumText(RecordState), info=holds(DataClass.RECORD))
    content: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Signal(Base):
    """What an owner searched for or did in the app; the words are sealed.

    `at` is what their device says; `received_at` is by our own clock.
    """

    __tablename__ = "signals"
    __table_args__ = kept(Retention.SOURCE)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    kind: Mapped[str] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    text: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    at: Mapped[datetime] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)


FILE_NAME = SealedField("source_files", "name", KeyPurpose.SOURCES)
FILE_PASSWORD = SealedField("source_files", "password", KeyPurpose.SOURCES)
FILE_PARTS = SealedField("source_files", "parts", KeyPurpose.SOURCES)
FILE_CONTENTS = SealedField("source_files", "contents", KeyPurpose.SOURCES)
RECORD_CONTENT = SealedField("source_records", "content", KeyPurpose.SOURCES)
SIGNAL_TEXT = SealedField("signals", "text", KeyPurpose.SOURCES)

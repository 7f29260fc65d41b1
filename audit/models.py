"""What the log keeps."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from audit import entries
from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base


class AuditEvent(Base):
    """One thing that happened; `position` is its leaf in the tree once it was sequenced.

    `entry` holds the bytes that were hashed, and is what is served. The other columns repeat what
    of it is searched for; verification holds them to it. Kinds and actions are plain text: a
    tampered row must be read before it can be named.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        sa.Index("ix_audit_events_actor_id", "actor_id", "at"),
        sa.Index("ix_audit_events_action", "action", "at"),
        sa.Index("ix_audit_events_onboarding_id", "onboarding_id", "at"),
        sa.Index("ix_audit_events_applicant_id", "applicant_id", "at"),
        sa.Index("ix_audit_events_at", "at"),
        sa.Index("ix_audit_events_chain", "chain", "number"),
        kept(Retention.PERMANENT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form: Mapped[int]  # how `entry` is made of an event: `entries.Form`
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    action: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    subject: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    onboarding_id: Mapped[UUID | None]
    applicant_id: Mapped[UUID | None]  # whose data it is about
    loan_id: Mapped[UUID | None]  # the application that the loan began as
    entry: Mapped[bytes | None] = mapped_column(info=holds(DataClass.RECORD))
    # Of events of the first form, which have no `entry`; empty of others.
    old_data: Mapped[dict[str, Any]] = mapped_column("data", info=holds(DataClass.RECORD))
    leaf: Mapped[bytes]
    position: Mapped[int | None] = mapped_column(unique=True)
    # Until it is sequenced, an event is held by its chain (`chains.py`).
    chain: Mapped[int | None]
    number: Mapped[int | None]
    seal: Mapped[bytes | None]

    @property
    def content(self) -> bytes:
        """The bytes that the tree commits to."""
        if self.entry is not None:
            return self.entry
        actor = (self.actor_kind, self.actor_id)
        subject, onboarding, data = self.subject, self.onboarding_id, self.old_data
        return entries.first_form(self.id, self.at, actor, self.action, subject, onboarding, data)

    @property
    def facts(self) -> dict[str, Any]:
        """The whole event, as its bytes say it."""
        facts: dict[str, Any] = json.loads(self.content)
        return facts

    @property
    def reason(self) -> str | None:
        """The reason that was given, if one was."""
        reason: str | None = self.facts.get("reason")
        return reason

    @property
    def data(self) -> dict[str, Any]:
        """The fields of its action."""
        if self.entry is None:
            return self.old_data
        values: dict[str, Any] = self.facts["values"]
        return values


class AuditEventPerson(Base):
    """One of several people whom an event is about, with the onboarding that was shown of them.

    It repeats `persons` of the event's bytes, so that the event is found by each of them
    (`persons.py`); verification holds it to them. It refers to nothing: a row of no event is found.
    """

    __tablename__ = "audit_event_persons"
    __table_args__ = kept(Retention.PERMANENT)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    onboarding_id: Mapped[UUID | None] = mapped_column(index=True)


class AuditCheckpoint(Base):
    """A signed statement of the log's size and root, kept for good."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = kept(Retention.PERMANENT)

    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class AuditTile(Base):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles); computed from the leaves."""

    __tablename__ = "audit_tiles"
    __table_args__ = kept(Retention.PERMANENT)

    level: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    hashes: Mapped[bytes]


class AuditChain(Base):
    """The end of one chain of events on their way to the tree (`chains.py`)."""

    __tablename__ = "audit_chains"
    __table_args__ = kept(Retention.PERMANENT)

    chain: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    seal: Mapped[bytes]
    mark: Mapped[bytes]


class AuditVerification(Base):
    """A verification of the whole log, and how far the log was verified from there since."""

    __tablename__ = "audit_verifications"
    __table_args__ = kept(Retention.PERMANENT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    at: Mapped[datetime]
    size: Mapped[int]
    faults: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))

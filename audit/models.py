"""What the log keeps."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base


class AuditEvent(Base):
    """One thing that happened; `position` is its leaf in the tree once it was sequenced.

    Kinds and actions are plain text: a tampered row must be read before it can be named.
    """

    __tablename__ = "audit_events"
    __table_args__ = kept(Retention.PERMANENT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    action: Mapped[str] = mapped_column(index=True, info=holds(DataClass.RECORD))
    subject: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    onboarding_id: Mapped[UUID | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.RECORD))
    leaf: Mapped[bytes]
    position: Mapped[int | None] = mapped_column(unique=True)

    def entry(self) -> bytes:
        """The canonical bytes that the tree commits to: UTF-8 JSON, sorted keys, no blanks."""
        facts = {
            "id": str(self.id),
            "at": self.at.isoformat(),
            "actor": [self.actor_kind, self.actor_id],
            "action": self.action,
            "subject": self.subject,
            "onboarding": str(self.onboarding_id) if self.onboarding_id else None,
            "data": self.data,
        }
        return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class AuditCheckpoint(Base):
    """A signed statement of the log's size and root, kept for good."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = kept(Retention.PERMANENT)

    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    # The tree's compact range then, so that it grows without all its leaves being read.
    compact_range: Mapped[bytes | None] = mapped_column("edge")

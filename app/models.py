"""What the web layer keeps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base


class Installation(Base):
    """The one row that only the keys which the database belongs to open (`app.installation`)."""

    __tablename__ = "installation"
    __table_args__ = kept(Retention.PERMANENT)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[bytes]
    made_at: Mapped[datetime]


class IdempotencyKey(Base):
    """A request that a caller named, what it asked (as a hash) and how it was answered, sealed.

    `key_blind` is a keyed index of the caller's key: the key itself, which the answer opens with,
    is not kept.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = kept(Retention.DAY)

    caller_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_blind: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    sealed_answer: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    made_at: Mapped[datetime]

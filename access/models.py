"""What signing in keeps. Codes, tokens and passwords are kept as hashes only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, new_id, utc_now


class LoginCode(Base):
    __tablename__ = "login_codes"

    phone_blind: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    expires_at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(default=0)


class RefreshToken(Base):
    """One token of a family; using one twice revokes the family."""

    __tablename__ = "refresh_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    family: Mapped[UUID] = mapped_column(index=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Staff(Base):
    """Roles: agent, compliance, reviewer, admin. `totp` is sealed by the vault."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    data_key: Mapped[bytes]
    totp: Mapped[bytes]
    last_totp: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class IdempotencyKey(Base):
    """A request that a caller named, what it asked (as a hash) and how it was answered."""

    __tablename__ = "idempotency_keys"

    caller_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any] | None]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class Delivery(Base):
    """A message to another system about one audit event; waiting, delivered or failed."""

    __tablename__ = "deliveries"

    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_events.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_answer: Mapped[str | None]
    delivered_at: Mapped[datetime | None]

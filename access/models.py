"""Who is known: applicants with their devices, staff, their sessions, what signing in keeps.

Codes, tokens and passwords are kept as hashes only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from access.states import EndReason
from core.actors import ActorKind, Role
from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class Applicant(Base):
    """An account: whoever holds a phone number, and later who its documents say they are."""

    __tablename__ = "applicants"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    phone_blind: Mapped[str] = mapped_column(unique=True)
    phone_end_blind: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    name: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    name_blind: Mapped[str | None] = mapped_column(index=True)
    data_key: Mapped[bytes] = mapped_column(default=b"", info=holds(DataClass.KEY))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    records_until: Mapped[datetime | None]  # of a closed account: until then the law has them kept
    erased_at: Mapped[datetime | None]

    @property
    def is_closed(self) -> bool:
        """Whether its owner had it closed: what is left of it is locked."""
        return self.closed_at is not None


PHONE = SealedField("applicants", "phone", KeyPurpose.IDENTITY)
NAME = SealedField("applicants", "name", KeyPurpose.IDENTITY)


class Device(Base):
    """A device, as the app names itself, on which an applicant signed in."""

    __tablename__ = "devices"
    __table_args__ = kept(Retention.ACCOUNT)

    device_blind: Mapped[str] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applicants.id"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime] = mapped_column(info=holds(DataClass.BEHAVIOUR))


class SignInAttempt(Base):
    """An attempt to sign in by one code; who asked for it alone knows the id that this hashes."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = kept(Retention.SIGN_IN)

    id_hash: Mapped[str] = mapped_column(primary_key=True, info=holds(DataClass.SECRET))
    phone_blind: Mapped[str]
    code_hash: Mapped[str] = mapped_column(info=holds(DataClass.SECRET))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    wrong: Mapped[int]


class OutgoingMessage(Base):
    """A code on its way to a phone, sealed; erased once it was sent."""

    __tablename__ = "outgoing_messages"
    __table_args__ = kept(Retention.SIGN_IN)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(info=holds(DataClass.SECRET))
    due_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int]


class AccessSession(Base):
    """A session of an applicant or of a member of staff, in force until it expires or is ended.

    `confined_to` is the one onboarding that it is for, where that was handed over.
    """

    __tablename__ = "sessions"
    __table_args__ = kept(Retention.SESSION)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    holder_kind: Mapped[ActorKind] = mapped_column(EnumText(ActorKind))
    holder_id: Mapped[UUID] = mapped_column(index=True)
    device_key: Mapped[str | None] = mapped_column(
        index=True,
        info=holds(DataClass.PSEUDONYM),  # RFC 7638
    )
    address_prefix: Mapped[str] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    created_at: Mapped[datetime] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    last_seen_at: Mapped[datetime] = mapped_column(info=holds(DataClass.BEHAVIOUR))  # coarse
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None] = mapped_column(EnumText(EndReason))
    confined_to: Mapped[UUID | None]
    stepped_up_at: Mapped[datetime | None]  # when staff last proved their second factor again


class RefreshToken(Base):
    """One token of a session; using one twice ends the session."""

    __tablename__ = "refresh_tokens"
    __table_args__ = kept(Retention.SESSION)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info=holds(DataClass.SECRET))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("sessions.id"), index=True)
    used_at: Mapped[datetime | None]


class UsedProof(Base):
    """A proof of possession that was used (RFC 9449, 11.1), as the hash of its key and its id."""

    __tablename__ = "used_proofs"
    __table_args__ = kept(Retention.PROOF)

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Staff(Base):
    """A member of staff; `last_totp` is the time step of the last code used."""

    __tablename__ = "staff"
    __table_args__ = kept(Retention.STAFF)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, info=holds(DataClass.STAFF_NAME))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    password_hash: Mapped[str] = mapped_column(info=holds(DataClass.SECRET))
    data_key: Mapped[bytes] = mapped_column(default=b"", info=holds(DataClass.KEY))
    totp: Mapped[bytes] = mapped_column(info=holds(DataClass.SECRET))
    last_totp: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


TOTP_SECRET = SealedField("staff", "totp", KeyPurpose.IDENTITY)


class Attempts(Base):
    """When the newest attempts under a key were made, as ISO 8601 texts; the key names nobody."""

    __tablename__ = "attempts"
    __table_args__ = kept(Retention.ATTEMPTS)

    key: Mapped[str] = mapped_column(primary_key=True, info=holds(DataClass.PSEUDONYM))
    at: Mapped[list[str]] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    expires_at: Mapped[datetime] = mapped_column(index=True)

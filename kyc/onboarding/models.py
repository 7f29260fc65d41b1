"""What onboarding keeps. Bytes are sealed values; `*_blind` are keyed indexes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, new_id, utc_now


class Applicant(Base):
    __tablename__ = "applicants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    phone_blind: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[bytes]
    name: Mapped[bytes | None]
    name_blind: Mapped[str | None] = mapped_column(index=True)
    data_key: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Device(Base):
    """A device, as the app names itself, on which an applicant signed in."""

    __tablename__ = "devices"

    device_blind: Mapped[str] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applicants.id"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)


class Onboarding(Base):
    """One attempt to open an account: open, then decided or expired."""

    __tablename__ = "onboardings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    state: Mapped[str] = mapped_column(default="open", index=True)
    version: Mapped[int] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(index=True)
    automatic: Mapped[str | None]  # what the policy said, whatever a person said after
    claimed_by: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    policy_version: Mapped[str | None]
    number_blind: Mapped[str | None] = mapped_column(index=True)
    code_blind: Mapped[str | None] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}


class Consent(Base):
    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str]
    text_version: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]


class Challenge(Base):
    """What the server asked for, once; `asked` holds cues or digits."""

    __tablename__ = "challenges"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str]
    asked: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Evidence(Base):
    """What the applicant sent; states: analysing, accepted, retry, review, declined, superseded."""

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="analysing")
    challenge_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("challenges.id"))
    content_blind: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(default=utc_now)
    facts: Mapped[bytes | None]


class Upload(Base):
    """A file that comes in parts, sealed each, until all `length` bytes are there."""

    __tablename__ = "uploads"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[str]
    challenge_id: Mapped[UUID | None]
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[str]] = mapped_column(default=list)
    sha256: Mapped[str | None]
    evidence_id: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Check(Base):
    """One question answered: passed, failed or unsure."""

    __tablename__ = "checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    evidence_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    kind: Mapped[str]
    outcome: Mapped[str]
    reasons: Mapped[list[str]]
    measurements: Mapped[dict[str, Any]]
    models: Mapped[dict[str, Any]]
    duration_ms: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class Template(Base):
    """A sealed biometric reference of one piece of evidence."""

    __tablename__ = "templates"

    evidence_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evidence.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class Listed(Base):
    """A blacklisted identity number, credit code or phone number, kept as a blind index only."""

    __tablename__ = "listed"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    value_blind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    listed_at: Mapped[datetime] = mapped_column(default=utc_now)


class Call(Base):
    """Somebody who speaks for an account, the digits asked of them, and whether it was the owner.

    States: asked, analysing, then verified, unsure, rejected or again. `purpose` is what it was
    asked for; a verified one is used once.
    """

    __tablename__ = "calls"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    asker_kind: Mapped[str]  # staff, or applicant for themself
    asker_id: Mapped[UUID]
    purpose: Mapped[str]
    digits: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    content_blind: Mapped[str | None] = mapped_column(index=True)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    measurements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    models: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class PolicyRecord(Base):
    """The text of a policy that decisions were made by."""

    __tablename__ = "policies"

    version: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(default=utc_now)


class Verdict(Base):
    """What one reviewer said of a case."""

    __tablename__ = "verdicts"
    __table_args__ = (sa.UniqueConstraint("onboarding_id", "reviewer"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    reviewer: Mapped[UUID]
    judgement: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=utc_now)

"""What customer service did with accounts that the audit log alone should not hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class AccessReason(StrEnum):
    """Why a member of staff looks for an account, or at one."""

    CALL = "call"  # its owner is on the phone
    COMPLAINT = "complaint"
    CORRECTION = "correction"  # an owner says that data are wrong (PIPL, art. 46)
    FRAUD = "fraud"  # somebody else may be using it
    AUTHORITY = "authority"  # a court or an authority asks


class UnmaskingBasis(StrEnum):
    """What had been proven when values were shown."""

    VOICE = "voice"  # the caller is the owner
    STEP_UP = "step_up"  # the agent is who they say


class Unmasking(Base):
    """One time that an agent was shown an account's values; the note is free text, so sealed."""

    __tablename__ = "unmaskings"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    staff_id: Mapped[UUID]
    reason: Mapped[AccessReason] = mapped_column(
        EnumText(AccessReason), info=holds(DataClass.RECORD)
    )
    basis: Mapped[UnmaskingBasis] = mapped_column(
        EnumText(UnmaskingBasis), info=holds(DataClass.RECORD)
    )
    note: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    at: Mapped[datetime]


UNMASKING_NOTE = SealedField("unmaskings", "note", KeyPurpose.IDENTITY)

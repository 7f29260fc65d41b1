"""What is known of a business, as it was last put together, and what its owner contests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField
from storage.states import Transitions


class Profile(Base):
    """Features with their sources, and what else was computed; one an account.

    `wanted_at` is when something more was known last: it is built again until `built_at` is later.
    `business` is that of which it was computed (`kyc.identity.business_of`): it says nothing of
    another one.
    """

    __tablename__ = "profiles"
    __table_args__ = kept(Retention.SOURCE)

    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), primary_key=True)
    business: Mapped[str | None]
    wanted_at: Mapped[datetime]
    built_at: Mapped[datetime | None]
    policy_version: Mapped[str | None]
    catalogue: Mapped[str | None]  # the version of the features' meaning
    features: Mapped[dict[str, Any]] = mapped_column(default=dict, info=holds(DataClass.BUSINESS))
    known: Mapped[dict[str, Any]] = mapped_column(default=dict, info=holds(DataClass.BUSINESS))


class ObjectionState(StrEnum):
    """What became of an objection."""

    OPEN = "open"  # what it contests is not used
    UPHELD = "upheld"  # nor is it from now on
    REJECTED = "rejected"


OBJECTION = Transitions(
    first=(ObjectionState.OPEN,),
    steps={
        ObjectionState.OPEN: (ObjectionState.UPHELD, ObjectionState.REJECTED),
        ObjectionState.UPHELD: (),
        ObjectionState.REJECTED: (),
    },
)


class Objection(Base):
    """An owner says that something that is known of them is wrong (PIPL art. 46)."""

    __tablename__ = "objections"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    feature: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    text: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    # What was contested, as JSON, sealed; None in objections of before.
    value: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    state: Mapped[ObjectionState] = mapped_column(
        EnumText(ObjectionState), index=True, info=holds(DataClass.RECORD)
    )
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


OBJECTION_TEXT = SealedField("objections", "text", KeyPurpose.LOANS)
OBJECTION_VALUE = SealedField("objections", "value", KeyPurpose.LOANS)

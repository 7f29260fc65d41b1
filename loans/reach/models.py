"""What people want of contacts, and the contacts themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.reach.contact import Refusal
from loans.reach.signals import Channel
from loans.reach.states import ContactState
from storage.database import Base, EnumText


class ContactPreference(Base):
    """What an owner set: channels, hours in China, and whether they want no contact at all."""

    __tablename__ = "contact_preferences"
    __table_args__ = kept(Retention.ACCOUNT)

    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), primary_key=True)
    channels: Mapped[list[str]] = mapped_column(sa.JSON, info=holds(DataClass.BEHAVIOUR))
    from_hour: Mapped[int] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    until_hour: Mapped[int] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    opted_out_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    changed_at: Mapped[datetime] = mapped_column(info=holds(DataClass.BEHAVIOUR))


class Contact(Base):
    """A contact that was handed to whoever sends it, or that the rules refused.

    `response` is the probability by which the person was chosen; it and `product` are empty once
    the signals that they come of may not be used any more. After `not_after` it is not sent.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        sa.Index("ix_contacts_applicant_at", "applicant_id", "at"),
        kept(Retention.ACCOUNT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel), info=holds(DataClass.BEHAVIOUR))
    product: Mapped[str | None] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    response: Mapped[float | None] = mapped_column(info=holds(DataClass.RECORD))
    state: Mapped[ContactState] = mapped_column(
        EnumText(ContactState), info=holds(DataClass.RECORD)
    )
    refusal: Mapped[Refusal | None] = mapped_column(EnumText(Refusal), info=holds(DataClass.RECORD))
    at: Mapped[datetime] = mapped_column(info=holds(DataClass.RECORD))
    not_after: Mapped[datetime]
    declined_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.BEHAVIOUR))

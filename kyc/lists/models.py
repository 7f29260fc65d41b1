"""Entries of lists, proposals to change them, and hits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from kyc.lists.states import EntryState, HitState, ProposalState
from storage.blind_index import Indexed
from storage.database import Base, EnumText


class Listed(StrEnum):
    """What an entry names."""

    PERSON = "person"  # by identity number
    FIRM = "firm"  # by credit code
    PHONE = "phone"
    NAME = "name"  # of a person, as printed: many people share one

    @property
    def indexed(self) -> Indexed:
        """The blind index that the value is kept by."""
        return {
            Listed.PERSON: Indexed.IDENTITY_NUMBER,
            Listed.FIRM: Indexed.CREDIT_CODE,
            Listed.PHONE: Indexed.PHONE,
            Listed.NAME: Indexed.NAME,
        }[self]


class ListReason(StrEnum):
    """Why somebody is listed."""

    SANCTIONED = "sanctioned"
    TERRORISM = "terrorism"
    MONEY_LAUNDERING = "money_laundering"
    FRAUD = "fraud"
    IDENTITY_MISUSED = "identity_misused"
    JUDGEMENT_DEFAULT = "judgement_default"
    BAD_DEBT = "bad_debt"
    OTHER = "other"


class RemovalReason(StrEnum):
    """Why an entry is to be removed."""

    WITHDRAWN_BY_SOURCE = "withdrawn_by_source"
    WRONG = "wrong"
    SETTLED = "settled"  # paid, fulfilled, acquitted
    OTHER = "other"


class Change(StrEnum):
    """What a proposal wants."""

    ADDITION = "addition"
    REMOVAL = "removal"


class ListEntry(Base):
    """A person, firm, phone or name on a list, by blind index only.

    `source` refers to what it rests on (a notice and its date) and names nobody. `valid_until` is
    the last day, in China; None: until it is removed.
    """

    __tablename__ = "list_entries"
    __table_args__ = (
        sa.Index("ix_list_entries_value", "kind", "value_blind"),
        kept(Retention.PERMANENT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[Listed] = mapped_column(EnumText(Listed))
    value_blind: Mapped[str]
    source: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    reason: Mapped[ListReason] = mapped_column(EnumText(ListReason), info=holds(DataClass.RECORD))
    valid_until: Mapped[date | None]
    state: Mapped[EntryState] = mapped_column(EnumText(EntryState), index=True)
    made_at: Mapped[datetime]


class ListProposal(Base):
    """One person's wish to add or remove an entry; another confirms or rejects it.

    `proposed_by` and `decided_by` are actors as the log names them, `staff:…` or `system:…`.
    """

    __tablename__ = "list_proposals"
    __table_args__ = kept(Retention.PERMANENT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("list_entries.id"), index=True)
    change: Mapped[Change] = mapped_column(EnumText(Change))
    removal_reason: Mapped[RemovalReason | None] = mapped_column(
        EnumText(RemovalReason), info=holds(DataClass.RECORD)
    )
    state: Mapped[ProposalState] = mapped_column(EnumText(ProposalState), index=True)
    proposed_by: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    decided_at: Mapped[datetime | None]


class ListHit(Base):
    """An account that an entry in force names; one for each of both."""

    __tablename__ = "list_hits"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "applicant_id"),
        kept(Retention.ACCOUNT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("list_entries.id"))
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    onboarding_id: Mapped[UUID | None]
    state: Mapped[HitState] = mapped_column(EnumText(HitState), info=holds(DataClass.RECORD))
    found_at: Mapped[datetime]
    cleared_by: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    cleared_at: Mapped[datetime | None]

"""Entries of lists, proposals to change them, and hits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from kyc.lists.names.attributes import Agreement
from kyc.lists.names.judge import Outcome
from kyc.lists.names.writing import Writing
from kyc.lists.states import EntryState, HitState, ProposalState
from storage.blind_index import Indexed
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class Listed(StrEnum):
    """What an entry names."""

    PERSON = "person"  # by identity number
    FIRM = "firm"  # by credit code
    PHONE = "phone"
    NAME = "name"  # of a person: many people share one
    FIRM_NAME = "firm_name"

    @property
    def indexed(self) -> Indexed:
        """The blind index that the value is kept by."""
        return {
            Listed.PERSON: Indexed.IDENTITY_NUMBER,
            Listed.FIRM: Indexed.CREDIT_CODE,
            Listed.PHONE: Indexed.PHONE,
            Listed.NAME: Indexed.NAME,
            Listed.FIRM_NAME: Indexed.FIRM_NAME,
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
    """A person, firm, phone or name on a list, by blind index; names beside it (`ListedName`).

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
    """An account that an entry in force names; one for each of both.

    `outcome`, `writing`, `birth` and `number` say by what, where a name was compared.
    """

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
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome), info=holds(DataClass.RECORD))
    writing: Mapped[Writing | None] = mapped_column(EnumText(Writing), info=holds(DataClass.RECORD))
    birth: Mapped[Agreement | None] = mapped_column(
        EnumText(Agreement), info=holds(DataClass.RECORD)
    )
    number: Mapped[Agreement | None] = mapped_column(
        EnumText(Agreement), info=holds(DataClass.RECORD)
    )
    cleared_by: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    cleared_at: Mapped[datetime | None]


class ListedName(Base):
    """Whom an entry of a name is about: name, birth date, number or code, sealed."""

    __tablename__ = "listed_names"
    __table_args__ = kept(Retention.PERMANENT)

    entry_id: Mapped[UUID] = mapped_column(sa.ForeignKey("list_entries.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))


class ListedNameKey(Base):
    """A blind index by which an entry of a name is found: characters, letters, birth, number."""

    __tablename__ = "listed_name_keys"
    __table_args__ = kept(Retention.PERMANENT)

    key_blind: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("listed_names.entry_id"), primary_key=True, index=True
    )


class AccountName(Base):
    """A name that an onboarding shows, as `ListedName` has those of entries."""

    __tablename__ = "account_names"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[Listed] = mapped_column(EnumText(Listed))
    sealed: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))


class AccountNameKey(Base):
    """A blind index by which a name of an account is found."""

    __tablename__ = "account_name_keys"
    __table_args__ = kept(Retention.ACCOUNT)

    key_blind: Mapped[str] = mapped_column(primary_key=True)
    name_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("account_names.id"), primary_key=True, index=True
    )


LISTED_NAME = SealedField("listed_names", "sealed", KeyPurpose.IDENTITY)
ACCOUNT_NAME = SealedField("account_names", "sealed", KeyPurpose.IDENTITY)

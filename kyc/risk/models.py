"""People and firms by blind index: one row each, and the lists of those that are not served."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from storage.blind_index import Indexed
from storage.database import Base, EnumText


class WatchlistEntry(Base):
    """A listed identity number or credit code, kept as a blind index only."""

    __tablename__ = "listed"
    __table_args__ = kept(Retention.PERMANENT)

    purpose: Mapped[Indexed] = mapped_column(EnumText(Indexed), primary_key=True)
    value_blind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    listed_at: Mapped[datetime]


class Identity(Base):
    """An identity number that some onboarding showed; whoever decides about it locks the row.

    Who holds the number stands in `onboardings`.
    """

    __tablename__ = "identities"
    __table_args__ = kept(Retention.ACCOUNT)

    number_blind: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class Firm(Base):
    """A firm's credit code that some onboarding showed, likewise."""

    __tablename__ = "firms"
    __table_args__ = kept(Retention.ACCOUNT)

    code_blind: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]

"""People and firms by blind index: one row each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import Retention, kept
from storage.database import Base


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

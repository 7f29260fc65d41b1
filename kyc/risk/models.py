"""Lists of people and firms that are not served."""

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

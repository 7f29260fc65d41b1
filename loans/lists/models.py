"""What the courts' list said of those who applied."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.calls.signed_client import Outcome
from storage.database import Base, EnumText


class CourtAsking(Base):
    """One asking of the courts' list about the person and the firm of an application.

    `found` has an entry for each case that may be theirs: its number and date, the outcome of the
    comparison, writing and attributes. No name is kept.
    """

    __tablename__ = "court_askings"
    __table_args__ = (sa.UniqueConstraint("application_id", "asking"), kept(Retention.ACCOUNT))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"))
    asking: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome), info=holds(DataClass.RECORD))
    status: Mapped[int | None]
    ms: Mapped[int]
    found: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, info=holds(DataClass.RECORD))
    at: Mapped[datetime]

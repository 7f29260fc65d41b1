"""What privacy keeps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from privacy.kinds import ConsentKind
from storage.database import Base, EnumText


class Consent(Base):
    """A consent given to one version of a text, for one onboarding."""

    __tablename__ = "consents"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(EnumText(ConsentKind), info=holds(DataClass.RECORD))
    text_version: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    given_at: Mapped[datetime] = mapped_column(info=holds(DataClass.RECORD))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=holds(DataClass.RECORD))

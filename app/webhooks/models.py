"""What is delivered to other systems."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import Retention, kept
from storage.database import Base, EnumText
from storage.states import Transitions


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


DELIVERY = Transitions(
    first=(DeliveryState.WAITING,),
    steps={
        DeliveryState.WAITING: (
            DeliveryState.WAITING,
            DeliveryState.DELIVERED,
            DeliveryState.FAILED,
        ),
        DeliveryState.DELIVERED: (DeliveryState.WAITING,),
        DeliveryState.FAILED: (DeliveryState.WAITING,),
    },
)


class Delivery(Base):
    """A message to another system about one audit event."""

    __tablename__ = "deliveries"
    __table_args__ = kept(Retention.JOB)

    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_events.id"), primary_key=True)
    state: Mapped[DeliveryState] = mapped_column(EnumText(DeliveryState), index=True)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    last_answer: Mapped[str | None]
    delivered_at: Mapped[datetime | None]

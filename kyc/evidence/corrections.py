"""Names as their owners say that papers print them: kept sealed beside what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from core.ids import new_id
from kyc.evidence.models import CORRECTION, NameCorrection
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from ocr.document_types import NAME, PRINCIPAL
from storage.context import Context

# The names that papers print, by kind of evidence: their labels in what was read.
CORRECTABLE: Mapping[str, tuple[str, ...]] = {
    ID_CARD_FRONT.kind: (NAME,),
    LICENCE.kind: ("名称", PRINCIPAL),
}


@dataclass(frozen=True)
class Correction:
    """A name as its owner wrote it; `label` is its field in what was read."""

    kind: str
    label: str
    value: str


def store_correction(
    context: Context, owner: Applicant, onboarding_id: UUID, correction: Correction
) -> NameCorrection:
    """Keep a correction, sealed."""
    row = NameCorrection(
        id=new_id(),
        onboarding_id=onboarding_id,
        kind=correction.kind,
        field=correction.label,
        made_at=context.now(),
    )
    row.value = CORRECTION.seal(context.keyring, owner, row.id, correction.value.encode())
    context.session.add(row)
    context.session.flush()
    return row


def count_corrections(context: Context, onboarding_id: UUID) -> int:
    """How many corrections an onboarding has, replaced ones too."""
    made = sa.select(sa.func.count(NameCorrection.id)).where(
        NameCorrection.onboarding_id == onboarding_id
    )
    return context.session.scalar(made) or 0


def open_corrections(
    context: Context, owner: Applicant, onboarding_id: UUID
) -> tuple[Correction, ...]:
    """The corrections in force, the last one of each name.

    Raises `storage.keyring.SealBroken`, `KeysUnavailable`.
    """
    query = sa.select(NameCorrection).where(
        NameCorrection.onboarding_id == onboarding_id, NameCorrection.value.is_not(None)
    )
    last: dict[tuple[str, str], Correction] = {}
    for row in context.session.scalars(query.order_by(NameCorrection.id)):
        value = CORRECTION.open(context.keyring, owner, row.id, row.value or b"").decode()
        last[row.kind, row.field] = Correction(row.kind, row.field, value)
    return tuple(last.values())

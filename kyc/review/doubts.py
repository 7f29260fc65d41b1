"""Fields that a reviewer has to decide on: what each photo says, and what the owner wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from kyc.decision.corrections import names_of
from kyc.decision.models import Check
from kyc.decision.takes import TAKES
from kyc.evidence.corrections import count_corrections
from kyc.evidence.models import Evidence
from kyc.evidence.repository import current_evidence, open_own_facts
from kyc.onboarding.models import Onboarding
from ocr.document_types import FIELD_CODES
from storage.context import Context

PURPOSE = "review"  # of opening what papers say


@dataclass(frozen=True)
class TakeReading:
    """What a field was read to say, on which photo."""

    evidence_id: UUID
    text: str


@dataclass(frozen=True)
class FieldInDoubt:
    """A field of a paper by its code; `corrected` is what the owner wrote, None: nothing."""

    kind: str
    field: str
    readings: tuple[TakeReading, ...]
    corrected: str | None = None


def fields_in_doubt(
    context: Context, case: Onboarding, checks: Sequence[Check]
) -> tuple[FieldInDoubt, ...]:
    """Fields that photos of one paper show differently, and names that their owner corrected.

    Opening what papers say is an event.
    """
    sent = current_evidence(context, case.id)
    in_force = {evidence.id: evidence for evidence in sent.values()}
    differing = {
        (in_force[check.evidence_id].kind, label): takes
        for check in checks
        if check.evidence_id in in_force
        for label, takes in check.measurements.get(TAKES, {}).get("differing", {}).items()
    }
    found = [
        FieldInDoubt(kind, FIELD_CODES[label], _readings(context, case, label, takes))
        for (kind, label), takes in differing.items()
    ]
    if found:
        _note(context, case)
    return (*found, *_corrected(context, case, sent))


def named_takes(checks: Sequence[Check]) -> set[UUID]:
    """Photos that were replaced, and still count or carry a flag."""
    found: set[UUID] = set()
    for check in checks:
        takes = check.measurements.get(TAKES, {})
        found.update(map(UUID, (*takes.get("counted", ()), *takes.get("carried", ()))))
        found.update(UUID(one) for ids in takes.get("differing", {}).values() for one in ids)
    return found


def _corrected(context: Context, case: Onboarding, sent: dict[str, Evidence]) -> list[FieldInDoubt]:
    if not count_corrections(context, case.id):
        return []
    return [
        FieldInDoubt(
            kind=one.kind,
            field=FIELD_CODES[one.label],
            readings=(TakeReading(sent[one.kind].id, one.read),) if one.read else (),
            corrected=one.corrected,
        )
        for one in names_of(context, case, PURPOSE)
        if one.corrected is not None
    ]


def _readings(
    context: Context, case: Onboarding, label: str, takes: Sequence[str]
) -> tuple[TakeReading, ...]:
    owner = context.session.get_one(Applicant, case.applicant_id)
    rows = context.session.scalars(
        sa.select(Evidence)
        .where(Evidence.onboarding_id == case.id, Evidence.id.in_([UUID(one) for one in takes]))
        .order_by(Evidence.id)
    )
    said = [(row.id, open_own_facts(context, owner, row).get(label)) for row in rows]
    return tuple(TakeReading(take, text) for take, text in said if text is not None)


def _note(context: Context, case: Onboarding) -> None:
    record(
        context,
        Action.FACTS_UNSEALED,
        case.id,
        onboarding_id=case.id,
        applicant_id=case.applicant_id,
        purpose=PURPOSE,
    )

"""The photos of one slot together: earlier takes of the same paper complete the newest one.

What each photo was read to say stays sealed with it; what they say together is sealed beside the
newest one's, and its check names the takes behind each field. The same takes, rules and day give
the same again (`merged_again`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.reasons import Reason
from kyc.analysis.findings import Finding, TemplateKind
from kyc.analysis.takes import Merging, take_of
from kyc.decision.models import Check
from kyc.evidence.models import Evidence
from kyc.evidence.repository import (
    open_own_facts,
    open_template,
    seal_merged_facts,
    store_template,
)
from kyc.evidence.types import TYPES
from ocr.document_types import DocumentType
from ocr.takes.merge import MergedTakes, merge_takes
from ocr.takes.take import Take
from storage.context import Context
from storage.keyring import SealBroken

log = structlog.get_logger()

TAKES = "takes"  # what a check's measurements hold of the merging
OPEN_FIELDS = "open_fields"  # and of the fields that are missing, doubtful or differing


@dataclass(frozen=True)
class TakenTogether:
    """A finding, with what earlier takes of its slot add.

    `facts` are those that count, `measurements` those of the finding and how it was merged.
    """

    facts: Mapping[str, str]
    reasons: tuple[Reason, ...]
    measurements: Mapping[str, Any]
    merged: MergedTakes | None = None

    @property
    def is_completed(self) -> bool:
        """Whether any field may be of an earlier take."""
        return self.merged is not None and len(self.merged.counted) > 1


def take_together(
    context: Context, owner: Applicant, evidence: Evidence, finding: Finding
) -> TakenTogether:
    """A finding with what earlier photos of the same paper add; another kind's stays as it is.

    Opening what earlier photos say is an event. Where it does not open a person looks.
    """
    paper = TYPES.of(evidence.kind).paper
    if paper is None:
        return TakenTogether(finding.facts, finding.reasons, finding.measurements)
    name = str(evidence.id)
    newest = take_of(name, paper, finding.facts, finding.measurements, finding.reasons)
    rows = _earlier(context, evidence)
    earlier, whole = _opened(context, owner, evidence, rows, paper)
    merged = _merge(Merging.of(context.policy), paper, newest, earlier, context.today())
    measurements = dict(finding.measurements)
    if newest.fields:
        measurements[OPEN_FIELDS] = _open_fields(merged)
    if earlier:
        measurements[TAKES] = provenance(merged)
    facts = merged.texts if len(merged.counted) > 1 else finding.facts
    reasons = merged.reasons if whole else (*merged.reasons, Reason.FILE_DAMAGED)
    return TakenTogether(facts, reasons, measurements, merged)


def keep_merged(
    context: Context,
    owner: Applicant,
    evidence: Evidence,
    together: TakenTogether,
    *,
    biometric: bool,
) -> None:
    """Seal what the takes say together; with `biometric` consent the portrait, too.

    A portrait is an earlier take's only where the newest one shows none that is large enough.
    """
    if not together.is_completed or together.merged is None:
        return
    seal_merged_facts(context, owner, evidence, together.facts)
    portrait = together.merged.portrait
    if not biometric or portrait in (None, str(evidence.id)):
        return
    packed = open_template(context, owner, UUID(portrait), TemplateKind.PORTRAIT)
    if packed is not None:
        store_template(context, owner, evidence, TemplateKind.PORTRAIT, packed)


def merged_again(
    context: Context, owner: Applicant, evidence: Evidence, merging: Merging, today: date
) -> MergedTakes:
    """What the takes of a slot say together by some rules, from what was kept of each.

    Raises `storage.keyring.SealBroken`, and KeyError for evidence that is no paper.
    """
    paper = TYPES.of(evidence.kind).paper
    if paper is None:
        raise KeyError(evidence.kind)
    query = sa.select(Check).where(Check.evidence_id == evidence.id)
    newest = _take(context, owner, evidence, context.session.scalars(query).one(), paper)
    earlier = [_take(context, owner, *row, paper) for row in _earlier(context, evidence)]
    return _merge(merging, paper, newest, earlier, today)


def _merge(
    merging: Merging, paper: DocumentType, newest: Take, earlier: Sequence[Take], today: date
) -> MergedTakes:
    return merge_takes(paper, newest, earlier, merging.rules, merging.fraud, today)


def _earlier(context: Context, evidence: Evidence) -> Sequence[tuple[Evidence, Check]]:
    """The photos of a slot before a piece of evidence, with their checks, the oldest first.

    What was replaced before it was analysed has no check, and is none of them.
    """
    query = _before(evidence).add_columns(Check).join(Check, Check.evidence_id == Evidence.id)
    return context.session.execute(query.order_by(Evidence.id)).tuples().all()


def _opened(
    context: Context,
    owner: Applicant,
    evidence: Evidence,
    rows: Sequence[tuple[Evidence, Check]],
    paper: DocumentType,
) -> tuple[list[Take], bool]:
    """The takes of some photos, and whether all that they say could be opened.

    Of one that does not open only what is wrong with it is known.
    """
    if rows:
        record(
            context,
            Action.FACTS_UNSEALED,
            evidence.id,
            onboarding_id=evidence.onboarding_id,
            applicant_id=owner.id,
            purpose="takes",
        )
    takes, whole = [], True
    for row, check in rows:
        try:
            takes.append(_take(context, owner, row, check, paper))
        except SealBroken as error:
            log.error("what a photo says does not open", evidence=str(row.id), what=str(error))
            record(
                context,
                Action.EVIDENCE_DAMAGED,
                row.id,
                onboarding_id=row.onboarding_id,
                applicant_id=owner.id,
                what=SealBroken.__name__,
            )
            takes.append(take_of(str(row.id), paper, {}, {}, _reasons(check)))
            whole = False
    return takes, whole


def _before(evidence: Evidence) -> sa.Select[Evidence]:
    return sa.select(Evidence).where(
        Evidence.onboarding_id == evidence.onboarding_id,
        Evidence.kind == evidence.kind,
        Evidence.id < evidence.id,
    )


def _take(
    context: Context, owner: Applicant, evidence: Evidence, check: Check, paper: DocumentType
) -> Take:
    """A photo as it was read; of one that was taken back only what is wrong with it counts."""
    if evidence.taken_back_at is not None:
        return take_of(str(evidence.id), paper, {}, {}, _reasons(check))
    facts = open_own_facts(context, owner, evidence)
    return take_of(str(evidence.id), paper, facts, check.measurements, _reasons(check))


def _reasons(check: Check) -> list[Reason]:
    return [Reason(reason) for reason in check.reasons]


def _open_fields(merged: MergedTakes) -> dict[str, list[str]]:
    return {
        "missing": list(merged.missing),
        "doubtful": list(merged.doubtful),
        "differing": list(merged.differing),
    }


def provenance(merged: MergedTakes) -> dict[str, Any]:
    """Which takes gave each field: ids and names of fields, no value."""
    return {
        "counted": list(merged.counted),
        "carried": list(merged.carried),
        "portrait": merged.portrait,
        "fields": {name: list(one.takes) for name, one in merged.fields.items()},
        "differing": {name: list(takes) for name, takes in merged.differing.items()},
    }

"""How an onboarding stands: what was sent, what came of it, what is missing.

Whoever waits is told of a change by one question for all of them (`at_rest`, `analysed`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from kyc.analysis.documents import REGIONS
from kyc.decision.models import Check
from kyc.decision.takes import OPEN_FIELDS
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import own_onboarding
from kyc.onboarding.required import required_kinds
from kyc.onboarding.states import Decision, OnboardingState
from storage.context import Context

_WANTED = sa.bindparam("onboarding", type_=sa.Uuid)
_SENT = (
    sa.select(
        Evidence.id,
        Evidence.kind,
        Evidence.state,
        Check.reasons,
        Check.measurements[OPEN_FIELDS],
        Check.measurements[REGIONS],
    )
    .outerjoin(Check, Check.evidence_id == Evidence.id)
    .where(
        Evidence.onboarding_id == _WANTED,
        Evidence.state != EvidenceState.SUPERSEDED,
        Evidence.taken_back_at.is_(None),
    )
    .order_by(Evidence.submitted_at)
)
_ANALYSING = sa.exists().where(
    Evidence.onboarding_id == Onboarding.id, Evidence.state == EvidenceState.ANALYSING
)
_AT_REST = sa.select(Onboarding.id, sa.or_(Onboarding.state != OnboardingState.OPEN, ~_ANALYSING))


class FieldState(StrEnum):
    """What is open about a field of a paper."""

    MISSING = "missing"  # no photo shows it
    DOUBTFUL = "doubtful"  # a better photo would settle it
    DIFFERING = "differing"  # two photos show it differently


@dataclass(frozen=True)
class OpenField:
    """A field of a paper that is not settled, by its label."""

    label: str
    state: FieldState


@dataclass(frozen=True)
class SentEvidence:
    """The newest piece of evidence of a kind; `reasons` are those of its check, if it has one.

    `fields` are those that are not settled by all photos of the paper together, `regions` where a
    photo shows what a reason is about: left, top, right and bottom, as shares of it.
    """

    id: UUID
    kind: str
    state: EvidenceState
    reasons: tuple[str, ...]
    fields: tuple[OpenField, ...] = ()
    regions: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class OnboardingView:
    """How an onboarding stands; `missing` are the kinds of evidence still to be sent.

    `person_asked`: its owner asked for a person, and face and voice are not missing. `handed_over`:
    another device goes on with it.
    """

    id: UUID
    state: OnboardingState
    decision: Decision | None
    reasons: tuple[str, ...]
    evidence: tuple[SentEvidence, ...]
    missing: tuple[str, ...]
    person_asked: bool
    handed_over: bool
    started_at: datetime
    decided_at: datetime | None

    @property
    def at_rest(self) -> bool:
        """Whether nothing of it was being analysed, or it had ended."""
        analysing = any(one.state is EvidenceState.ANALYSING for one in self.evidence)
        return self.state is not OnboardingState.OPEN or not analysing


def view_onboarding(context: Context, onboarding_id: UUID) -> OnboardingView:
    """The actor's own onboarding. Raises `NotFound`."""
    require(context, Permission.ONBOARDING_READ)
    return view_of(context, own_onboarding(context, onboarding_id))


def view_of(context: Context, row: Onboarding) -> OnboardingView:
    """An onboarding that its reader may see."""
    sent = _newest_by_kind(context, row.id)
    filled = {kind for kind, one in sent.items() if one.state != EvidenceState.RETRY}
    required = required_kinds(context, row)
    return OnboardingView(
        id=row.id,
        state=row.state,
        decision=row.decision,
        reasons=tuple(row.reasons or ()),
        evidence=tuple(sent.values()),
        missing=tuple(kind for kind in required if kind not in filled),
        person_asked=row.person_asked_at is not None,
        handed_over=row.handed_over_at is not None,
        started_at=row.started_at,
        decided_at=row.decided_at,
    )


def at_rest(context: Context, onboarding_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Of each onboarding, whether nothing of it is being analysed, or it has ended.

    For those who wait for what `view_onboarding` showed them to be theirs.
    """
    rows = context.session.execute(_AT_REST.where(Onboarding.id.in_(onboarding_ids)))
    return {onboarding_id: bool(rest) for onboarding_id, rest in rows}


def analysed(context: Context, evidence_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Of each piece of evidence that an actor has just sent, whether it is analysed or replaced."""
    query = sa.select(Evidence.id, Evidence.state).where(Evidence.id.in_(evidence_ids))
    rows = context.session.execute(query)
    return {evidence_id: state != EvidenceState.ANALYSING for evidence_id, state in rows}


def _newest_by_kind(context: Context, onboarding_id: UUID) -> Mapping[str, SentEvidence]:
    rows = context.session.execute(_SENT, {"onboarding": onboarding_id})
    return {
        kind: SentEvidence(
            evidence_id, kind, state, tuple(reasons or ()), _open(fields, state), regions or {}
        )
        for evidence_id, kind, state, reasons, fields, regions in rows
    }


def _open(fields: Mapping[str, list[str]] | None, state: EvidenceState) -> tuple[OpenField, ...]:
    """Fields that the owner may still do something about; of accepted evidence none."""
    if not fields or state is EvidenceState.ACCEPTED:
        return ()
    return tuple(
        OpenField(label, FieldState(name)) for name, labels in fields.items() for label in labels
    )

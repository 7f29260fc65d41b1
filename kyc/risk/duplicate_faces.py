"""Has this face opened an account under another identity number?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from kyc.analysis.findings import TemplateKind
from kyc.evidence.models import Evidence, Template
from kyc.evidence.repository import unseal_template
from kyc.evidence.states import EvidenceState
from kyc.face.embedding import FaceTemplate
from kyc.face.search import FaceSearch
from kyc.onboarding.models import Onboarding
from kyc.policy import FacePolicy
from privacy.destruction import faces_destroyed_since
from privacy.models import Destruction
from storage.context import Context
from storage.keyring import SealBroken

log = structlog.get_logger()

AT_ONCE = 1000  # rows in memory while all faces are brought in
NO_LIMIT_S = float("inf")


class FaceIndex:
    """One process's search over decided faces.

    It holds some since `begun_at`, holds all until `seen_until`, and dropped those destroyed until
    `dropped_until`.
    """

    def __init__(self, search: FaceSearch[UUID]) -> None:
        self.search = search
        self.begun_at: datetime | None = None
        self.seen_until: datetime | None = None
        self.dropped_until: datetime | None = None


def faces_of_others(
    context: Context, onboarding: Onboarding, face: FaceTemplate
) -> list[tuple[UUID, float]]:
    """Decided onboardings of other people with this face, and how alike, the most alike first.

    Somebody is another when both the account and the identity number differ.
    """
    index = context.resource(FaceIndex)
    catch_up(context)
    found = []
    for evidence_id, ratio in index.search.nearest(face, context.rules(FacePolicy).known_llr):
        other = context.session.scalar(
            sa.select(Onboarding)
            .join(Evidence, Evidence.onboarding_id == Onboarding.id)
            .join(Template, Template.evidence_id == Evidence.id)
            .where(Evidence.id == evidence_id, Template.kind == TemplateKind.FACE)
        )
        if other is not None and _is_another(onboarding, other):
            found.append((other.id, ratio))
    return found


def forget_destroyed_faces(context: Context) -> int:
    """Drop from this process's index the faces that were destroyed since; returns how many.

    Every search does so first; a process that searches seldom does it from time to time.
    """
    index = context.resource(FaceIndex)
    since = index.dropped_until or index.begun_at
    if since is None:
        return 0
    began = _ended_before(context)
    known = [
        face
        for face in faces_destroyed_since(context, Destruction.at >= since)
        if face in index.search
    ]
    for face in known:
        index.search.remove(face)
    index.dropped_until = began
    return len(known)


def _is_another(one: Onboarding, other: Onboarding) -> bool:
    same_number = one.number_blind is not None and one.number_blind == other.number_blind
    return other.applicant_id != one.applicant_id and not same_number


def catch_up(context: Context, max_s: float = NO_LIMIT_S) -> bool:
    """Drop the faces destroyed and bring in those decided on since this was last done.

    Every search does so first. The first time brings in all faces; after `max_s` seconds it ends,
    and the next time goes on. Returns whether it came to the end.
    """
    index = context.resource(FaceIndex)
    began = _ended_before(context)
    until = time.monotonic() + max_s
    forget_destroyed_faces(context)
    index.begun_at = index.begun_at or began
    for decided in _decided_since(context, index.seen_until):
        new = [evidence_id for evidence_id in decided if evidence_id not in index.search]
        for evidence_id, template in _opened(context, new):
            index.search.add(evidence_id, template)
            if time.monotonic() >= until:
                return False
    index.seen_until = began
    return True


def _ended_before(context: Context) -> datetime:
    """The moment before which every transaction has ended; one may end after a later one."""
    return context.now() - timedelta(minutes=context.rules(FacePolicy).known_overlap_min)


def _decided_since(context: Context, moment: datetime | None) -> Iterator[Sequence[UUID]]:
    """Ids of evidence with a face that was decided on, in parts of at most `AT_ONCE`."""
    query = (
        sa.select(Template.evidence_id)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            Template.kind == TemplateKind.FACE,
            Onboarding.decided_at.is_not(None),
            # A replayed face was not in front of the camera: no evidence against its owner.
            Evidence.state.in_((EvidenceState.ACCEPTED, EvidenceState.REVIEW)),
        )
    )
    if moment is not None:
        query = query.where(Onboarding.decided_at >= moment)
    with context.session.scalars(query.execution_options(yield_per=AT_ONCE)) as found:
        yield from found.partitions()


def _opened(context: Context, evidence_ids: Sequence[UUID]) -> Iterator[tuple[UUID, FaceTemplate]]:
    if not evidence_ids:
        return
    query = (
        sa.select(Template, Applicant)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .where(Template.kind == TemplateKind.FACE, Template.evidence_id.in_(evidence_ids))
    )
    for template, owner in context.session.execute(query):
        try:
            packed = unseal_template(context, owner, template)
        except SealBroken:  # one damaged row must not stop everybody's decisions
            log.exception("template does not open", evidence=str(template.evidence_id))
            continue
        yield template.evidence_id, FaceTemplate.unpacked(packed)

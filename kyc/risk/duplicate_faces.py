"""Has this face opened an account under another identity number?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyc.services import Desk
from kyc.face.embedding import FaceTemplate
from kyc.onboarding.models import Applicant, Evidence, Onboarding, Template
from storage.database import utc_now

OVERLAP = timedelta(minutes=10)  # a transaction may end after one that began later
FACE = "face"


def faces_of_others(
    session: Session, desk: Desk, onboarding: Onboarding, face: FaceTemplate
) -> list[tuple[UUID, float]]:
    """Decided onboardings of other people with this face, and how alike, the most alike first.

    Somebody is another when both the account and the identity number differ.
    """
    _catch_up(session, desk)
    found = []
    for evidence_id, ratio in desk.faces.search.nearest(face, desk.policy.face.known_llr):
        other = session.scalar(
            sa.select(Onboarding)
            .join(Evidence, Evidence.onboarding_id == Onboarding.id)
            .join(Template, Template.evidence_id == Evidence.id)
            .where(Evidence.id == evidence_id, Template.kind == FACE)
        )
        if other is not None and _is_another(onboarding, other):
            found.append((other.id, ratio))
    return found


def _is_another(one: Onboarding, other: Onboarding) -> bool:
    same_number = one.number_blind is not None and one.number_blind == other.number_blind
    return other.applicant_id != one.applicant_id and not same_number


def _catch_up(session: Session, desk: Desk) -> None:
    """Bring in the faces decided on since the last search."""
    began = utc_now()
    for evidence_id, template in _decided_faces(session, desk):
        desk.faces.search.add(evidence_id, template)
    desk.faces.seen_until = began - OVERLAP


def _decided_faces(session: Session, desk: Desk) -> Iterator[tuple[UUID, FaceTemplate]]:
    query = (
        sa.select(Template, Applicant)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .where(
            Template.kind == FACE,
            Onboarding.decided_at.is_not(None),
            # A replayed face was not there: it speaks against nobody.
            Evidence.state.in_(("accepted", "review")),
        )
    )
    if desk.faces.seen_until is not None:
        query = query.where(Onboarding.decided_at >= desk.faces.seen_until)
    for template, applicant in session.execute(query):
        if template.evidence_id not in desk.faces.search:
            binding = f"template:{FACE}:{template.evidence_id}"
            packed = desk.open(applicant, template.sealed, binding)
            yield template.evidence_id, FaceTemplate.unpacked(packed)

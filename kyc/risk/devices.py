"""Which devices sent the face and the voice of an onboarding that was handed over."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from access.models import AccessSession
from kyc.evidence.models import Evidence, IssuedChallenge
from kyc.evidence.states import FAILED, EvidenceState
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP
from storage.context import Context


def is_from_two_devices(context: Context, onboarding_id: UUID) -> bool:
    """Whether face and voice came from different devices, one of which was handed the onboarding.

    Nothing compares a voice with a face: whoever has another's link could enrol their own voice
    beside the owner's face.
    """
    answered = (
        sa.select(IssuedChallenge.answered_in, AccessSession)
        .join(Evidence, Evidence.challenge_id == IssuedChallenge.id)
        .outerjoin(AccessSession, AccessSession.id == IssuedChallenge.answered_in)
        .where(
            Evidence.onboarding_id == onboarding_id,
            Evidence.kind.in_((FACE_VIDEO.kind, VOICE_CLIP.kind)),
            Evidence.state.not_in((*FAILED, EvidenceState.SUPERSEDED)),
        )
    )
    devices, handed_over = set(), False
    for session_id, session in context.session.execute(answered):
        devices.add((session and session.device_key) or session_id)
        handed_over |= session is not None and session.confined_to is not None
    return handed_over and len(devices) > 1

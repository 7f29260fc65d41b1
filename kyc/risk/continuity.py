"""Is a later onboarding of an account the person whom the account was approved for?

The identity number, the face and the voice are compared with those in force. Without this, whoever
holds a session could make the account another person's, and take what was offered to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from access.models import Applicant
from core.reasons import Reason
from kyc.analysis.findings import TemplateKind
from kyc.analysis.likeness import Likeness, face_likeness, voice_likeness
from kyc.evidence.repository import current_evidence, open_template
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP
from kyc.face.embedding import FaceTemplate, compare
from kyc.onboarding.in_force import newest_approved
from kyc.onboarding.models import Onboarding
from kyc.policy import FacePolicy, VoicePolicy
from storage.context import Context
from storage.keyring import SealBroken
from voiceprint.speaker import Embedding

log = structlog.get_logger()


@dataclass(frozen=True)
class References:
    """What is kept of the person of one onboarding; None for what is not there any more."""

    face: FaceTemplate | None
    voice: Embedding | None


def continuity(
    context: Context, owner: Applicant, onboarding: Onboarding
) -> tuple[list[Reason], dict[str, Any]]:
    """`identity_changed`, unless the account's approved person is this one; with what was measured.

    Nothing speaks against the first identity of an account. A later one has the same number, a face
    or a voice that matches the one in force, and neither of them clearly another's.
    """
    known = newest_approved(context, onboarding.applicant_id, besides=onboarding.id)
    if known is None:
        return [], {}
    same_number = known.number_blind is not None and known.number_blind == onboarding.number_blind
    found, measured = _compared(
        context,
        references_of(context, owner, known),
        references_of(context, owner, onboarding),
    )
    measured |= {"with": str(known.id), "same_number": same_number, **found}
    return continuity_reasons(same_number, found), measured


def continuity_reasons(same_number: bool, found: Mapping[str, Likeness]) -> list[Reason]:
    """Whether number, face and voice, compared with those in force, are one person's."""
    likenesses = set(found.values())
    same = same_number and Likeness.SAME in likenesses and Likeness.ANOTHER not in likenesses
    return [] if same else [Reason.IDENTITY_CHANGED]


def references_of(context: Context, owner: Applicant, onboarding: Onboarding) -> References:
    """The face and the voice that an onboarding enrolled, unsealed."""
    face = _template(context, owner, onboarding, FACE_VIDEO.kind, TemplateKind.FACE)
    voice = _template(context, owner, onboarding, VOICE_CLIP.kind, TemplateKind.VOICE)
    return References(
        face=None if face is None else FaceTemplate.unpacked(face),
        voice=None if voice is None else np.frombuffer(voice, "<f4"),
    )


def _compared(
    context: Context, known: References, shown: References
) -> tuple[dict[str, Likeness], dict[str, Any]]:
    """How face and voice compare, and the log-likelihood ratios behind it."""
    found, measured = {"face": Likeness.UNKNOWN, "voice": Likeness.UNKNOWN}, {}
    if known.face is not None and shown.face is not None:
        rules = context.rules(FacePolicy)
        similarity = compare(known.face, shown.face, rules.fusion)
        found["face"] = face_likeness(rules, similarity)
        measured["face_llr"] = round(similarity.log_likelihood_ratio, 2)
    if known.voice is not None and shown.voice is not None:
        voices = context.rules(VoicePolicy).rules
        ratio = voices.calibration.llr(float(known.voice @ shown.voice))
        found["voice"] = voice_likeness(voices, ratio)
        measured["voice_llr"] = round(ratio, 2)
    return found, measured


def _template(
    context: Context, owner: Applicant, onboarding: Onboarding, kind: str, template: TemplateKind
) -> bytes | None:
    """A packed reference of the evidence in force; one that no longer opens is as none."""
    evidence = current_evidence(context, onboarding.id).get(kind)
    if evidence is None:
        return None
    try:
        return open_template(context, owner, evidence.id, template)
    except SealBroken:
        log.exception("template does not open", evidence=str(evidence.id))
        return None

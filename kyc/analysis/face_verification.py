"""A face video of an owner who confirms something: the challenge performed, by the known face."""

from __future__ import annotations

from collections.abc import Sequence

from core.reasons import Reason
from kyc.analysis.analyser import Engines, Sample
from kyc.analysis.face_video import analyse_face_video
from kyc.analysis.findings import VerificationFinding, VerificationOutcome
from kyc.analysis.likeness import match_reasons, measurements_of
from kyc.face.embedding import FaceTemplate, compare
from kyc.policy import Effect, EffectsPolicy, FacePolicy


def analyse_face_verification(engines: Engines, sample: Sample) -> VerificationFinding:
    """Hold a video against its challenge, and its face against the owner's.

    Raises TypeError for a sample without a face challenge or the owner's face: a defect. Raises
    `UnreadableFile` for a file that is no video.
    """
    if sample.known_face is None:
        raise TypeError("a face is compared with the owner's")
    shown = analyse_face_video(engines, sample)
    reasons, found = list(shown.reasons), dict(shown.measurements)
    if shown.face is None:
        reasons.append(Reason.FACE_UNCERTAIN)
    else:
        rules = engines.policy.section(FacePolicy)
        known, face = FaceTemplate.unpacked(sample.known_face), FaceTemplate.unpacked(shown.face)
        similarity = compare(known, face, rules.fusion)
        found |= measurements_of(similarity)
        reasons += match_reasons(rules, similarity)
    effects = engines.policy.section(EffectsPolicy).effects
    outcome = outcome_of([effects.get(reason, Effect.REVIEW) for reason in reasons])
    return VerificationFinding(tuple(reasons), outcome=outcome, measured=found)


def outcome_of(effects: Sequence[Effect]) -> VerificationOutcome:
    """How a verification ends, by what its reasons do: the gravest of them decides.

    What an onboarding would have a person review is unsure: nobody reviews a confirmation, and
    the owner confirms by voice, or asks customer service.
    """
    if Effect.DECLINE in effects:
        return VerificationOutcome.REJECTED
    if Effect.REVIEW in effects:
        return VerificationOutcome.UNSURE
    return VerificationOutcome.AGAIN if effects else VerificationOutcome.VERIFIED

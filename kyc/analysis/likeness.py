"""How two faces or two voices compare, by the policy's thresholds. Pure."""

from __future__ import annotations

from enum import StrEnum

from core.reasons import Reason
from kyc.face.embedding import Similarity
from kyc.policy import FacePolicy
from voiceprint.calibration import threshold_at
from voiceprint.rules import VoiceRules


class Likeness(StrEnum):
    """How two references of one sort compare."""

    SAME = "same"
    UNCERTAIN = "uncertain"
    ANOTHER = "another"
    UNKNOWN = "unknown"  # one of them is not there


def face_likeness(rules: FacePolicy, similarity: Similarity) -> Likeness:
    """How two faces compare; a match that the second opinion doubts is uncertain.

    So is one of a face that has none.
    """
    apart = similarity.dlib
    doubted = apart is None or apart > rules.max_second_distance
    if similarity.log_likelihood_ratio >= rules.match_llr and not doubted:
        return Likeness.SAME
    if similarity.log_likelihood_ratio >= rules.review_llr:
        return Likeness.UNCERTAIN
    return Likeness.ANOTHER


def match_reasons(rules: FacePolicy, similarity: Similarity) -> list[Reason]:
    """None for a match that the second opinion does not doubt; between the thresholds a person."""
    reasons = {Likeness.SAME: [], Likeness.UNCERTAIN: [Reason.FACE_UNCERTAIN]}
    return reasons.get(face_likeness(rules, similarity), [Reason.FACE_MISMATCH])


def measurements_of(similarity: Similarity) -> dict[str, float | None]:
    """What a reviewer may see of a comparison; no distance where a face has no second opinion."""
    apart = similarity.dlib
    return {
        "llr": round(similarity.log_likelihood_ratio, 2),
        "second_distance": None if apart is None else round(apart, 3),
    }


def voice_likeness(rules: VoiceRules, log_likelihood_ratio: float) -> Likeness:
    """How two enrolled voices compare, by the thresholds of a verification."""
    if log_likelihood_ratio >= threshold_at(rules.known_llr, rules.min_speech_s):
        return Likeness.SAME
    return Likeness.UNCERTAIN if log_likelihood_ratio >= rules.review_llr else Likeness.ANOTHER

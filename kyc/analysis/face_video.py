"""Face videos: liveness by the challenge, presentation attacks, the face's template."""

from __future__ import annotations

import re
from dataclasses import asdict

from core.reasons import Reason
from kyc.analysis.analyser import Engines, Sample
from kyc.analysis.findings import FaceVideoFinding
from kyc.analysis.rounding import rounded
from kyc.face.occlusion import covered
from kyc.liveness.challenge import FaceChallenge
from kyc.liveness.face_video import FaceVideoReading
from kyc.policy import FacePolicy, LivenessPolicy, UploadPolicy


def analyse_face_video(engines: Engines, sample: Sample) -> FaceVideoFinding:
    """Raises TypeError for a sample without a face challenge: a defect, not bad input."""
    if not isinstance(sample.challenge, FaceChallenge):
        raise TypeError("a face video answers a face challenge")
    rules = engines.policy.section(LivenessPolicy)
    limits = engines.policy.section(UploadPolicy).video
    video = rules.video(limits)
    reading = engines.face_videos.analyse(sample.content, sample.challenge, video)
    reasons = [
        *reading.camera.reasons,
        *reading.camera.judged([*reading.motion.reasons, *reading.continuity.reasons]),
        *_quality_reasons(reading, engines.policy.section(FacePolicy)),
        *_attack_reasons(reading, engines.policy.section(FacePolicy), rules),
    ]
    measured = {
        **asdict(reading.motion),
        "pictures_per_s": round(reading.camera.per_s, 1),
        "continuity": rounded(asdict(reading.continuity)),
        "covers": [rounded(asdict(cover)) for cover in reading.covers],
        "foreign_recorders": _foreign_recorders(reading, rules),
        "steadiness": round(reading.steadiness, 3),
        "live_odds": round(reading.live_odds, 2),
    }
    face = reading.template.packed() if reading.template else None
    return FaceVideoFinding(tuple(reasons), face=face, measured=measured)


def _quality_reasons(reading: FaceVideoReading, rules: FacePolicy) -> list[Reason]:
    if reading.quality is None:
        return []
    if reading.quality.light < rules.min_light:
        return [Reason.FACE_TOO_DARK]
    if reading.quality.sharpness < rules.min_sharpness:
        return [Reason.FACE_BLURRED]
    return [Reason.FACE_COVERED] if covered(reading.covers, rules.cover) else []


def _attack_reasons(
    reading: FaceVideoReading, face: FacePolicy, liveness: LivenessPolicy
) -> list[Reason]:
    reasons = []
    if _foreign_recorders(reading, liveness):
        reasons.append(Reason.RECORDER_FOREIGN)
    if reading.template and reading.steadiness < face.min_steadiness:
        reasons.append(Reason.FACE_CHANGES)
    if reading.template and reading.live_odds < liveness.min_live_odds:
        reasons.append(Reason.PRESENTATION_ATTACK_SUSPECTED)
    return reasons


def _foreign_recorders(reading: FaceVideoReading, rules: LivenessPolicy) -> list[str]:
    """The programs of the policy's list that the file names.

    Nothing else of what a file says of its recorder is kept: phones write their model and where
    they are into it.
    """
    named = rules.foreign_recorders
    found = (name for name in named if re.search(rf"\b{name}\b", reading.metadata))
    return [name.replace(" ", "_") for name in found]

"""The policy file, typed: thresholds and rules are data, the code that applies them has none."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.files import PhotoLimits
from kyc.face.embedding import FusionWeights
from kyc.face.occlusion import CoverRules
from kyc.limits import PauseRules, VelocityRules
from kyc.liveness.challenge import ChallengeRules
from kyc.liveness.continuity import ContinuityRules
from kyc.liveness.motion import MotionRules
from ocr.extraction.fields import FieldRules
from ocr.extraction.kinds import KindRules
from ocr.preprocess.quality import QualityRules
from ocr.rules import DocumentRules
from ocr.validation.consistency import BeliefRules
from ocr.validation.cropping import EdgeRules
from ocr.validation.recapture import RecaptureRules
from ocr.validation.tampering import TamperingRules
from voiceprint.calibration import Calibration
from voiceprint.reader import VoiceRules

Effect = Literal["retry", "review", "decline"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConsentPolicy(Section):
    versions: dict[str, str]


class SignInPolicy(Section):
    code_s: int
    most_wrong_codes: int
    access_s: int
    refresh_days: int


class OnboardingPolicy(Section):
    expires_min: int
    challenge_s: int
    most_challenges: dict[str, int]
    least_age: int
    most_age: int
    required: tuple[str, ...]
    attempts: dict[str, int]
    wait_longest_s: int
    most_waiting_jobs: int
    most_upload_bytes: int
    most_open_uploads: int
    pause: PauseRules


class DocumentPolicy(Section):
    least_confidence: float
    least_code_confidence: float
    shortest_address: int
    least_sharpness: float
    least_light: float
    most_glare: float
    least_text_px: float
    blown_out: int
    photo: PhotoLimits
    kinds: KindRules
    fields: FieldRules
    recapture: RecaptureRules
    tampering: TamperingRules
    edges: EdgeRules

    @property
    def rules(self) -> DocumentRules:
        """What reads and checks documents."""
        return DocumentRules(
            kinds=self.kinds,
            fields=self.fields,
            belief=BeliefRules(self.least_code_confidence, self.shortest_address),
            edges=self.edges,
            recapture=self.recapture,
            tampering=self.tampering,
            quality=self.quality,
        )

    @property
    def quality(self) -> QualityRules:
        """Below or above what a photo is too poor."""
        return QualityRules(
            least_sharpness=self.least_sharpness,
            least_light=self.least_light,
            most_glare=self.most_glare,
            least_text_px=self.least_text_px,
            blown_out=self.blown_out,
        )


class FacePolicy(Section):
    fusion: FusionWeights
    match_llr: float
    review_llr: float
    known_llr: float
    most_second_distance: float
    least_steadiness: float
    least_portrait_px: int
    least_light: float
    least_sharpness: float
    cover: CoverRules


class LivenessPolicy(Section):
    actions: tuple[str, ...]
    length: int
    neutral_s: float
    window_tenths: tuple[int, ...]
    turn_degrees: float
    nod_degrees: float
    mouth_open: float
    eyes_closed: float
    least_face_share: float
    least_face_width: float
    longest_gap_s: float
    late_s: float
    soonest_s: float
    longest_leap: float
    least_live_odds: float
    continuity: ContinuityRules
    foreign_recorders: tuple[str, ...]

    @property
    def challenge(self) -> ChallengeRules:
        return ChallengeRules(self.actions, self.length, self.neutral_s, self.window_tenths)

    @property
    def motion(self) -> MotionRules:
        names = MotionRules.__dataclass_fields__
        return MotionRules(**{name: getattr(self, name) for name in names})


class VoicePolicy(Section):
    second_reading: int
    least_speech_s: float
    least_snr_db: float
    most_clipped: float
    least_same_voice: float
    most_digit_excess: float
    least_digit_distance: float
    most_decay_s: float
    least_call_s: float
    calibration: Calibration
    known_llr: dict[str, float]
    review_llr: float
    most_calls: int
    call_s: int
    verified_s: int

    @property
    def rules(self) -> VoiceRules:
        names = VoiceRules.__dataclass_fields__
        return VoiceRules(**{name: getattr(self, name) for name in names})


class ReviewPolicy(Section):
    claim_min: int
    four_eyes: tuple[str, ...]


class Policy(Section):
    """The whole of what onboarding decides by."""

    version: str
    sign_in: SignInPolicy
    consent: ConsentPolicy
    onboarding: OnboardingPolicy
    documents: DocumentPolicy
    face: FacePolicy
    liveness: LivenessPolicy
    voice: VoicePolicy
    review: ReviewPolicy
    velocity: VelocityRules
    effects: dict[str, Effect]
    loans: dict[str, object]  # the loan room reads its own part

    def effect(self, reason: str) -> Effect:
        """What a reason does; one that the policy does not know is looked at by a person."""
        return self.effects.get(reason, "review")


def load_policy(path: Path) -> Policy:
    """Raises `pydantic.ValidationError` naming what is missing, misspelt or of another type."""
    return Policy.model_validate(tomllib.loads(path.read_text("utf-8")))

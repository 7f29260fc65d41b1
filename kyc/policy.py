"""The policy file, typed: thresholds and rules are data, the code that applies them has none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from core.files import SoundLimits, VideoLimits
from kyc.face.embedding import FusionWeights
from kyc.face.occlusion import CoverRules
from kyc.face.tracker import TrackingRules
from kyc.limits import PauseRules, VelocityRules
from kyc.liveness.challenge import ChallengeRules
from kyc.liveness.continuity import ContinuityRules
from kyc.liveness.face_video import FaceVideoRules
from kyc.liveness.motion import MotionRules
from kyc.liveness.sampling import SamplingRules
from ocr.checks import BeliefRules, EdgeRules
from ocr.document import ForensicRules
from ocr.edits import EditRules
from ocr.quality import QualityRules
from ocr.recapture import RecaptureRules
from voiceprint.rules import VoiceRules

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Effect = Literal["retry", "review", "decline"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def nested(table: object, **parts: type[DataclassInstance]) -> object:
    """A table of the policy whose flat keys are moved into a table for each part.

    `parts` are dataclasses by the name of the field that holds one; a key belongs to the part that
    has a field of that name. So an engine's rules are named once, by the engine.
    """
    if not isinstance(table, Mapping):
        return table
    left: dict[str, Any] = dict(table)
    for name, part in parts.items():
        given: Any = left.get(name)
        if not isinstance(given, part):
            keys = [field.name for field in fields(part) if field.name in left]
            left[name] = {key: left.pop(key) for key in keys}
    return left


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
    recapture: RecaptureRules
    edits: EditRules
    edges: EdgeRules

    @property
    def forensics(self) -> ForensicRules:
        belief = BeliefRules(self.least_code_confidence, self.shortest_address)
        return ForensicRules(self.recapture, self.edits, self.edges, belief)

    @property
    def quality(self) -> QualityRules:
        return QualityRules(
            self.least_sharpness, self.least_light, self.most_glare, self.least_text_px
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
    challenge: ChallengeRules
    motion: MotionRules
    continuity: ContinuityRules
    tracking: TrackingRules
    sampling: SamplingRules
    limits: VideoLimits
    least_live_odds: float
    foreign_recorders: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, table: object) -> object:
        return nested(table, challenge=ChallengeRules, motion=MotionRules)

    @property
    def video(self) -> FaceVideoRules:
        """Everything that the analysis of a face video goes by."""
        return FaceVideoRules(
            self.limits, self.motion, self.continuity, self.tracking, self.sampling
        )


class VoicePolicy(Section):
    rules: VoiceRules
    limits: SoundLimits
    second_reading: int
    most_calls: int
    call_s: int
    verified_s: int

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, table: object) -> object:
        return nested(table, rules=VoiceRules)


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

"""The parts of the policy that onboarding decides by, typed.

Rules of engines are dataclasses of the engines; a section here names where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from access.policy import Window
from core.files import PhotoLimits, SoundLimits, VideoLimits
from core.policy import Part, Section
from core.reasons import Reason
from kyc.face.coded_search import SearchRules
from kyc.face.embedding import FusionWeights
from kyc.face.occlusion import CoverRules
from kyc.face.tracker import TrackingRules
from kyc.liveness.camera import CameraRules
from kyc.liveness.challenge import ChallengeRules
from kyc.liveness.continuity import ContinuityRules
from kyc.liveness.face_video import FaceVideoRules
from kyc.liveness.motion import MotionRules
from kyc.liveness.sampling import SamplingRules
from ocr.extraction.fields import FieldRules
from ocr.extraction.kinds import KindRules
from ocr.preprocess.quality import QualityRules
from ocr.preprocess.shake import ShakeRules
from ocr.rules import DocumentRules
from ocr.takes.take import TakeRules
from ocr.validation.consistency import BeliefRules
from ocr.validation.cropping import EdgeRules
from ocr.validation.recapture import RecaptureRules
from ocr.validation.tampering import TamperingRules
from sandbox.limits import SandboxLimits
from voiceprint.rules import VoiceRules

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Effect(StrEnum):
    """What a reason does: send it again, have a person look, decline."""

    RETRY = "retry"
    REVIEW = "review"
    DECLINE = "decline"


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


class PausePolicy(Part):
    """After so many failures in a row a pause, doubled with each further one; seconds."""

    failures: int
    first_s: float
    max_s: float
    max_counted: int  # newest pieces of evidence that are counted


class HandoverPolicy(Part):
    """How long a link to go on on another device is good, and how many are made and tried."""

    link_s: int = Field(gt=0)
    made: Window  # of one onboarding
    opened: Window  # looked at or used, by one address


class OnboardingPolicy(Section):
    """Who may open an account, with what, how often and how long."""

    table: ClassVar[str] = "onboarding"

    expires_min: int
    challenge_s: int
    max_challenges: dict[str, int]  # of a kind, within `challenge_window_h`
    max_draws_given_back: int = 0  # likewise, of those lost to faults of a file or a camera
    challenge_window_h: int
    min_age: int
    max_age: int
    required: tuple[str, ...]
    attempts: dict[str, int]
    technical: frozenset[Reason]  # faults of a file or a camera: such attempts decline nobody
    lasting: frozenset[Reason] = frozenset()  # of face and voice: what is sent anew takes none back
    max_corrections: int  # of names, within one onboarding
    max_wait_s: int
    pause: PausePolicy
    handover: HandoverPolicy


class UploadPolicy(Section):
    """How large what is sent may be; decoders are given their own limits from here."""

    table: ClassVar[str] = "uploads"

    max_bytes: int
    max_open: int
    min_part_bytes: int  # of a resumable upload; its last part may be smaller
    max_evidence: int  # files of one onboarding, replaced ones too
    photo: PhotoLimits
    video: VideoLimits
    recording: SoundLimits


class DecodingPolicy(Section):
    """What decoding and analysing one file may cost."""

    table: ClassVar[str] = "decoding"

    memory_mb: int
    cpu_s: int
    wall_s: float
    analysis_cpu_s: float

    @property
    def limits(self) -> SandboxLimits:
        """What the process that decodes is confined to."""
        return SandboxLimits(self.memory_mb, self.cpu_s, self.wall_s)


class TakePolicy(Part):
    """How several photos of one paper are merged; confidences and odds as `TakeRules` has them."""

    certain: float = Field(ge=0, le=1)
    agreement_odds: float = Field(ge=1)


class DocumentPolicy(Section):
    """When a photo of a document is good, and what is suspicious in it."""

    table: ClassVar[str] = "documents"

    min_confidence: float
    min_code_confidence: float
    min_address_length: int
    min_contradicting_confidence: float = Field(ge=0, le=1)
    min_sharpness: float
    min_light: float
    max_glare: float
    min_text_px: float
    blown_out: int
    kinds: KindRules
    fields: FieldRules
    recapture: RecaptureRules
    tampering: TamperingRules
    edges: EdgeRules
    takes: TakePolicy
    shake: ShakeRules | None = None  # before 2026-11-29.17

    @property
    def take_rules(self) -> TakeRules:
        """What several photos of one paper are merged by."""
        return TakeRules(
            min_confidence=self.min_confidence,
            min_name_confidence=self.fields.min_name_confidence,
            certain=self.takes.certain,
            agreement_odds=self.takes.agreement_odds,
            min_compared=self.tampering.min_fields,
        )

    @property
    def rules(self) -> DocumentRules:
        """What documents are read and checked by."""
        return DocumentRules(
            kinds=self.kinds,
            fields=self.fields,
            belief=BeliefRules(
                self.min_code_confidence,
                self.min_address_length,
                self.min_contradicting_confidence,
            ),
            edges=self.edges,
            recapture=self.recapture,
            tampering=self.tampering,
            quality=self.quality,
            min_confidence=self.min_confidence,
            shake=self.shake,
        )

    @property
    def quality(self) -> QualityRules:
        """The rules by which an owner is told how to take the photo again."""
        return QualityRules(
            min_sharpness=self.min_sharpness,
            min_light=self.min_light,
            max_glare=self.max_glare,
            min_text_px=self.min_text_px,
            blown_out=self.blown_out,
        )


class FacePolicy(Section):
    """When two faces are one person's, and when a face can be compared at all."""

    table: ClassVar[str] = "face"

    fusion: FusionWeights
    match_llr: float
    review_llr: float
    known_llr: float
    known_overlap_min: int  # a transaction may end after one that began so much later
    max_second_distance: float
    second_below_llr: float | None = None  # 2026-11-29.16 to 2026-11-30.2; nothing reads it
    search: SearchRules = SearchRules(exact_up_to=20_000, candidates=256)  # before 2026-11-28.6
    min_steadiness: float
    min_portrait_px: int
    min_light: float
    min_sharpness: float
    cover: CoverRules


class LivenessPolicy(Section):
    """What a face video must show."""

    table: ClassVar[str] = "liveness"

    challenge: ChallengeRules
    camera: CameraRules
    motion: MotionRules
    continuity: ContinuityRules
    tracking: TrackingRules
    sampling: SamplingRules
    min_live_odds: float
    foreign_recorders: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, table: object) -> object:
        return nested(table, challenge=ChallengeRules, motion=MotionRules)

    def video(self, limits: VideoLimits) -> FaceVideoRules:
        """Everything that the analysis of a face video goes by."""
        return FaceVideoRules(
            limits=limits,
            camera=self.camera,
            motion=self.motion,
            continuity=self.continuity,
            tracking=self.tracking,
            sampling=self.sampling,
        )


class VoicePolicy(Section):
    """What a reading of digits must show, and when a voice is the owner's."""

    table: ClassVar[str] = "voice"

    rules: VoiceRules
    second_reading: int
    max_verifications: int  # within `verification_window_h`, to an account, for each purpose
    verification_window_h: int
    verification_s: int
    verified_s: int

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, table: object) -> object:
        return nested(table, rules=VoiceRules)


class ReviewPolicy(Section):
    """How cases are reviewed."""

    table: ClassVar[str] = "review"

    claim_min: int
    reviewers: int  # who must agree to approve against a reason of `four_eyes`, or to differ
    four_eyes: frozenset[Reason]
    face_refusals: frozenset[Reason] = frozenset()  # two look at who then asks for a person
    max_attempts_shown: int = Field(default=20, gt=0)


class AccountsPolicy(Section):
    """What customer service may see of accounts, and how often."""

    table: ClassVar[str] = "accounts"

    max_found: int
    max_shown: int  # onboardings, calls and applications of one account
    caller_min: int  # how long a caller's verified voice counts, in minutes
    searches: Window  # of one agent


class VelocityPolicy(Section):
    """How many people share a device, and how often an identity number may fail."""

    table: ClassVar[str] = "velocity"

    days: int
    max_on_device: int
    max_failures_of_number: int


class EffectsPolicy(Section):
    """What a reason does. A reason that is not listed is reviewed."""

    table: ClassVar[str] = "effects"

    effects: dict[Reason, Effect]

    @model_validator(mode="before")
    @classmethod
    def _table(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {"effects": value}


SECTIONS = (
    OnboardingPolicy,
    UploadPolicy,
    DecodingPolicy,
    DocumentPolicy,
    FacePolicy,
    LivenessPolicy,
    VoicePolicy,
    ReviewPolicy,
    AccountsPolicy,
    VelocityPolicy,
    EffectsPolicy,
)

"""What the engines would find: good and bad findings for each type of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.reasons import Reason
from kyc.analysis.findings import (
    DocumentFinding,
    FaceVideoFinding,
    Finding,
    VerificationFinding,
    VerificationOutcome,
    VoiceEnrolmentFinding,
)
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.face.embedding import FaceTemplate
from ocr.document_types import PRINCIPAL
from ocr.identifiers import identity_check_digit
from voiceprint.speaker import Embedding

Findings = Mapping[str, Finding]  # by kind of evidence

NUMBER = "11010119880314421X"
BLURRED = Finding((Reason.BLURRED,))
ACTION_MISSING = Finding((Reason.ACTION_MISSING,))


def face(seed: int) -> FaceTemplate:
    """The face of somebody; two seeds are two people."""
    chance = np.random.default_rng(seed)
    vectors = [chance.normal(size=length) for length in (128, 192, 128)]
    unit = [(vector / np.linalg.norm(vector)).astype(np.float32) for vector in vectors]
    return FaceTemplate(*unit)


def voice(seed: int) -> Embedding:
    """The voice of somebody; two seeds are two people."""
    vector = np.random.default_rng(seed).normal(size=192)
    return (vector / np.linalg.norm(vector)).astype("<f4")


@dataclass(frozen=True)
class Person:
    """An owner and a business as their documents say it; `seed` draws face and voice.

    `voice_seed` draws a voice of somebody else.
    """

    name: str = "林知夏"
    number: str = NUMBER
    address: str = ""
    authority: str = "某局"
    firm: str = "知夏面馆"
    firm_type: str = "个体工商户"
    code: str = "92110101MA00000000"
    principal: str = "林知夏"
    founded: str = "2018年04月12日"
    seed: int = 1
    voice_seed: int | None = None

    def front(self, *reasons: Reason) -> DocumentFinding:
        """The front of the identity card, with a portrait."""
        fields = {"姓名": self.name, "公民身份号码": self.number, "住址": self.address}
        said = {label: value for label, value in fields.items() if value}
        return DocumentFinding(reasons, said, face(self.seed).packed(), {})

    def back(self, *reasons: Reason) -> DocumentFinding:
        """The back of the identity card."""
        return DocumentFinding(reasons, {"签发机关": self.authority}, None, {})

    def licence(self, *reasons: Reason) -> DocumentFinding:
        """The business licence."""
        fields = {
            "名称": self.firm,
            "类型": self.firm_type,
            PRINCIPAL: self.principal,
            "成立日期": self.founded,
            "统一社会信用代码": self.code,
        }
        return DocumentFinding(reasons, fields, None, {})

    def face_video(self, *reasons: Reason) -> FaceVideoFinding:
        """A face video that shows this face."""
        return FaceVideoFinding(reasons, face(self.seed).packed(), {"live_odds": 3.2})

    def voice_clip(self, *reasons: Reason) -> VoiceEnrolmentFinding:
        """A reading of digits in this voice."""
        packed = voice(self.seed if self.voice_seed is None else self.voice_seed).tobytes()
        return VoiceEnrolmentFinding(reasons, packed, b"digits", {"speech_s": 4.2})

    def findings(self) -> dict[str, Finding]:
        """Good findings for all that an onboarding needs."""
        return {
            ID_CARD_FRONT.kind: self.front(),
            ID_CARD_BACK.kind: self.back(),
            LICENCE.kind: self.licence(),
            FACE_VIDEO.kind: self.face_video(),
            VOICE_CLIP.kind: self.voice_clip(),
        }


OWNER = Person()


def another(seed: int) -> Person:
    """Somebody else: another face, number and business."""
    numbers = ("110101199003074477", "110101199003070011")
    return replace(OWNER, number=numbers[seed % 2], code=f"92110101MA000000{seed:02d}", seed=seed)


def numbered(seed: int) -> Person:
    """One of 999 people: another face, voice, number and business each."""
    first = f"11010119900307{seed:03d}"
    number = first + identity_check_digit(first)
    code = f"92110101MA0000{seed:04d}"
    return replace(OWNER, number=number, code=code, seed=seed)


KNOWN = VerificationFinding((), VerificationOutcome.VERIFIED, {"llr": 8.0})
UNSURE = VerificationFinding((Reason.VOICE_UNCERTAIN,), VerificationOutcome.UNSURE, {})
DIFFERENT = VerificationFinding((Reason.VOICE_DIFFERS,), VerificationOutcome.REJECTED, {})
AGAIN = VerificationFinding((Reason.NO_SPEECH,), VerificationOutcome.AGAIN, {})
ANOTHER_FACE = VerificationFinding((Reason.FACE_MISMATCH,), VerificationOutcome.REJECTED, {})

SUSPECTED = replace(OWNER.face_video(), reasons=(Reason.PRESENTATION_ATTACK_SUSPECTED,))

"""One piece of evidence -> one finding, by the engines. Runs in the worker, knows no database."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from core.files import UnreadableFile
from core.reasons import Reason
from kyc.face.embedding import FaceEmbedder, FaceTemplate
from kyc.face.finder import FaceFinder
from kyc.face.occlusion import covered
from kyc.face.video import UnreadableVideo
from kyc.liveness.challenge import FaceChallenge
from kyc.liveness.passive import PassiveDetector
from kyc.liveness.watch import FaceVideoReading, FaceWatcher
from kyc.policy import Policy
from ocr.document import DocumentReader
from ocr.document_types import LABELS, DocumentType
from ocr.preprocess.decode import decode_photo
from ocr.preprocess.quality import quality_reason
from ocr.reading import DocumentReading
from ocr.validation.flags import Flag
from voiceprint.digits import OwnDigits
from voiceprint.reader import VoiceReader
from voiceprint.sound import UnreadableSound

RECORDER = 200  # characters of what a file says about its recorder
SLOTS = {
    "id_card_front": DocumentType.ID_FRONT,
    "id_card_back": DocumentType.ID_BACK,
    "licence": DocumentType.LICENCE,
}


@dataclass(frozen=True)
class Finding:
    """What was found: `reasons` is empty when the evidence is good.

    `facts` is what the document says (personal data); `templates` are packed embeddings by kind;
    `measurements` numbers a reviewer may see; `seconds` wall time of the analysis.
    """

    reasons: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, bytes] = field(default_factory=dict)
    measurements: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


class Analyst:
    """All engines of one worker process, loaded once."""

    def __init__(self, models: Path, policy: Policy) -> None:
        self._policy = policy
        self._finder = FaceFinder(models)
        self._embedder = FaceEmbedder(models)
        self._watcher = FaceWatcher(self._finder, self._embedder, PassiveDetector(models))
        self._documents = DocumentReader(models, policy.documents.rules)
        self._voices = VoiceReader(models)
        self._voices.warm_up()

    def practise(self) -> None:
        """Set up now what the first documents would else wait for."""
        self._documents.warm_up()

    def analyse(self, kind: str, content: bytes, asked: dict[str, Any], today: date) -> Finding:
        """The finding for evidence of `kind`; unreadable input is a finding, not an error."""
        began = time.perf_counter()
        try:
            finding = self._finding(kind, content, asked, today)
        except UnreadableFile as error:
            finding = Finding((error.reason,), measurements={"outcome": "again"})
        except (UnreadableVideo, UnreadableSound) as error:
            finding = Finding((error.code,), measurements={"outcome": "again"})
        seconds = time.perf_counter() - began
        return Finding(
            finding.reasons, finding.facts, finding.templates, finding.measurements, seconds
        )

    def _finding(self, kind: str, content: bytes, asked: dict[str, Any], today: date) -> Finding:
        if kind == "face_video":
            return self._face_video(content, asked)
        if kind == "voice_clip":
            return self._voice_clip(content, asked)
        if kind == "call":
            return self._call(content, asked)
        return self._document(kind, content, today)

    def _document(self, kind: str, content: bytes, today: date) -> Finding:
        image = decode_photo(content, self._policy.documents.photo)
        reading = self._documents.read(image, today, expected=SLOTS[kind])
        reasons = document_reasons(reading, self._policy)
        templates = {}
        if kind == "id_card_front" and reading.kind is DocumentType.ID_FRONT:
            portrait = self._portrait(reading)
            if portrait is None:
                reasons.append(Reason.PORTRAIT_UNCLEAR)
            else:
                templates["portrait"] = portrait.packed()
        facts = dict(reading.fields)
        if reading.principal:
            facts["principal"] = reading.principal
        measurements = {
            "turn": reading.turn,
            "quality": {k: round(v, 3) for k, v in asdict(reading.quality).items()},
            "flags": [_measured(flag) for flag in reading.flags],
            "confidence": {k: round(v, 3) for k, v in reading.confidence.items()},
        }
        return Finding(tuple(reasons), facts, templates, measurements)

    def _portrait(self, reading: DocumentReading) -> FaceTemplate | None:
        """The face on a card, where there is one that is large enough to compare."""
        if reading.portrait is None:
            return None
        face = self._finder.find_subject(reading.portrait)
        if face is None or face.width < self._policy.face.least_portrait_px:
            return None
        return self._embedder.embed(reading.portrait, face)

    def _face_video(self, content: bytes, asked: dict[str, Any]) -> Finding:
        rules = self._policy.liveness
        reading = self._watcher.watch(
            content, FaceChallenge.asked(asked), rules.motion, rules.continuity
        )
        reasons = [
            *reading.motion.reasons,
            *reading.continuity.reasons,
            *self._poorly_seen(reading),
            *self._suspicious(reading),
        ]
        templates = {"face": reading.template.packed()} if reading.template else {}
        measurements = {
            **asdict(reading.motion),
            "continuity": _rounded(asdict(reading.continuity)),
            "covers": [_rounded(asdict(cover)) for cover in reading.covers],
            "written_by": reading.written_by[:RECORDER],
            "steadiness": round(reading.steadiness, 3),
            "live_odds": round(reading.live_odds, 2),
        }
        return Finding(tuple(reasons), {}, templates, measurements)

    def _poorly_seen(self, reading: FaceVideoReading) -> list[str]:
        rules, quality = self._policy.face, reading.quality
        if quality is None:
            return []
        if quality.light < rules.least_light:
            return ["face_too_dark"]
        if quality.sharpness < rules.least_sharpness:
            return ["face_blurred"]
        return ["face_covered"] if covered(reading.covers, rules.cover) else []

    def _suspicious(self, reading: FaceVideoReading) -> list[str]:
        rules = self._policy.liveness
        reasons = []
        if any(re.search(rf"\b{name}\b", reading.written_by) for name in rules.foreign_recorders):
            reasons.append("recorder_foreign")
        if reading.template and reading.steadiness < self._policy.face.least_steadiness:
            reasons.append("face_changes")
        if reading.template and reading.live_odds < rules.least_live_odds:
            reasons.append("presentation_attack_suspected")
        return reasons

    def _voice_clip(self, content: bytes, asked: dict[str, Any]) -> Finding:
        rules = self._policy.voice.rules
        reading = self._voices.enrol(content, asked["first"], asked["second"], rules)
        templates = {}
        if reading.embedding is not None:
            templates["voice"] = reading.embedding.astype("<f4").tobytes()
        if reading.own_digits is not None:
            templates["digits"] = reading.own_digits.packed()
        measurements = {
            "speech_s": round(reading.speech_s, 2),
            "snr_db": round(reading.snr_db, 1),
            "same_voice": round(reading.same_voice, 3),
            "digits": [_rounded(asdict(match)) for match in reading.digits],
        }
        return Finding(reading.reasons, {}, templates, measurements)

    def _call(self, content: bytes, asked: dict[str, Any]) -> Finding:
        voice = np.frombuffer(asked["voice_template"], "<f4")
        own = OwnDigits.unpacked(asked["digits_template"])
        reading = self._voices.verify(
            content, asked["digits"], voice, own, self._policy.voice.rules
        )
        measurements = {
            "outcome": reading.outcome,
            "llr": round(reading.log_likelihood_ratio, 2),
            "digit_excess": round(reading.digit_excess, 3),
            "digit_distance": round(reading.digit_distance, 3),
            "speech_s": round(reading.speech_s, 2),
        }
        return Finding(reading.reasons, {}, {}, measurements)


def document_reasons(reading: DocumentReading, policy: Policy) -> list[Reason]:
    """What is wrong with a photo of a document; the evaluation holds photos to the same rule."""
    rules = policy.documents
    reasons = list(dict.fromkeys(flag.reason for flag in reading.flags))
    if reading.kind not in LABELS:
        # It may be the right document in the dark or out of focus: then that is the reason.
        poor = quality_reason(reading.quality, rules.quality)
        return [poor, *reasons] if poor in (Reason.TOO_DARK, Reason.BLURRED) else reasons
    unsure = reading.weakest < rules.least_confidence
    if Reason.INCOMPLETE in reasons and not (reading.missing or unsure):
        # All that is needed was read: a person looks at it, the owner need not take it again.
        reasons[reasons.index(Reason.INCOMPLETE)] = Reason.PARTLY_CUT
    elif (reading.missing or unsure) and Reason.INCOMPLETE not in reasons:
        reasons.append(quality_reason(reading.quality, rules.quality))
    return reasons


def _measured(flag: Flag) -> dict[str, Any]:
    return {"name": flag.name, "region": flag.region, "measures": dict(flag.measures)}


def _rounded(measures: Mapping[str, Any]) -> dict[str, Any]:
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in measures.items()}

"""What an analysis found, typed for each kind of evidence.

`reasons` is empty when the evidence is good. What the evidence says (`facts`), what is kept of a
person (`templates`) and what a reviewer may see (`measurements`) are apart: a verdict is none of
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.reasons import Reason


class TemplateKind(StrEnum):
    """A biometric reference (ISO/IEC 2382-37)."""

    PORTRAIT = "portrait"
    PORTRAIT_CROP = "portrait_crop"  # the picture that a second opinion is made from
    PORTRAIT_SECOND = "portrait_second"  # the portrait with the opinion that a face video asked for
    FACE = "face"
    VOICE = "voice"
    DIGITS = "digits"


UNTIL_DECISION = frozenset({TemplateKind.PORTRAIT_CROP, TemplateKind.PORTRAIT_SECOND})
"""What is destroyed with the decision. Other kinds are kept as long as the consent."""


@dataclass(frozen=True)
class Finding:
    """What every analysis says; by itself, that a file could not be read or analysed."""

    reasons: tuple[Reason, ...]
    seconds: float = field(default=0.0, kw_only=True)  # wall time of the analysis

    @property
    def facts(self) -> Mapping[str, str]:
        """What a document says, by the labels of its form: personal data."""
        return {}

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """Biometric references, packed."""
        return {}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Numbers that a reviewer may see, as JSON can hold them."""
        return {}


@dataclass(frozen=True)
class DocumentFinding(Finding):
    """A photo of a document; `portrait` is the packed face of an identity card's front.

    `portrait_crop` is what its second opinion would be made from, None where it has one.
    """

    fields: Mapping[str, str]
    portrait: bytes | None
    measured: Mapping[str, Any]
    portrait_crop: bytes | None = None

    @property
    def facts(self) -> Mapping[str, str]:
        """The fields as printed, and the principal under whichever label it stood."""
        return self.fields

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """The portrait and its crop, where there are."""
        kept = {
            TemplateKind.PORTRAIT: self.portrait,
            TemplateKind.PORTRAIT_CROP: self.portrait_crop,
        }
        return {kind: packed for kind, packed in kept.items() if packed is not None}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Turn, quality, flags with their regions, confidence by field."""
        return self.measured


@dataclass(frozen=True)
class FaceVideoFinding(Finding):
    """A face video held against its challenge; `face` is the packed template.

    `portrait_second` is the card's portrait with its second opinion, where this face asked for it.
    """

    face: bytes | None
    measured: Mapping[str, Any]
    portrait_second: bytes | None = None

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """The face, where one was good enough to keep, and what it asked of the portrait."""
        kept = {
            TemplateKind.FACE: self.face,
            TemplateKind.PORTRAIT_SECOND: self.portrait_second,
        }
        return {kind: packed for kind, packed in kept.items() if packed is not None}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Motion, continuity, covers, steadiness, passive liveness."""
        return self.measured


@dataclass(frozen=True)
class VoiceEnrolmentFinding(Finding):
    """A reading of digits; `voice` and `digits` are packed, None when it failed."""

    voice: bytes | None
    digits: bytes | None
    measured: Mapping[str, Any]

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """The voice and the digits."""
        kept = {TemplateKind.VOICE: self.voice, TemplateKind.DIGITS: self.digits}
        return {kind: packed for kind, packed in kept.items() if packed is not None}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Seconds of speech, noise, likeness of both readings, and how the digits fit."""
        return self.measured


class VerificationOutcome(StrEnum):
    """How the comparison with somebody known ends."""

    VERIFIED = "verified"
    UNSURE = "unsure"  # a person asks further
    REJECTED = "rejected"
    AGAIN = "again"  # the recording does not serve: another is asked for


@dataclass(frozen=True)
class VerificationFinding(Finding):
    """A voice or a face compared with the owner's."""

    outcome: VerificationOutcome
    measured: Mapping[str, Any]

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Log-likelihood ratio, and what the recording was held against besides."""
        return self.measured

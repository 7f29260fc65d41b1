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
    FACE = "face"
    VOICE = "voice"
    DIGITS = "digits"


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
    """A photo of a document; `portrait` is the packed face of an identity card's front."""

    fields: Mapping[str, str]
    portrait: bytes | None
    measured: Mapping[str, Any]

    @property
    def facts(self) -> Mapping[str, str]:
        """The fields as printed, and the principal under whichever label it stood."""
        return self.fields

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """The portrait, where there is one."""
        return {TemplateKind.PORTRAIT: self.portrait} if self.portrait else {}

    @property
    def measurements(self) -> Mapping[str, Any]:
        """Turn, quality, flags with their regions, confidence by field."""
        return self.measured


@dataclass(frozen=True)
class FaceVideoFinding(Finding):
    """A face video held against its challenge; `face` is the packed template."""

    face: bytes | None
    measured: Mapping[str, Any]

    @property
    def templates(self) -> Mapping[TemplateKind, bytes]:
        """The face, where one was good enough to keep."""
        return {TemplateKind.FACE: self.face} if self.face else {}

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

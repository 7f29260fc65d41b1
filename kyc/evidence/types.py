"""The registry of evidence types.

A type says everything that is particular to it: which consent and challenge it needs, which
function analyses it with which models, what is found, what its used-up attempts mean. The rest of
the system knows types by what they say. A new type is an entry here (or in a module of its own)
and its numbers in the policy (`attempts`, perhaps `required`).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import NotFound
from core.reasons import Reason
from kyc.analysis import documents, face_video, voice
from kyc.analysis.analyser import Analyse
from kyc.analysis.challenges import ChallengeKind
from kyc.analysis.findings import (
    DocumentFinding,
    FaceVideoFinding,
    Finding,
    VoiceEnrolmentFinding,
)
from kyc.evidence.media import MediaKind
from ocr.document_types import DocumentType
from privacy.kinds import ConsentKind
from storage.keys.names import KeyPurpose


@dataclass(frozen=True)
class EvidenceType:
    """One kind of evidence, and the slot of an onboarding that it fills.

    `purpose` says under which of its owner's keys the file is sealed. `models` are the folders of
    weights that a check names; `media` says how it is captured, and
    with that its formats and limits; `recording` is set for what is recorded for one challenge and
    must not be sent twice, by anybody. `paper` is the kind of document whose photos complete each
    other.
    """

    kind: str
    consent: ConsentKind
    purpose: KeyPurpose
    challenge: ChallengeKind | None
    analyse: Analyse
    models: tuple[str, ...]
    finding: type[Finding]
    media: MediaKind = MediaKind.PHOTO
    recording: bool = False
    paper: DocumentType | None = None
    attempts_used: Reason = Reason.ATTEMPTS_USED


class EvidenceTypes:
    """Types by kind, in the order in which an owner sends them."""

    def __init__(self) -> None:
        self._types: dict[str, EvidenceType] = {}

    def register(self, kind: EvidenceType) -> EvidenceType:
        """Raises ValueError for a kind that is registered already."""
        if kind.kind in self._types:
            raise ValueError(f"evidence kind {kind.kind} is registered already")
        self._types[kind.kind] = kind
        return kind

    def unregister(self, kind: str) -> None:
        """Forget a kind: tests bring kinds of their own."""
        del self._types[kind]

    def of(self, kind: str) -> EvidenceType:
        """Raises `NotFound` for a kind that nobody registered."""
        found = self._types.get(kind)
        if found is None:
            raise NotFound
        return found

    def all(self) -> tuple[EvidenceType, ...]:
        """Every type."""
        return tuple(self._types.values())


TYPES = EvidenceTypes()

ID_CARD_FRONT = TYPES.register(
    EvidenceType(
        kind="id_card_front",
        consent=ConsentKind.TERMS,
        purpose=KeyPurpose.IDENTITY,
        challenge=None,
        analyse=documents.analyse_id_card_front,
        models=("ocr/", "face/"),
        finding=DocumentFinding,
        paper=DocumentType.ID_FRONT,
    )
)
ID_CARD_BACK = TYPES.register(
    EvidenceType(
        kind="id_card_back",
        consent=ConsentKind.TERMS,
        purpose=KeyPurpose.IDENTITY,
        challenge=None,
        analyse=documents.analyse_id_card_back,
        models=("ocr/",),
        finding=DocumentFinding,
        paper=DocumentType.ID_BACK,
    )
)
LICENCE = TYPES.register(
    EvidenceType(
        kind="licence",
        consent=ConsentKind.TERMS,
        purpose=KeyPurpose.IDENTITY,
        challenge=None,
        analyse=documents.analyse_licence,
        models=("ocr/",),
        finding=DocumentFinding,
        paper=DocumentType.LICENCE,
    )
)
FACE_VIDEO = TYPES.register(
    EvidenceType(
        kind="face_video",
        consent=ConsentKind.BIOMETRIC,
        purpose=KeyPurpose.BIOMETRICS,
        challenge=ChallengeKind.FACE,
        analyse=face_video.analyse_face_video,
        models=("face/",),
        finding=FaceVideoFinding,
        media=MediaKind.VIDEO,
        recording=True,
        attempts_used=Reason.LIVENESS_ATTEMPTS_USED,
    )
)
VOICE_CLIP = TYPES.register(
    EvidenceType(
        kind="voice_clip",
        consent=ConsentKind.BIOMETRIC,
        purpose=KeyPurpose.BIOMETRICS,
        challenge=ChallengeKind.VOICE,
        analyse=voice.analyse_enrolment,
        models=("voice/",),
        finding=VoiceEnrolmentFinding,
        media=MediaKind.RECORDING,
        recording=True,
    )
)


def kinds_with_consent(consent: ConsentKind) -> tuple[str, ...]:
    """The kinds of evidence that need a consent."""
    return tuple(kind.kind for kind in TYPES.all() if kind.consent is consent)

"""The engines of one process, and the one call that an analysis is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from core.files import UnreadableFile
from core.policy import Policy
from core.reasons import Reason
from kyc.analysis.challenges import Challenge
from kyc.analysis.cost import LimitBroken, cpu_limit
from kyc.analysis.findings import Finding
from kyc.decoding.decoders import Decoders
from kyc.face.embedding import FaceEmbedder
from kyc.face.finder import FaceFinder
from kyc.liveness.face_video import FaceVideoAnalyser
from kyc.liveness.passive import PassiveDetector
from kyc.policy import DecodingPolicy, DocumentPolicy
from ocr.document import DocumentReader
from voiceprint.reader import VoiceReader


@dataclass(frozen=True)
class VoiceReference:
    """What a voice is compared with: the owner's packed templates, and the digits to be read."""

    voice: bytes
    digits: bytes
    asked: str


@dataclass(frozen=True)
class Sample:
    """What is analysed: the file, what it is to be held against, and the day in China.

    `known_face` is the owner's packed template. Without `biometric`, a consent of the owner, no
    template is made.
    """

    content: bytes
    today: date
    challenge: Challenge | None = None
    reference: VoiceReference | None = None
    known_face: bytes | None = None
    biometric: bool = True


class Engines:
    """All engines of one process, loaded once, with the policy that they work by.

    One analysis at a time: none of them may be shared by threads.
    """

    def __init__(self, models: Path, policy: Policy, decoders: Decoders) -> None:
        """`decoders` open what owners sent: `ConfinedDecoders` wherever somebody else sent it."""
        self.policy, self.decoders = policy, decoders
        self.faces = FaceFinder(models)
        self.embedder = FaceEmbedder(models)
        self.face_videos = FaceVideoAnalyser(
            self.faces, self.embedder, PassiveDetector(models), decoders.video
        )
        self.documents = DocumentReader(models, policy.section(DocumentPolicy).rules)
        self.voices = VoiceReader(models, decoders.recording)
        self.voices.warm_up()

    def warm_up(self) -> None:
        """Set up now what the first documents would otherwise wait for."""
        self.documents.warm_up()


Analyse = Callable[[Engines, Sample], Finding]


@dataclass(frozen=True)
class AnalysisInput:
    """A sample and the function that analyses it, as another process receives them."""

    analyse: Analyse
    sample: Sample


def perform(work: AnalysisInput, engines: Engines) -> Finding:
    """The finding, with its time. A file that cannot be read, or costs too much, is a finding.

    Raises `sandbox.runner.ChildLost` where the process that decodes was killed from outside.
    """
    began = time.perf_counter()
    limit = engines.policy.section(DecodingPolicy).analysis_cpu_s
    try:
        with cpu_limit(limit):
            finding = work.analyse(engines, work.sample)
    except LimitBroken:
        finding = Finding((Reason.FILE_TOO_COSTLY,))
    except UnreadableFile as error:
        finding = Finding((error.reason,))
    return replace(finding, seconds=time.perf_counter() - began)

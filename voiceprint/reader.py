"""`VoiceReader`: a recording of digits -> a voiceprint, or whether a caller is the account's owner.

The one entrance to this package for a worker: it loads the engines once, decodes, and hands the
samples to `enrolment.py` and `verification.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.files import SoundLimits
from voiceprint.audio import RATE, SoundDecoder, decode_recording
from voiceprint.digits import DigitTemplates
from voiceprint.enrolment import EnrolmentReading, VoiceEnroller
from voiceprint.recogniser import DigitRecogniser
from voiceprint.rules import VoiceRules
from voiceprint.segmentation import Span
from voiceprint.speaker import Embedding, SpeakerEmbedder
from voiceprint.vad import SpeechDetector
from voiceprint.verification import VerificationReading, VoiceVerifier


class VoiceReader:
    """silero VAD, CAM++ and Whisper in one place. One instance a process, a recording at a time."""

    def __init__(self, models: Path, decode: SoundDecoder = decode_recording) -> None:
        """Load the networks of a folder of models; `decode` opens the recordings."""
        self._decode = decode
        self._detector = SpeechDetector(models)
        self._embedder = SpeakerEmbedder(models)
        self._recogniser = DigitRecogniser(models)
        self._enroller = VoiceEnroller(self._detector, self._embedder, self._recogniser)
        self._verifier = VoiceVerifier(self._detector, self._embedder)

    def warm_up(self) -> None:
        """Run once what compiles on first use (numba), so that no owner waits for it."""
        tone = np.sin(np.arange(RATE) / 9, dtype=np.float32)
        spans = [Span(0, RATE // 2), Span(RATE // 2, RATE)]
        DigitTemplates.enrolled(tone, spans, "01").match(tone, spans, "01")
        self._detector.speech(tone)
        self._embedder.embed(tone)
        self._recogniser.read(tone, 2)

    def enrol(
        self, content: bytes, first: str, second: str, rules: VoiceRules, limits: SoundLimits
    ) -> EnrolmentReading:
        """Compare a recording of `first` (all ten digits) then `second` with what was asked for.

        Reasons as `VoiceEnroller.enrol`. Raises `UnreadableFile` as `decode_recording`.
        """
        return self._enroller.enrol(self._decode(content, limits), first, second, rules)

    def verify(
        self,
        content: bytes,
        asked: str,
        voice: Embedding,
        own_digits: DigitTemplates,
        rules: VoiceRules,
        limits: SoundLimits,
    ) -> VerificationReading:
        """Whether a recording of the `asked` digits is by the owner of a voice (192,) and digits.

        Reasons as `VoiceVerifier.verify`. Raises `UnreadableFile` as `decode_recording`.
        """
        samples = self._decode(content, limits)
        return self._verifier.verify(samples, asked, voice, own_digits, rules)

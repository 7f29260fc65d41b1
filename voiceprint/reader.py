"""`VoiceReader.enrol`: ten digits and six digits read aloud -> a voiceprint, or what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceprint.digits import DigitMatch, digit_template, match_digits
from voiceprint.sound import RATE, Samples, decode_sound
from voiceprint.speaker import Embedding, SpeakerEmbedder
from voiceprint.speech import Span, SpeechFinder, words


@dataclass(frozen=True)
class VoiceRules:
    """What a recording must show; from the policy."""

    least_speech_s: float
    least_snr_db: float
    most_clipped: float  # share of samples at full scale
    least_same_voice: float  # cosine between the two readings
    most_digits_wrong: int


@dataclass(frozen=True)
class VoiceReading:
    """A recording held against the digits that were asked; `embedding` is None when it failed."""

    reasons: tuple[str, ...]
    embedding: Embedding | None
    digits: tuple[DigitMatch, ...]
    speech_s: float
    snr_db: float
    clipped: float
    same_voice: float  # cosine of first against second reading, -1..1


class VoiceReader:
    """silero VAD and CAM++ in one place. One instance a process, one recording at a time."""

    def __init__(self, models: Path) -> None:
        self.finder = SpeechFinder(models)
        self.embedder = SpeakerEmbedder(models)

    def warm_up(self) -> None:
        """Do once what compiles on first use (numba), so that no owner waits for it."""
        tone = np.sin(np.arange(RATE) / 9, dtype=np.float32)
        template = digit_template(tone, Span(0, RATE // 2))
        match_digits([template], "0", {"0": [template], "1": [template]})
        self.finder.speech(tone)
        self.embedder.embed(tone)

    def enrol(self, content: bytes, first: str, second: str, rules: VoiceRules) -> VoiceReading:
        """Hold a recording of `first` (all ten digits) then `second` against what was asked.

        Reasons: `no_speech`, `too_noisy`, `too_loud`, `digits_unclear` (not as many words as
        digits), `digits_wrong`, `voice_changed`. Raises `voiceprint.sound.UnreadableSound`.
        """
        samples = decode_sound(content)
        speech = self.finder.speech(samples)
        reasons, snr, clipped = _quality(samples, speech, rules)
        spans = words(samples)
        if len(spans) != len(first) + len(second):
            reasons.append("digits_unclear")
        if reasons:
            return VoiceReading(tuple(reasons), None, (), len(speech) / RATE, snr, clipped, 0.0)
        templates = [digit_template(samples, span) for span in spans]
        own = {digit: [template] for digit, template in zip(first, templates, strict=False)}
        digits = match_digits(templates[len(first) :], second, own)
        border = spans[len(first)].start
        same = float(
            self.embedder.embed(self.finder.speech(samples[:border]))
            @ self.embedder.embed(self.finder.speech(samples[border:]))
        )
        if sum(match.heard != match.asked for match in digits) > rules.most_digits_wrong:
            reasons.append("digits_wrong")
        if same < rules.least_same_voice:
            reasons.append("voice_changed")
        embedding = None if reasons else self.embedder.embed(speech)
        return VoiceReading(
            tuple(reasons), embedding, digits, len(speech) / RATE, snr, clipped, same
        )


def _quality(
    samples: Samples, speech: Samples, rules: VoiceRules
) -> tuple[list[str], float, float]:
    clipped = float((np.abs(samples) > 0.99).mean())
    snr = _snr_db(samples)
    reasons = []
    if len(speech) / RATE < rules.least_speech_s:
        reasons.append("no_speech")
    elif snr < rules.least_snr_db:
        reasons.append("too_noisy")
    if clipped > rules.most_clipped:
        reasons.append("too_loud")
    return reasons, snr, clipped


def _snr_db(samples: Samples) -> float:
    """Loud against quiet 20 ms frames; an estimate that needs no marked pauses."""
    hop = RATE // 50
    count = len(samples) // hop
    if count < 10:
        return 0.0
    energy = (samples[: count * hop].reshape(count, hop) ** 2).mean(1) + 1e-10
    quiet, loud = np.percentile(energy, [10, 95])
    return float(10 * np.log10(loud / quiet))

"""A recording of digits -> whether the owner of an enrolled voice reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.reasons import Reason
from voiceprint.audio import Samples
from voiceprint.calibration import threshold_at
from voiceprint.digits import (
    DigitMatch,
    DigitTemplates,
    best_matches,
    mean_distance,
    mean_excess,
)
from voiceprint.quality import explain_by_echo, recording_quality
from voiceprint.rules import VoiceRules
from voiceprint.speaker import Embedding, SpeakerEmbedder
from voiceprint.vad import SpeechDetector


class VoiceOutcome(StrEnum):
    """How a verification ends."""

    VERIFIED = "verified"
    UNSURE = "unsure"  # a person asks further
    REJECTED = "rejected"
    AGAIN = "again"  # the recording does not serve: another is asked for


@dataclass(frozen=True)
class VerificationReading:
    """A claimed identity compared with its voiceprint and its digits.

    The ratio and the two digit measures are 0 where the recording did not serve.
    """

    outcome: VoiceOutcome
    reasons: tuple[Reason, ...]
    log_likelihood_ratio: float  # natural, of the owner's voice against anybody else's
    digit_excess: float  # mean over the digits, see `DigitMatch`
    digit_distance: float  # likewise
    speech_s: float


class VoiceVerifier:
    """Verifies voices with engines that it is given. One recording at a time."""

    def __init__(self, detector: SpeechDetector, embedder: SpeakerEmbedder) -> None:
        """Share loaded engines with other parts of the reader."""
        self._detector, self._embedder = detector, embedder

    def verify(
        self,
        samples: Samples,
        asked: str,
        voice: Embedding,
        own_digits: DigitTemplates,
        rules: VoiceRules,
    ) -> VerificationReading:
        """Whether a recording of the `asked` digits is by the owner of a voice (192,) and digits.

        Reasons: `no_speech` (too little), `too_noisy`, `too_loud`, `digits_unclear`,
        `digits_wrong`, `too_much_echo`, `voice_differs`, `voice_uncertain`, `recording_copied`
        (cut from what was enrolled).
        """
        speech = self._detector.speech(samples)
        quality = recording_quality(samples, len(speech), rules, rules.min_call_s)
        matches = None if quality.reasons else best_matches(own_digits, samples, asked)
        if matches is None:
            found = quality.reasons or (Reason.DIGITS_UNCLEAR,)
            reasons = explain_by_echo(found, samples, rules)
            return VerificationReading(VoiceOutcome.AGAIN, reasons, 0.0, 0.0, 0.0, quality.speech_s)
        ratio = rules.calibration.llr(float(self._embedder.embed(speech) @ voice))
        found = tuple(_mismatches(matches, ratio, quality.speech_s, rules))
        reasons = explain_by_echo(found, samples, rules)
        return VerificationReading(
            outcome=voice_outcome(reasons, rules.doubts),
            reasons=reasons,
            log_likelihood_ratio=ratio,
            digit_excess=mean_excess(matches),
            digit_distance=mean_distance(matches),
            speech_s=quality.speech_s,
        )


def voice_outcome(reasons: Sequence[Reason], doubts: Sequence[Reason]) -> VoiceOutcome:
    """The outcome of a recording that could be compared, by the reasons against it."""
    if not reasons:
        return VoiceOutcome.VERIFIED
    others = set(reasons).difference(doubts)
    if not others:
        return VoiceOutcome.UNSURE
    return VoiceOutcome.AGAIN if others == {Reason.TOO_MUCH_ECHO} else VoiceOutcome.REJECTED


def _mismatches(
    matches: tuple[DigitMatch, ...], ratio: float, speech_s: float, rules: VoiceRules
) -> Iterator[Reason]:
    if ratio < rules.review_llr:
        yield Reason.VOICE_DIFFERS
    elif ratio < threshold_at(rules.known_llr, speech_s):
        yield Reason.VOICE_UNCERTAIN
    if mean_excess(matches) > rules.max_digit_excess:
        yield Reason.DIGITS_WRONG
    if mean_distance(matches) < rules.min_digit_distance:
        yield Reason.RECORDING_COPIED

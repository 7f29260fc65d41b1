"""`VoiceReader`: digits read aloud -> a voiceprint, or whether a caller is who they claim to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceprint.audio import RATE, Samples, decode_sound
from voiceprint.calibration import Calibration
from voiceprint.digits import DigitMatch, OwnDigits, best_match, distance, excess, least
from voiceprint.reverberation import decay_s
from voiceprint.segmentation import Span, SpeechFinder, readings
from voiceprint.speaker import LEAST_SAMPLES, Embedding, SpeakerEmbedder

DOUBTS = frozenset({"voice_uncertain", "recording_copied"})  # for a person to ask further
ECHO = "too_much_echo"
BLURRED_BY_ECHO = frozenset({"digits_unclear", "digits_wrong"})


@dataclass(frozen=True)
class VoiceRules:
    """What a recording must show; from the policy."""

    least_speech_s: float
    least_snr_db: float
    most_clipped: float  # share of samples at full scale
    least_same_voice: float  # cosine between the two readings
    most_digit_excess: float  # mean over the digits, see DigitMatch
    least_digit_distance: float  # likewise
    most_decay_s: float  # of a room in which digits can be judged
    least_call_s: float  # of speech, from which a caller can be known
    calibration: Calibration
    known_llr: Mapping[str, float]  # least log-likelihood ratio by seconds of speech
    review_llr: float


@dataclass(frozen=True)
class VoiceReading:
    """A recording held against the digits that were asked; `embedding` is None when it failed."""

    reasons: tuple[str, ...]
    embedding: Embedding | None
    own_digits: OwnDigits | None
    digits: tuple[DigitMatch, ...]
    speech_s: float
    snr_db: float
    clipped: float
    same_voice: float  # cosine of first against second reading, -1..1


@dataclass(frozen=True)
class VoiceVerification:
    """A claim to be somebody, held against their voiceprint and their digits.

    `outcome` is `verified`, `unsure` (a person asks further), `rejected` or, where the recording
    does not serve, `again`.
    """

    outcome: str
    reasons: tuple[str, ...]
    log_likelihood_ratio: float  # natural, of the owner's voice against anybody else's
    digit_excess: float
    digit_distance: float
    speech_s: float


class VoiceReader:
    """silero VAD and CAM++ in one place. One instance a process, one recording at a time."""

    def __init__(self, models: Path) -> None:
        self.finder = SpeechFinder(models)
        self.embedder = SpeakerEmbedder(models)

    def warm_up(self) -> None:
        """Do once what compiles on first use (numba), so that no owner waits for it."""
        tone = np.sin(np.arange(RATE) / 9, dtype=np.float32)
        spans = [Span(0, RATE // 2), Span(RATE // 2, RATE)]
        OwnDigits.learnt(tone, spans, "01").match(tone, spans, "01")
        self.finder.speech(tone)
        self.embedder.embed(tone)

    def enrol(self, content: bytes, first: str, second: str, rules: VoiceRules) -> VoiceReading:
        """Hold a recording of `first` (all ten digits) then `second` against what was asked.

        Reasons: `no_speech`, `too_noisy`, `too_loud`, `digits_unclear` (not as many words as
        digits), `digits_wrong`, `too_much_echo` (instead of these two, where the room rings),
        `recording_copied` (the second reading is cut from the first), `voice_changed`.
        Raises `voiceprint.audio.UnreadableSound`.
        """
        samples = decode_sound(content)
        voiced = self.finder.voiced(samples)
        speech = samples[voiced]
        reasons, snr, clipped = _quality(samples, speech, rules, rules.least_speech_s)
        found = best_match(samples, first, second)
        if found is None:
            reasons.append("digits_unclear")
        if found is None or reasons:
            reasons = _echo_told(reasons, samples, rules)
            return VoiceReading(tuple(reasons), None, None, (), len(speech) / RATE, snr, clipped, 0)
        own, digits, border = found
        voice, same = self._one_voice(
            samples[:border][voiced[:border]], samples[border:][voiced[border:]]
        )
        if excess(digits) > rules.most_digit_excess:
            reasons.append("digits_wrong")
        if distance(digits) < rules.least_digit_distance:
            reasons.append("recording_copied")
        if same < rules.least_same_voice:
            reasons.append("voice_changed")
        reasons = _echo_told(reasons, samples, rules)
        return VoiceReading(
            reasons=tuple(reasons),
            embedding=None if reasons else voice,
            own_digits=None if reasons else own,
            digits=digits,
            speech_s=len(speech) / RATE,
            snr_db=snr,
            clipped=clipped,
            same_voice=same,
        )

    def verify(
        self, content: bytes, asked: str, voice: Embedding, own: OwnDigits, rules: VoiceRules
    ) -> VoiceVerification:
        """Whether a recording of the `asked` digits is by the owner of `voice` and `own` digits.

        Reasons: `no_speech` (too little), `too_noisy`, `too_loud`, `digits_unclear`,
        `digits_wrong`, `too_much_echo`, `voice_differs`, `voice_uncertain`, `recording_copied`
        (cut from what was enrolled). Raises `voiceprint.audio.UnreadableSound`.
        """
        samples = decode_sound(content)
        speech = self.finder.speech(samples)
        reasons, _, _ = _quality(samples, speech, rules, rules.least_call_s)
        ways = [] if reasons else readings(samples, len(asked))
        digits = least((own.match(samples, spans, asked) for spans in ways), excess)
        if digits is None and not reasons:
            reasons.append("digits_unclear")
        seconds = len(speech) / RATE
        if digits is None:
            reasons = _echo_told(reasons, samples, rules)
            return VoiceVerification("again", tuple(reasons), 0.0, 0.0, 0.0, seconds)
        ratio = rules.calibration.llr(float(self.embedder.embed(speech) @ voice))
        if ratio < rules.review_llr:
            reasons.append("voice_differs")
        elif ratio < at_length(rules.known_llr, seconds):
            reasons.append("voice_uncertain")
        if excess(digits) > rules.most_digit_excess:
            reasons.append("digits_wrong")
        if distance(digits) < rules.least_digit_distance:
            reasons.append("recording_copied")
        reasons = _echo_told(reasons, samples, rules)
        return VoiceVerification(
            outcome=_outcome(reasons),
            reasons=tuple(reasons),
            log_likelihood_ratio=ratio,
            digit_excess=excess(digits),
            digit_distance=distance(digits),
            speech_s=seconds,
        )

    def _one_voice(self, first: Samples, second: Samples) -> tuple[Embedding | None, float]:
        """The voice in the speech of two readings, by their lengths, and the cosine between them.

        None and 0, as of strangers, where one of them holds too little speech.
        """
        if min(len(first), len(second)) < LEAST_SAMPLES:
            return None, 0.0
        one, other = self.embedder.embed(first), self.embedder.embed(second)
        both = len(first) * one + len(second) * other
        return np.asarray(both / np.linalg.norm(both), np.float32), float(one @ other)


def _outcome(reasons: Sequence[str]) -> str:
    if not reasons:
        return "verified"
    if DOUBTS.issuperset(reasons):
        return "unsure"
    return "again" if (DOUBTS | {ECHO}).issuperset(reasons) else "rejected"


def _echo_told(reasons: list[str], samples: Samples, rules: VoiceRules) -> list[str]:
    """Digits that failed in a room that rings say nothing of who read them: told as echo."""
    if BLURRED_BY_ECHO.isdisjoint(reasons) or (decay_s(samples) or 0) <= rules.most_decay_s:
        return reasons
    return [*(reason for reason in reasons if reason not in BLURRED_BY_ECHO), ECHO]


def at_length(thresholds: Mapping[str, float], seconds: float) -> float:
    """The threshold of the longest length that was spoken; the strictest where all are longer."""
    spoken = [float(length) for length in thresholds if float(length) <= seconds]
    longest = max(spoken) if spoken else min(map(float, thresholds))
    return next(value for length, value in thresholds.items() if float(length) == longest)


def _quality(
    samples: Samples, speech: Samples, rules: VoiceRules, least_speech_s: float
) -> tuple[list[str], float, float]:
    clipped = float((np.abs(samples) > 0.99).mean())
    snr = _snr_db(samples)
    reasons = []
    if len(speech) / RATE < least_speech_s:
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

"""Two readings of digits -> the owner's voiceprint and digit templates, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.reasons import Reason
from voiceprint.audio import Samples
from voiceprint.digits import (
    DigitMatch,
    DigitTemplates,
    match_readings,
    mean_distance,
    mean_excess,
)
from voiceprint.heard import HeardDigits, hear_digits
from voiceprint.quality import RecordingQuality, explain_by_echo, recording_quality
from voiceprint.recogniser import DigitRecogniser
from voiceprint.rules import VoiceRules
from voiceprint.speaker import MIN_SAMPLES, Embedding, SpeakerEmbedder
from voiceprint.vad import SpeechDetector


@dataclass(frozen=True)
class EnrolmentReading:
    """A recording compared with the digits that were asked for.

    `embedding` (192,) and `own_digits` are None when there is a reason against the recording; not
    where a person has only to listen to what was read (`digits_unsure`): approved, they are used.
    `heard` is None where something else was found before a recogniser was asked. `same_voice` is
    the cosine of the first against the second reading, 0 where it was not measured.
    """

    reasons: tuple[Reason, ...]
    embedding: Embedding | None
    own_digits: DigitTemplates | None
    digits: tuple[DigitMatch, ...]
    heard: HeardDigits | None
    speech_s: float
    snr_db: float
    clipped: float  # share of samples, 0..1
    same_voice: float  # cosine, -1..1


class VoiceEnroller:
    """Enrols voices with engines that it is given. One recording at a time."""

    def __init__(
        self, detector: SpeechDetector, embedder: SpeakerEmbedder, recogniser: DigitRecogniser
    ) -> None:
        """Share loaded engines with other parts of the reader."""
        self._detector, self._embedder, self._recogniser = detector, embedder, recogniser

    def enrol(
        self, samples: Samples, first: str, second: str, rules: VoiceRules
    ) -> EnrolmentReading:
        """Compare a reading of `first` (all ten digits) then `second` with what was asked for.

        Reasons: `no_speech`, `too_noisy`, `too_loud`, `digits_unclear` (not as many words as
        digits), `digits_wrong`, `recording_copied` (the second reading is cut from the first),
        `voice_changed`, `digits_not_read` (the first reading is of something else),
        `digits_unsure` (it may be). `too_much_echo` instead of those about digits, but the last,
        where the room reverberates.
        """
        voiced = self._detector.voiced(samples)
        quality = recording_quality(
            samples, int(np.count_nonzero(voiced)), rules, rules.min_speech_s
        )
        readings = match_readings(samples, first, second)
        if readings is None or quality.reasons:
            unclear = () if readings else (Reason.DIGITS_UNCLEAR,)
            reasons = explain_by_echo((*quality.reasons, *unclear), samples, rules)
            return _failed(reasons, quality)
        border = readings.border
        voice, same_voice = self._shared_voice(
            samples[:border][voiced[:border]], samples[border:][voiced[border:]]
        )
        found = tuple(_mismatches(readings.matches, same_voice, rules))
        heard = None
        if Reason.DIGITS_WRONG not in found:
            heard = hear_digits(
                self._recogniser.read, samples, readings.words, first, rules.max_digit_edits
            )
            found = (*found, *_not_heard(heard, rules))
        reasons = explain_by_echo(found, samples, rules)
        is_kept = not set(reasons) - {Reason.DIGITS_UNSURE}
        return EnrolmentReading(
            reasons=reasons,
            embedding=voice if is_kept else None,
            own_digits=readings.templates if is_kept else None,
            digits=readings.matches,
            heard=heard,
            speech_s=quality.speech_s,
            snr_db=quality.snr_db,
            clipped=quality.clipped,
            same_voice=same_voice,
        )

    def _shared_voice(self, first: Samples, second: Samples) -> tuple[Embedding | None, float]:
        """The voice in the speech of two readings, by their lengths, and the cosine between them.

        None and 0, as of strangers, where one of them holds too little speech.
        """
        if min(len(first), len(second)) < MIN_SAMPLES:
            return None, 0.0
        one, other = self._embedder.embed(first), self._embedder.embed(second)
        both = len(first) * one + len(second) * other
        return np.asarray(both / np.linalg.norm(both), np.float32), float(one @ other)


def _failed(reasons: tuple[Reason, ...], quality: RecordingQuality) -> EnrolmentReading:
    return EnrolmentReading(
        reasons, None, None, (), None, quality.speech_s, quality.snr_db, quality.clipped, 0
    )


def _not_heard(heard: HeardDigits, rules: VoiceRules) -> Iterator[Reason]:
    if heard.edits > rules.review_digit_edits:
        yield Reason.DIGITS_NOT_READ
    elif heard.edits > rules.max_digit_edits:
        yield Reason.DIGITS_UNSURE


def _mismatches(
    matches: tuple[DigitMatch, ...], same_voice: float, rules: VoiceRules
) -> Iterator[Reason]:
    if mean_excess(matches) > rules.max_digit_excess:
        yield Reason.DIGITS_WRONG
    if mean_distance(matches) < rules.min_digit_distance:
        yield Reason.RECORDING_COPIED
    if same_voice < rules.min_same_voice:
        yield Reason.VOICE_CHANGED

"""What a recording must show to be accepted: thresholds, whose values come from the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.reasons import Reason
from voiceprint.calibration import Calibration


@dataclass(frozen=True)
class VoiceRules:
    """Thresholds of enrolment and verification.

    `doubts` are the reasons for which a person asks the caller further; any other reason rejects
    the recording, or asks for another one.
    """

    min_speech_s: float  # of an enrolment
    min_snr_db: float
    clipping_level: float  # 0..1 of full scale, from which a sample counts as clipped
    max_clipped: float  # share of samples that are clipped, 0..1
    min_same_voice: float  # cosine between the two readings, -1..1
    max_digit_excess: float  # mean over the digits, see `DigitMatch`
    min_digit_distance: float  # likewise
    max_digit_edits: int  # between the digits asked for and those heard, in a first reading
    review_digit_edits: int  # likewise: a person listens up to it, the owner reads again above it
    max_decay_s: float  # RT60 of a room in which digits can be compared
    min_call_s: float  # of speech in a verification
    calibration: Calibration
    known_llr: Mapping[str, float]  # least log-likelihood ratio by seconds of speech
    review_llr: float  # natural logarithm; below it the voice is another
    doubts: tuple[Reason, ...]

"""Whether a recording is good enough to be compared: enough speech, little noise, no clipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.reasons import Reason
from voiceprint.audio import RATE, Samples
from voiceprint.frames import frame_energies
from voiceprint.reverberation import rt60_s
from voiceprint.rules import VoiceRules

HOP = RATE // 50
MIN_FRAMES = 10
SILENCE = 1e-10  # mean square that digital silence counts as
QUIET_PERCENTILE, LOUD_PERCENTILE = 10, 95
DIGIT_FAILURES = frozenset({Reason.DIGITS_UNCLEAR, Reason.DIGITS_WRONG, Reason.DIGITS_NOT_READ})


@dataclass(frozen=True)
class RecordingQuality:
    """Reasons `no_speech`, `too_noisy`, `too_loud`, and the measures behind them."""

    reasons: tuple[Reason, ...]
    speech_s: float
    snr_db: float
    clipped: float  # share of samples, 0..1


def recording_quality(
    samples: Samples, speech_samples: int, rules: VoiceRules, min_speech_s: float
) -> RecordingQuality:
    """The quality of a recording of which so many samples are speech."""
    speech_s = speech_samples / RATE
    clipped = float((np.abs(samples) > rules.clipping_level).mean())
    snr = _snr_db(samples)
    reasons = []
    if speech_s < min_speech_s:
        reasons.append(Reason.NO_SPEECH)
    elif snr < rules.min_snr_db:
        reasons.append(Reason.TOO_NOISY)
    if clipped > rules.max_clipped:
        reasons.append(Reason.TOO_LOUD)
    return RecordingQuality(tuple(reasons), speech_s, snr, clipped)


def explain_by_echo(
    reasons: Sequence[Reason], samples: Samples, rules: VoiceRules
) -> tuple[Reason, ...]:
    """The reasons, with `too_much_echo` instead of failed digits where the room reverberates.

    Digits that fail in such a room do not indicate who read them.
    """
    if DIGIT_FAILURES.isdisjoint(reasons) or (rt60_s(samples) or 0) <= rules.max_decay_s:
        return tuple(reasons)
    others = (reason for reason in reasons if reason not in DIGIT_FAILURES)
    return (*others, Reason.TOO_MUCH_ECHO)


def _snr_db(samples: Samples) -> float:
    """Loud against quiet 20 ms frames; an estimate that needs no marked pauses."""
    energies = frame_energies(samples, HOP)
    if len(energies) < MIN_FRAMES:
        return 0.0
    quiet, loud = np.percentile(energies + SILENCE, [QUIET_PERCENTILE, LOUD_PERCENTILE])
    return float(10 * np.log10(loud / quiet))

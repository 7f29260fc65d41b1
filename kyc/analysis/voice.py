"""Recordings of digits: the enrolment of a voice, and the comparison with an enrolled one."""

from __future__ import annotations

import numpy as np

from core.files import UnreadableFile
from kyc.analysis.analyser import Engines, Sample
from kyc.analysis.challenges import DigitChallenge
from kyc.analysis.findings import (
    VerificationFinding,
    VerificationOutcome,
    VoiceEnrolmentFinding,
)
from kyc.policy import UploadPolicy, VoicePolicy
from voiceprint.digits import DigitTemplates


def analyse_enrolment(engines: Engines, sample: Sample) -> VoiceEnrolmentFinding:
    """Raises TypeError for a sample without digits to read: a defect, not bad input."""
    asked = sample.challenge
    if not isinstance(asked, DigitChallenge):
        raise TypeError("a voice clip answers a challenge of digits")
    rules = engines.policy.section(VoicePolicy).rules
    limits = engines.policy.section(UploadPolicy).recording
    reading = engines.voices.enrol(sample.content, asked.first, asked.second, rules, limits)
    voice = reading.embedding
    measured = {
        "speech_s": round(reading.speech_s, 2),
        "snr_db": round(reading.snr_db, 1),
        "same_voice": round(reading.same_voice, 3),
        # Not what was said: it may be any number of a person's.
        "digit_edits": None if reading.heard is None else reading.heard.edits,
        "digits": [
            {"distance": round(match.distance, 3), "excess": round(match.excess, 3)}
            for match in reading.digits
        ],
    }
    return VoiceEnrolmentFinding(
        reading.reasons,
        voice=None if voice is None else voice.astype("<f4").tobytes(),
        digits=None if reading.own_digits is None else reading.own_digits.packed(),
        measured=measured,
    )


def analyse_verification(engines: Engines, sample: Sample) -> VerificationFinding:
    """Compare a voice with the owner's; a recording that cannot be read must be made again.

    Raises TypeError for a sample without the owner's templates.
    """
    reference = sample.reference
    if reference is None:
        raise TypeError("a voice is compared with templates")
    voice = np.frombuffer(reference.voice, "<f4")
    own = DigitTemplates.unpacked(reference.digits)
    rules = engines.policy.section(VoicePolicy).rules
    limits = engines.policy.section(UploadPolicy).recording
    try:
        reading = engines.voices.verify(sample.content, reference.asked, voice, own, rules, limits)
    except UnreadableFile as error:
        return VerificationFinding((error.reason,), outcome=VerificationOutcome.AGAIN, measured={})
    measured = {
        "llr": round(reading.log_likelihood_ratio, 2),
        "digit_excess": round(reading.digit_excess, 3),
        "digit_distance": round(reading.digit_distance, 3),
        "speech_s": round(reading.speech_s, 2),
    }
    return VerificationFinding(
        reading.reasons,
        outcome=VerificationOutcome(reading.outcome),
        measured=measured,
    )

"""What evidence may be an answer to, as it is stored and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kyc.liveness.challenge import FaceChallenge


class ChallengeKind(StrEnum):
    """Which of an owner a challenge is for."""

    FACE = "face"
    VOICE = "voice"


@dataclass(frozen=True)
class DigitChallenge:
    """Two strings of digits to be read aloud, one after the other.

    `first` holds each digit once: the reading of it makes the owner's digit templates.
    """

    first: str
    second: str


Challenge = FaceChallenge | DigitChallenge


def stored_challenge(kind: ChallengeKind, asked: Mapping[str, Any]) -> Challenge:
    """A challenge again from how it was stored, by `dataclasses.asdict`."""
    return _STORED[kind](asked)


_STORED: Mapping[ChallengeKind, Callable[[Mapping[str, Any]], Challenge]] = {
    ChallengeKind.FACE: FaceChallenge.restored,
    ChallengeKind.VOICE: lambda asked: DigitChallenge(asked["first"], asked["second"]),
}

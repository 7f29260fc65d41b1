"""What the server asks a face to do: actions drawn at random, each with the second it is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

TURN_LEFT, TURN_RIGHT = "turn_left", "turn_right"
LOOK_UP, LOOK_DOWN = "look_up", "look_down"
OPEN_MOUTH, BLINK_TWICE = "open_mouth", "blink_twice"
ACTIONS = (TURN_LEFT, TURN_RIGHT, LOOK_UP, LOOK_DOWN, OPEN_MOUTH, BLINK_TWICE)


@dataclass(frozen=True)
class Cue:
    """Show `action` at `at` seconds; it must be done before `until`."""

    action: str
    at: float
    until: float


@dataclass(frozen=True)
class FaceChallenge:
    """Cues in order; before the first the face looks straight ahead."""

    cues: tuple[Cue, ...]

    @classmethod
    def asked(cls, stored: Mapping[str, Any]) -> Self:
        """The challenge again from how it was stored and shown, by `dataclasses.asdict`."""
        return cls(tuple(Cue(**cue) for cue in stored["cues"]))

    @property
    def seconds(self) -> float:
        return self.cues[-1].until


@dataclass(frozen=True)
class ChallengeRules:
    """From the policy: which actions, how many, how long each is shown (tenths of a second)."""

    actions: tuple[str, ...]
    length: int
    neutral_s: float
    window_tenths: tuple[int, ...]

    @property
    def possible(self) -> int:
        """How many different sequences of actions can be drawn, their timing left aside."""
        return len(self.actions) * int((len(self.actions) - 1) ** (self.length - 1))

    def odds(self, draws: int) -> float:
        """The chance that a stored performance answers one of so many challenges.

        Timing is left aside: a stored performance has to keep to that too.
        """
        return draws / self.possible


def draw_face_challenge(rules: ChallengeRules) -> FaceChallenge:
    """A challenge from the system's CSPRNG; no action follows itself."""
    cues: list[Cue] = []
    at = rules.neutral_s
    for _ in range(rules.length):
        choices = [a for a in rules.actions if not cues or a != cues[-1].action]
        until = round(at + secrets.choice(rules.window_tenths) / 10, 1)
        cues.append(Cue(secrets.choice(choices), at, until))
        at = until
    return FaceChallenge(tuple(cues))


def draw_digits(length: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(length))


def draw_all_digits() -> str:
    """All ten digits in a random order."""
    digits: Sequence[str] = list("0123456789")
    shuffled = secrets.SystemRandom().sample(digits, len(digits))
    return "".join(shuffled)

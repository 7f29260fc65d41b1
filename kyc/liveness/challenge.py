"""What the server asks a face to do: actions drawn at random, each shown at a given second."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

CSPRNG = secrets.SystemRandom()


class Action(StrEnum):
    """What a face can be asked to do.

    The policy does not ask for `look_down`: one of the clips that the threshold was set on never
    shows it. It is measured all the same (`motion.strengths`), because a person who looks down
    while another action is asked for does something that was not asked, and because the demo's
    actor leaves such frames out.
    """

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    OPEN_MOUTH = "open_mouth"
    BLINK_TWICE = "blink_twice"


@dataclass(frozen=True)
class Cue:
    """Show `action` at `at` seconds; it must be performed before `until`."""

    action: Action
    at: float
    until: float


@dataclass(frozen=True)
class FaceChallenge:
    """Cues in order; before the first the face looks straight ahead."""

    cues: tuple[Cue, ...]

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """The challenge again from how it was stored and shown, by `dataclasses.asdict`.

        Raises KeyError, TypeError, ValueError for what was not stored so.
        """
        return cls(
            tuple(Cue(Action(cue["action"]), cue["at"], cue["until"]) for cue in stored["cues"])
        )

    @property
    def seconds(self) -> float:
        """How long a video of it lasts."""
        return self.cues[-1].until

    def shifted(self, seconds: float) -> Self:
        """The same challenge, each cue so many seconds later."""
        return replace(
            self,
            cues=tuple(Cue(cue.action, cue.at + seconds, cue.until + seconds) for cue in self.cues),
        )


@dataclass(frozen=True)
class ChallengeRules:
    """From the policy: which actions, how many, how long each is shown (tenths of a second)."""

    actions: tuple[Action, ...]
    length: int
    neutral_s: float
    window_tenths: tuple[int, ...]

    @property
    def possible(self) -> int:
        """How many different sequences of actions can be drawn, their timing left aside."""
        return len(self.actions) * int((len(self.actions) - 1) ** (self.length - 1))

    def replay_odds(self, draws: int) -> float:
        """The probability that a stored performance fits one of so many challenges.

        Timing is left aside: a stored performance has to fit that too.
        """
        return draws / self.possible


def draw_face_challenge(rules: ChallengeRules, chance: random.Random = CSPRNG) -> FaceChallenge:
    """A challenge from the system's CSPRNG; no action follows itself.

    Measurements that are to be made again bring a `chance` with a seed; nobody is asked by one.
    """
    cues: list[Cue] = []
    at = rules.neutral_s
    for _ in range(rules.length):
        choices = [action for action in rules.actions if not cues or action != cues[-1].action]
        until = round(at + chance.choice(rules.window_tenths) / 10, 1)
        cues.append(Cue(chance.choice(choices), at, until))
        at = until
    return FaceChallenge(tuple(cues))

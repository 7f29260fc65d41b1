"""The bench's owners: their papers, their phones, and the seconds that are their own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from demo.actor import Actor
from demo.personas import NOODLES, OWNER, Cast, Papers, act, papers
from demo.phone import Phone, Step
from kyc.liveness.challenge import FaceChallenge

# The owner's own seconds before each upload, as DESIGN.md has the minute; a phone films meanwhile.
MINUTE = {
    "id_card_front": 8.0,
    "id_card_back": 5.0,
    "licence": 8.0,
    "voice_clip": 10.0,
    "face_video": 8.0,
}


class Filmed(Actor):
    """Films no challenge twice in a row."""

    _last: tuple[FaceChallenge, bytes] | None = None

    def play(self, challenge: FaceChallenge) -> bytes:
        if self._last is None or self._last[0] != challenge:
            self._last = challenge, super().play(challenge)
        return self._last[1]


@dataclass(frozen=True)
class Simulated:
    """One of the simulated phones, its photos taken and its actor ready before the clock runs."""

    number: int
    held: Papers
    actor: Actor


def applicant_of(cast: Cast, number: int) -> Simulated:
    """Somebody with a number and a business of their own, whose papers are ready."""
    person = replace(OWNER, serial=100 + number)
    business = replace(NOODLES, serial=2_000_000 + number)
    actor = Filmed(cast.owner, cast.rules, number)
    return Simulated(number, papers(cast.press, person, business, actor, number), actor)


@dataclass
class OwnTime:
    """An owner's own seconds for each upload, from the last answer on."""

    answered_at: float = field(default_factory=time.monotonic)

    def hear(self, _: Step) -> None:
        self.answered_at = time.monotonic()

    def take(self, kind: str) -> None:
        time.sleep(max(0.0, self.answered_at + MINUTE[kind] - time.monotonic()))


class EarlyPhone(Phone):
    """A phone that signs in, begins and films before the clock runs, then goes on as others do.

    Filming takes the processor, which real phones do not share with the server.
    """

    asked: dict[str, Any] | None = None

    def film(self, number: str, outbox: Path, actor: Actor) -> None:
        """Answer a face challenge, which lives for two minutes. Raises `Unplayable`."""
        super().sign_in(number, outbox)
        super().start()
        self.asked, _ = act(self, actor)

    def sign_in(self, number: str, outbox: Path) -> None:
        """Was done before."""

    def start(self) -> None:
        """Was done before."""

    def challenge(self, kind: str) -> dict[str, Any]:
        if kind != "face" or self.asked is None:
            return super().challenge(kind)
        asked, self.asked = self.asked, None
        return asked

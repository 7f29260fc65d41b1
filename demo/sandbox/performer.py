"""What the person of a test number would film and say: made when it is asked for, kept nowhere."""

from __future__ import annotations

import secrets

from app import policy
from app.settings import Settings
from demo.actor import Clip, ClipActor, encode, index_clip, kept_observations, read_frames
from demo.material import DIGITS, demo_folder
from demo.performance import Unplayable
from demo.sandbox.people import SandboxPerson
from demo.speaker import DigitSpeaker
from kyc.liveness.challenge import FaceChallenge
from kyc.policy import LivenessPolicy

TRIES = 3
SEEDS = 2**31


class Performer:
    """Films and speaks for all test numbers; holds no pictures meanwhile. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._models = settings.models
        self._folder = demo_folder(settings.models)
        self._motion = policy.load(settings.policy).section(LivenessPolicy).motion
        self._speaker = DigitSpeaker(self._folder / DIGITS)

    def say(self, digits: str) -> bytes:
        """A WAV of digits, another each time."""
        return self._speaker.say(digits, secrets.randbelow(SEEDS))

    def film(self, person: SandboxPerson, challenge: FaceChallenge) -> bytes:
        """An MP4 of a person who does what is asked. Raises `Unplayable`."""
        path = self._folder / person.clip
        seen = kept_observations(path) or index_clip(path, self._models).observations
        for _ in range(TRIES):
            actor = ClipActor(Clip((), seen), self._motion, secrets.randbelow(SEEDS))
            try:
                order = actor.perform(challenge)
            except Unplayable:
                continue
            return encode(actor.show(order, read_frames(path, set(order))), preset="superfast")
        raise Unplayable("the clip shows too little")

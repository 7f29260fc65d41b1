"""The bench's applicants: documents of their own, phones, and the seconds that are their own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from demo.actor import REST, ClipActor
from demo.applicant import DemoApplicant, film, photograph_documents
from demo.material import Material
from demo.personas import NOODLES, OWNER
from demo.phone import Answer, Phone, Step
from kyc.analysis.challenges import ChallengeKind, stored_challenge
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.liveness.challenge import FaceChallenge

# The owner's own seconds before each upload, as DESIGN.md has the minute; a phone films meanwhile.
OWN_SECONDS = {
    ID_CARD_FRONT.kind: 8.0,
    ID_CARD_BACK.kind: 5.0,
    LICENCE.kind: 8.0,
    VOICE_CLIP.kind: 10.0,
    FACE_VIDEO.kind: 8.0,
}
FIRST_PERSON, FIRST_BUSINESS = 100, 2_000_000  # serial numbers


class CachingActor(ClipActor):
    """Films no challenge twice in a row."""

    _last: tuple[tuple[FaceChallenge, float], bytes] | None = None

    def play(self, challenge: FaceChallenge, rest_s: float = REST) -> bytes:
        """The video of a challenge; the last one again where it was filmed already."""
        asked = challenge, rest_s
        if self._last is None or self._last[0] != asked:
            self._last = asked, super().play(challenge, rest_s)
        return self._last[1]


def prepared_applicant(material: Material, number: int) -> DemoApplicant:
    """An applicant with a number and a business of their own, photos taken."""
    person = replace(OWNER, serial=FIRST_PERSON + number)
    business = replace(NOODLES, serial=FIRST_BUSINESS + number)
    actor = CachingActor(material.owner, material.motion, number)
    photos = photograph_documents(material.printer, person, business, actor, number)
    return DemoApplicant(number, photos, actor)


@dataclass
class OwnTime:
    """An owner's own seconds before each upload, from the last answer on."""

    answered_at: float = field(default_factory=time.monotonic)

    def note_answer(self, _: Step) -> None:
        """The phone has an answer: the owner's time begins."""
        self.answered_at = time.monotonic()

    def pass_before(self, kind: str) -> None:
        """Sleep for what is left of the owner's time."""
        time.sleep(max(0.0, self.answered_at + OWN_SECONDS[kind] - time.monotonic()))


class PreparedPhone(Phone):
    """A phone that signs in, begins and films before the clock runs, then goes on as others do.

    Filming takes the processor, which real phones do not share with the server.
    """

    issued: Answer | None = None
    _film: tuple[FaceChallenge, bytes] | None = None

    def prepare(self, applicant: DemoApplicant, material: Material) -> None:
        """Film a face challenge, which is valid for two minutes. Raises `Unplayable`."""
        super().sign_in(applicant.phone_number, material.outbox)
        super().start()
        self.issued, video = film(self, applicant.actor)
        shown = stored_challenge(ChallengeKind.FACE, self.issued["asked"])
        if isinstance(shown, FaceChallenge):
            self._film = shown, video

    def filmed(self) -> tuple[FaceChallenge, bytes]:
        """The challenge that `prepare` filmed, and its video. Raises LookupError before."""
        if self._film is None:
            raise LookupError("nothing was filmed")
        return self._film

    def sign_in(self, number: str, outbox: Path) -> None:
        """Was done before."""

    def start(self) -> None:
        """Was done before, the first time: whoever reads other digits begins anew."""
        if self.issued is None:
            super().start()

    def challenge(self, kind: ChallengeKind) -> Answer:
        """The challenge that was filmed, then new ones."""
        if kind is not ChallengeKind.FACE or self.issued is None:
            return super().challenge(kind)
        issued, self.issued = self.issued, None
        return issued

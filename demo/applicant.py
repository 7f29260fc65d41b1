"""One applicant: documents in hand, a face, a voice, and the way through an onboarding."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.reasons import Reason
from demo.actor import REST, ClipActor
from demo.documents import Business, DocumentPrinter, Person, photograph
from demo.material import Material
from demo.performance import Unplayable
from demo.phone import Answer, Phone, Step
from kyc.analysis.challenges import ChallengeKind, stored_challenge
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.liveness.challenge import FaceChallenge

MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class DocumentPhotos:
    """JPEGs of an applicant's documents."""

    front: bytes
    back: bytes
    licence: bytes

    def by_kind(self) -> dict[str, bytes]:
        """The photos by the kind of evidence that they are, in the order of the minute."""
        return {
            ID_CARD_FRONT.kind: self.front,
            ID_CARD_BACK.kind: self.back,
            LICENCE.kind: self.licence,
        }


@dataclass(frozen=True)
class DemoApplicant:
    """Who opens an account. `number` makes the phone number and how everything sounds and looks."""

    number: int
    photos: DocumentPhotos
    actor: ClipActor

    @property
    def phone_number(self) -> str:
        """A number that belongs to nobody else of a run."""
        return phone_number_of(self.number)


def phone_number_of(number: int) -> str:
    """The phone number of who has a number; nobody is sent a message."""
    return f"1380000{number:04d}"


@dataclass
class Outcome:
    """What became of one person."""

    person: str
    expected: str
    as_expected: bool = False
    decision: str | None = None
    reasons: list[str] = field(default_factory=list)
    start_to_decision_s: float | None = None
    offer_annual_rate: float | None = None
    steps: list[Step] = field(default_factory=list)
    onboarding: str = ""


def photograph_documents(
    printer: DocumentPrinter, person: Person, business: Business, holder: ClipActor, seed: int
) -> DocumentPhotos:
    """Print and photograph documents; `holder` is the face on the card."""
    return DocumentPhotos(
        front=photograph(printer.id_card_front(person, holder.portrait()), seed),
        back=photograph(printer.id_card_back(), seed + 10),
        licence=photograph(printer.licence(business), seed + 20),
    )


def onboard(
    phone: Phone, material: Material, applicant: DemoApplicant, name: str, expected: str
) -> Outcome:
    """Open an account: documents, voice, face, decision. A video sent back is filmed again.

    Of one reading in fifty the recogniser is not sure, and a person would listen to it. The demo
    has none: its owner begins again, and reads other digits. Raises `Unplayable`.
    """
    outcome = _try(phone, material, applicant, name, expected)
    if Reason.DIGITS_UNSURE in outcome.reasons:
        outcome = _try(phone, material, applicant, name, expected)
    return outcome


def _try(
    phone: Phone, material: Material, applicant: DemoApplicant, name: str, expected: str
) -> Outcome:
    began = send_all_but_face(phone, material, applicant)
    view: Answer = {}
    for _ in range(MAX_ATTEMPTS):
        challenge, video = film(phone, applicant.actor)
        phone.before_upload(FACE_VIDEO.kind)
        phone.send(FACE_VIDEO.kind, video, challenge["id"], wait=False)
        view = phone.result()
        if FACE_VIDEO.kind not in view["missing"]:
            break
    return outcome_of(phone, name, expected, view, began)


def send_all_but_face(phone: Phone, material: Material, applicant: DemoApplicant) -> float:
    """Sign in once, start, send documents and voice; when it was started (`perf_counter`)."""
    if phone.device.token is None:
        phone.sign_in(applicant.phone_number, material.outbox)
    began = time.perf_counter()
    phone.start()
    for kind, photo in applicant.photos.by_kind().items():
        phone.before_upload(kind)
        phone.send(kind, photo, wait=False)
    challenge = phone.challenge(ChallengeKind.VOICE)
    digits = challenge["asked"]["first"] + challenge["asked"]["second"]
    said = material.speaker.say(digits, applicant.number)
    phone.before_upload(VOICE_CLIP.kind)
    phone.send(VOICE_CLIP.kind, said, challenge["id"], wait=False)
    return began


def film(phone: Phone, actor: ClipActor, rest_s: float = REST) -> tuple[Answer, bytes]:
    """A face challenge, and the video that answers it.

    Asks for another challenge where the clip has no such moment. Raises `Unplayable`.
    """
    for _ in range(MAX_ATTEMPTS):
        issued = phone.challenge(ChallengeKind.FACE)
        challenge = stored_challenge(ChallengeKind.FACE, issued["asked"])
        if not isinstance(challenge, FaceChallenge):
            raise TypeError("a face challenge asks for a face")
        try:
            return issued, actor.play(challenge, rest_s)
        except Unplayable:
            continue
    raise Unplayable("the clip shows too little")


def outcome_of(phone: Phone, name: str, expected: str, view: Answer, began: float) -> Outcome:
    """What became of a person by the last view of the onboarding."""
    return Outcome(
        person=name,
        expected=expected,
        decision=view["decision"],
        reasons=view["reasons"],
        start_to_decision_s=round(time.perf_counter() - began, 2),
        steps=phone.steps,
        onboarding=view["id"],
    )

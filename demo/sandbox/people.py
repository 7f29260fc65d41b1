"""Test numbers, and who answers to each: fictional people, each with papers and a face."""

from __future__ import annotations

from dataclasses import dataclass, replace

from access.codes import CodeSource
from core.reasons import Reason
from demo.actor import ClipActor
from demo.applicant import DocumentPhotos, phone_number_of, photograph_documents
from demo.documents import Business, Person
from demo.material import OWNER_CLIP, STRANGER_CLIP, Material
from demo.personas import LAPSED, LAPSED_OWNER, NOODLES, OWNER
from kyc.onboarding.states import Decision

CODE = "000000"  # of every test number


@dataclass(frozen=True)
class SandboxPerson:
    """Whose papers and face a test number has, and what the rules are expected to make of them."""

    number: int
    person: Person
    business: Business
    portrait: str  # the clip that the portrait on the card is of
    clip: str  # the clip that is filmed
    decision: Decision
    reasons: tuple[Reason, ...] = ()

    @property
    def phone(self) -> str:
        """The test number."""
        return phone_number_of(self.number)


PEOPLE = {
    one.phone: one
    for one in (
        SandboxPerson(1, OWNER, NOODLES, OWNER_CLIP, OWNER_CLIP, Decision.APPROVED),
        SandboxPerson(
            2,
            replace(OWNER, serial=22),
            replace(NOODLES, serial=1000022),
            OWNER_CLIP,
            STRANGER_CLIP,
            Decision.DECLINED,
            (Reason.FACE_MISMATCH,),
        ),
        SandboxPerson(
            4,
            LAPSED_OWNER,
            LAPSED,
            STRANGER_CLIP,
            STRANGER_CLIP,
            Decision.REVIEW,
            (Reason.LICENCE_EXPIRED,),
        ),
    )
}


class FixedCodes:
    """One code for every test number, random codes for all others."""

    def __init__(self, others: CodeSource) -> None:
        self._others = others

    def code_for(self, phone: str) -> str:
        """The fixed code of a test number; another phone's as always."""
        return CODE if phone in PEOPLE else self._others.code_for(phone)


def photograph_papers(material: Material, one: SandboxPerson) -> DocumentPhotos:
    """A person's papers; the card bears the face of `portrait`."""
    clip = material.owner if one.portrait == OWNER_CLIP else material.stranger
    holder = ClipActor(clip, material.motion, one.number)
    return photograph_documents(material.printer, one.person, one.business, holder, one.number)

"""What every use case of onboarding has at hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from audit.writer import Actor
from kyc.face.search import ExactSearch, FaceSearch
from kyc.policy import Policy
from kyc.onboarding.models import Applicant, Onboarding
from storage.database import utc_now
from storage.failures import Conflict, NotFound
from storage.media import MediaStore
from storage.keyring import Vault


class OnboardingClosed(Conflict):
    code = "onboarding_closed"
    detail = "本次开户已结束。This onboarding has ended; start a new one if you need to."


class KnownFaces:
    """This process's search over decided faces, and until when it has seen them."""

    def __init__(self, search: FaceSearch[UUID]) -> None:
        self.search = search
        self.seen_until: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """The vault that seals, the store that keeps media, the policy that decides."""

    vault: Vault
    media: MediaStore
    policy: Policy

    @cached_property
    def faces(self) -> KnownFaces:
        return KnownFaces(ExactSearch(self.policy.face.fusion))

    def seal(self, applicant: Applicant, plaintext: bytes, binding: str) -> bytes:
        return self.vault.seal(applicant.data_key, applicant.id, plaintext, binding)

    def open(self, applicant: Applicant, sealed: bytes, binding: str) -> bytes:
        return self.vault.open(applicant.data_key, applicant.id, sealed, binding)

    def fingerprint(self, content: bytes) -> str:
        """A blind index of bytes that were sent: the same bytes, the same index."""
        return self.vault.blind("evidence", hashlib.sha256(content).hexdigest())

    def read_media(self, applicant: Applicant, evidence_id: UUID) -> bytes:
        return self.open(applicant, self.media.get(evidence_id), f"media:{evidence_id}")


def by(applicant_id: UUID) -> Actor:
    return Actor("applicant", str(applicant_id))


def own_onboarding(
    session: Session, applicant_id: UUID, onboarding_id: UUID, *, lock: bool = False
) -> Onboarding:
    """The applicant's own onboarding; somebody else's is as absent as one that never was."""
    onboarding = session.get(Onboarding, onboarding_id, with_for_update=lock)
    if onboarding is None or onboarding.applicant_id != applicant_id:
        raise NotFound
    return onboarding


def open_onboarding(session: Session, applicant_id: UUID, onboarding_id: UUID) -> Onboarding:
    """The applicant's own, locked, while it takes evidence. Raises `OnboardingClosed`."""
    onboarding = own_onboarding(session, applicant_id, onboarding_id, lock=True)
    if onboarding.state != "open" or onboarding.expires_at <= utc_now():
        raise OnboardingClosed
    return onboarding

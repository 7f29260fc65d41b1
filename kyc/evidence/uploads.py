"""Uploads in parts, resumed where a network left off: the whole becomes evidence, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import writer as log
from privacy.consents import BIOMETRIC, BIOMETRIC_EVIDENCE, require_consent
from kyc.services import Desk, by, open_onboarding
from kyc.evidence.submit import SubmitEvidence, submit_evidence
from kyc.evidence.chunks import abandon, drop_parts
from kyc.onboarding.models import Applicant, Onboarding, Upload
from storage.database import new_id, utc_now
from storage.failures import Conflict, Invalid, NotFound, TooMany

SWEPT = 20  # left by others, cleared by whoever begins the next


class UploadTooLarge(Invalid):
    code = "upload_too_large"
    detail = "文件太大，请重新拍摄。The file is too large: take it again."


class OffsetWrong(Conflict):
    code = "offset_wrong"
    detail = "上传位置不符，请先查询进度。Ask how much has arrived, and go on from there."


class UploadDamaged(Invalid):
    code = "upload_damaged"
    keeps = True
    detail = "文件在传输中损坏，请重新上传。The file was damaged on its way: send it again."


class UploadsOpen(TooMany):
    code = "uploads_open"
    detail = "未完成的上传过多，请先完成。Finish the uploads that you began."


@dataclass(frozen=True)
class BeginUpload:
    """What will come: `sha256` of the whole, lower-case hex, where the phone knows it."""

    onboarding_id: UUID
    kind: str
    length: int
    challenge_id: UUID | None = None
    sha256: str | None = None


def begin_upload(session: Session, desk: Desk, applicant_id: UUID, command: BeginUpload) -> Upload:
    """A place for `length` bytes. Raises `UploadTooLarge`, `UploadsOpen`, `ConsentMissing`."""
    onboarding = open_onboarding(session, applicant_id, command.onboarding_id)
    require_consent(
        session, onboarding.id, BIOMETRIC if command.kind in BIOMETRIC_EVIDENCE else "terms"
    )
    rules = desk.policy.onboarding
    if not 0 < command.length <= rules.most_upload_bytes:
        raise UploadTooLarge
    _sweep(session, desk)
    begun = sa.select(sa.func.count(Upload.id)).where(
        Upload.onboarding_id == onboarding.id, Upload.evidence_id.is_(None)
    )
    if (session.scalar(begun) or 0) >= rules.most_open_uploads:
        raise UploadsOpen
    upload = Upload(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=command.kind,
        challenge_id=command.challenge_id,
        length=command.length,
        sha256=command.sha256,
        expires_at=onboarding.expires_at,
    )
    session.add(upload)
    log.record(
        session, by(applicant_id), "upload.begun", upload.id,
        onboarding_id=onboarding.id, kind=upload.kind, length=upload.length,
    )  # fmt: skip
    return upload


def own_upload(
    session: Session,
    applicant_id: UUID,
    onboarding_id: UUID,
    upload_id: UUID,
    *,
    lock: bool = False,
) -> Upload:
    """The applicant's own, not yet expired; somebody else's is as absent as none."""
    upload = session.get(Upload, upload_id, with_for_update=lock)
    if upload is None or upload.onboarding_id != onboarding_id or upload.expires_at <= utc_now():
        raise NotFound
    if session.get_one(Onboarding, onboarding_id).applicant_id != applicant_id:
        raise NotFound
    return upload


def append(
    session: Session, desk: Desk, applicant_id: UUID, upload: Upload, offset: int, part: bytes
) -> None:
    """Seal a part that begins at `offset`; the last one makes the whole into evidence.

    Raises `OffsetWrong`, `UploadDamaged` (all begins anew) and what `submit_evidence` raises; then
    the last part has not arrived.
    """
    if offset != upload.received:
        raise OffsetWrong
    if offset + len(part) > upload.length:
        raise UploadTooLarge
    applicant = session.get_one(Applicant, applicant_id)
    if part:
        part_id = new_id()
        desk.media.put_with(session, part_id, desk.seal(applicant, part, _binding(upload, part_id)))
        upload.parts = [*upload.parts, str(part_id)]
        upload.received += len(part)
    if upload.received == upload.length and upload.evidence_id is None:
        _complete(session, desk, applicant, upload)


def _complete(session: Session, desk: Desk, applicant: Applicant, upload: Upload) -> None:
    parts = [UUID(part) for part in upload.parts]
    whole = b"".join(
        desk.open(applicant, desk.media.get(part), _binding(upload, part)) for part in parts
    )
    drop_parts(session, desk.media, upload)
    if upload.sha256 is not None and hashlib.sha256(whole).hexdigest() != upload.sha256:
        upload.received = 0
        raise UploadDamaged
    command = SubmitEvidence(upload.onboarding_id, upload.kind, whole, upload.challenge_id)
    upload.evidence_id = submit_evidence(session, desk, applicant.id, command).id


def _sweep(session: Session, desk: Desk) -> None:
    over = sa.select(Upload).where(Upload.expires_at <= utc_now()).limit(SWEPT)
    for upload in session.scalars(over.with_for_update(skip_locked=True)):
        abandon(session, desk.media, upload)


def _binding(upload: Upload, part_id: UUID) -> str:
    return f"upload:{upload.id}:{part_id}"

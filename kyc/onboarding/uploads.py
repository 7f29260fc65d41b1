"""Uploads in chunks, resumed where a network left off: the whole becomes evidence, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import NotFound
from core.ids import new_id
from kyc.evidence.models import CHUNK, IssuedChallenge, Upload
from kyc.evidence.types import TYPES
from kyc.onboarding.challenges import challenge_to_answer
from kyc.onboarding.destruction import destroy_parts, destroy_uploads
from kyc.onboarding.ownership import open_onboarding, own_onboarding
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import UploadPolicy
from privacy.consents import require_consent
from privacy.models import DestructionCause
from storage.chunks import (
    Chunk,
    ChunkLimits,
    UploadDamaged,
    UploadDead,
    UploadsOpen,
    UploadTooLarge,
    append,
    kept_chunks,
)
from storage.context import Context

SWEPT_AT_ONCE = 20  # expired uploads of one transaction; the next one takes the rest


@dataclass(frozen=True)
class BeginUpload:
    """What will come: `sha256` of the whole, lower-case hex, where the phone knows it."""

    onboarding_id: UUID
    kind: str
    length: int
    challenge_id: UUID | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class AppendChunk:
    """Bytes that begin at `offset`."""

    onboarding_id: UUID
    upload_id: UUID
    offset: int
    content: bytes


def begin_upload(context: Context, command: BeginUpload) -> Upload:
    """A place for `length` bytes.

    An upload whose hash is announced holds the challenge that it answers until it is whole; one
    without has to be whole before the challenge expires.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `UploadTooLarge`, `UploadsOpen`,
    `ChallengeUnusable`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, command.onboarding_id)
    require_consent(context, onboarding.id, TYPES.of(command.kind).consent)
    rules = context.rules(UploadPolicy)
    if not 0 < command.length <= rules.max_bytes:
        raise UploadTooLarge
    unfinished = sa.select(sa.func.count(Upload.id)).where(
        Upload.onboarding_id == onboarding.id, Upload.evidence_id.is_(None)
    )
    if (context.session.scalar(unfinished) or 0) >= rules.max_open:
        raise UploadsOpen
    upload = Upload(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=command.kind,
        challenge_id=command.challenge_id,
        length=command.length,
        received=0,
        parts=[],
        sha256=command.sha256,
        expires_at=onboarding.expires_at,
    )
    _bind_challenge(context, upload)
    context.session.add(upload)
    record(
        context,
        Action.UPLOAD_BEGUN,
        upload.id,
        onboarding_id=onboarding.id,
        kind=upload.kind,
        length=upload.length,
    )
    return upload


def own_upload(
    context: Context, onboarding_id: UUID, upload_id: UUID, *, lock: bool = False
) -> Upload:
    """The actor's own upload, which may still become evidence. Raises `NotFound`, `UploadDead`."""
    upload = _own(context, onboarding_id, upload_id, lock=lock)
    if upload.evidence_id is None and _is_dead(context, upload):
        raise UploadDead
    return upload


def append_chunk(context: Context, command: AppendChunk) -> Upload:
    """Seal a chunk; the last one makes the whole into evidence.

    Raises `NotFound`, `UploadDead`, `OffsetWrong`, `UploadTooLarge`, `ChunkTooSmall`,
    `UploadDamaged` (all begins again) and what `submit_evidence` raises; then the last chunk has
    not arrived.
    """
    upload = own_upload(context, command.onboarding_id, command.upload_id, lock=True)
    owner = context.session.get_one(Applicant, context.actor.uuid)
    chunk = Chunk(command.offset, command.content)
    rules, field = context.rules(UploadPolicy), CHUNK[TYPES.of(upload.kind).purpose]
    limits = ChunkLimits(rules.min_part_bytes, rules.max_bytes)
    is_whole = append(context, upload, owner, field, chunk, limits)
    if is_whole and upload.evidence_id is None:
        _complete(context, owner, upload)
    return upload


def cancel_upload(context: Context, onboarding_id: UUID, upload_id: UUID) -> None:
    """Forget an upload. Raises `NotFound`."""
    upload = _own(context, onboarding_id, upload_id, lock=True)
    destroy_uploads(context, [upload], DestructionCause.CANCELLED)


def has_expired_uploads(context: Context) -> bool:
    """Whether `sweep_uploads` would delete any."""
    return context.session.scalar(_expired(context).limit(1)) is not None


def sweep_uploads(context: Context) -> int:
    """Delete uploads whose time is over, with their chunks; returns how many."""
    over = _expired(context).limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    expired = context.session.scalars(over).all()
    destroy_uploads(context, expired, DestructionCause.RETENTION)
    return len(expired)


def _own(context: Context, onboarding_id: UUID, upload_id: UUID, *, lock: bool) -> Upload:
    require(context, Permission.ONBOARDING_MANAGE)
    upload = context.session.get(Upload, upload_id, with_for_update=lock)
    if upload is None or upload.onboarding_id != onboarding_id:
        raise NotFound
    own_onboarding(context, onboarding_id)
    return upload


def _complete(context: Context, owner: Applicant, upload: Upload) -> None:
    field = CHUNK[TYPES.of(upload.kind).purpose]
    content = kept_chunks(context, upload, owner, field).whole()
    destroy_parts(context, upload)
    if upload.sha256 is not None and hashlib.sha256(content).hexdigest() != upload.sha256:
        upload.received = 0
        context.commit()
        raise UploadDamaged
    command = SubmitEvidence(
        upload.onboarding_id, upload.kind, content, upload.challenge_id, upload.id
    )
    upload.evidence_id = submit_evidence(context, command).id


def _bind_challenge(context: Context, upload: Upload) -> None:
    """Hold the challenge where the hash fixes what will answer it, so that only time is given.

    Until the challenge expires another upload may take this one's place: owners record again.
    """
    kind = TYPES.of(upload.kind).challenge
    if kind is None:
        return
    challenge = challenge_to_answer(context, upload.onboarding_id, upload.challenge_id, kind)
    if upload.sha256 is None:
        challenge.held_by = None
        upload.expires_at = min(upload.expires_at, challenge.expires_at)
    else:
        challenge.held_by = upload.id


def _is_dead(context: Context, upload: Upload) -> bool:
    """Whether the upload's time is over, or its challenge was answered by something else."""
    if upload.expires_at <= context.now():
        return True
    if TYPES.of(upload.kind).challenge is None:
        return False
    if upload.challenge_id is None:  # begun before uploads held challenges: it answers none
        return True
    challenge = context.session.get_one(IssuedChallenge, upload.challenge_id)
    held_by_another = challenge.held_by not in (None, upload.id)
    return challenge.used_at is not None or held_by_another


def _expired(context: Context) -> sa.Select[Upload]:
    return sa.select(Upload).where(Upload.expires_at <= context.now())

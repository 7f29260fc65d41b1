"""Resumable uploads, tus 1.0 (creation, expiration, termination): a tunnel loses no video."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource
from werkzeug.exceptions import PreconditionFailed, UnsupportedMediaType

from access.permissions import Permission
from app.api import headers
from app.api.endpoint import reads, writes
from app.parsing import UploadInvalid, integer_of, upload_announced
from app.presenters.upload import present_progress, present_upload
from app.problems import FieldsInvalid
from app.schemas.uploads import UploadRequest
from core.errors import NotFound
from kyc.onboarding.challenges import ChallengeUnusable
from kyc.onboarding.ownership import OnboardingClosed
from kyc.onboarding.submit import EvidenceLimit, QueueFull
from kyc.onboarding.throttling import Paused
from kyc.onboarding.uploads import (
    AppendChunk,
    BeginUpload,
    append_chunk,
    begin_upload,
    cancel_upload,
    own_upload,
)
from kyc.policy import UploadPolicy
from privacy.consents import ConsentMissing
from storage.chunks import (
    ChunkTooSmall,
    OffsetWrong,
    UploadDamaged,
    UploadDead,
    UploadsOpen,
    UploadTooLarge,
)
from storage.context import Context
from storage.media import StoreUnavailable
from storage.queue import JobsWaiting

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CHUNK_TYPE = "application/offset+octet-stream"


class Uploads(Resource):
    """Uploads of an onboarding."""

    @reads(
        "describe_uploads",
        Permission.PUBLIC,
        answer=Response,
        status=204,
        sends=(headers.SENT_VERSION,),
    )
    def options(self, context: Context, onboarding_id: UUID) -> Response:
        """Ask what resumable uploads can do.

        `Tus-Version`, `Tus-Extension` and `Tus-Max-Size`, as tus 1.0 has them.
        """
        max_bytes = context.rules(UploadPolicy).max_bytes
        sent = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(max_bytes)}
        return tus_answer(204, sent)

    @writes(
        "begin_upload",
        Permission.ONBOARDING_MANAGE,
        answer=Response,
        status=201,
        errors=(
            *(UploadInvalid, FieldsInvalid, NotFound, OnboardingClosed, ConsentMissing),
            *(UploadTooLarge, UploadsOpen, ChallengeUnusable),
        ),
        headers=(headers.TUS_RESUMABLE, headers.UPLOAD_LENGTH, headers.UPLOAD_METADATA),
        sends=(
            *(headers.SENT_VERSION, headers.SENT_LOCATION),
            *(headers.SENT_OFFSET, headers.SENT_EXPIRES),
        ),
    )
    def post(self, context: Context, onboarding_id: UUID) -> Response:
        """Begin a resumable upload.

        Then send chunks with `PATCH` to the address in `Location`. Any tus 1.0 client does this.
        With `sha256` a recording may arrive after its challenge's time.
        """
        require_tus()
        begun = upload_announced(UploadRequest)
        command = BeginUpload(
            onboarding_id, begun.kind, begun.length, begun.challenge_id, begun.sha256
        )
        upload = begin_upload(context, command)
        return tus_answer(
            201, {"Location": f"{request.path}/{upload.id}", **present_progress(upload)}
        )


class OneUpload(Resource):
    """One upload."""

    @reads(
        "read_upload",
        Permission.ONBOARDING_MANAGE,
        answer=Response,
        errors=(NotFound, UploadDead),
        headers=(headers.TUS_RESUMABLE,),
        sends=(
            *(headers.SENT_VERSION, headers.SENT_LENGTH),
            *(headers.SENT_OFFSET, headers.SENT_EXPIRES),
        ),
    )
    def head(self, context: Context, onboarding_id: UUID, upload_id: UUID) -> Response:
        """Ask how much of an upload has arrived.

        Continue with the chunk that begins at `Upload-Offset`.
        """
        require_tus()
        upload = own_upload(context, onboarding_id, upload_id)
        return tus_answer(200, present_upload(upload))

    @writes(
        "append_chunk",
        Permission.ONBOARDING_MANAGE,
        answer=Response,
        status=204,
        errors=(
            *(UploadInvalid, NotFound, UploadDead, OffsetWrong, UploadTooLarge, ChunkTooSmall),
            UploadDamaged,
            *(OnboardingClosed, ConsentMissing, Paused, QueueFull, EvidenceLimit, JobsWaiting),
            *(ChallengeUnusable, StoreUnavailable),
        ),
        headers=(headers.TUS_RESUMABLE, headers.UPLOAD_OFFSET),
        sends=(headers.SENT_VERSION, headers.SENT_OFFSET, headers.SENT_EXPIRES),
        consumes=CHUNK_TYPE,
    )
    def patch(self, context: Context, onboarding_id: UUID, upload_id: UUID) -> Response:
        """Send a chunk.

        It begins at `Upload-Offset`, and has 64 kB at least unless it is the last one. After the
        last one the onboarding holds the evidence; read it with `GET
        /onboardings/{onboarding_id}`.
        """
        require_tus()
        if request.mimetype != CHUNK_TYPE:
            raise UnsupportedMediaType
        offset = integer_of(request.headers.get("Upload-Offset", ""))
        command = AppendChunk(onboarding_id, upload_id, offset, request.get_data())
        return tus_answer(204, present_progress(append_chunk(context, command)))

    @writes(
        "cancel_upload",
        Permission.ONBOARDING_MANAGE,
        answer=Response,
        status=204,
        errors=(NotFound,),
        headers=(headers.TUS_RESUMABLE,),
        sends=(headers.SENT_VERSION,),
    )
    def delete(self, context: Context, onboarding_id: UUID, upload_id: UUID) -> Response:
        """Cancel an upload.

        What has arrived of it is deleted.
        """
        require_tus()
        cancel_upload(context, onboarding_id, upload_id)
        return tus_answer(204, {})


def require_tus() -> None:
    """Raises `PreconditionFailed` unless the request speaks our version of the protocol."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed


def tus_answer(status: int, sent: dict[str, str]) -> Response:
    """An answer without a body, as tus 1.0 has it."""
    return Response(status=status, headers={"Tus-Resumable": VERSION, **sent})


def uploads_namespace() -> Namespace:
    """Routes below `/onboardings/{id}/uploads`."""
    namespace = Namespace(
        "Uploads",
        path="/onboardings/<uuid:onboarding_id>/uploads",
        description="Send evidence in chunks that survive a lost connection (tus 1.0).",
    )
    namespace.add_resource(Uploads, "")
    namespace.add_resource(OneUpload, "/<uuid:upload_id>")
    return namespace

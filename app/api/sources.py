"""Sources: consents, files as resumable uploads (tus 1.0), signals."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource
from werkzeug.exceptions import UnsupportedMediaType

from access.permissions import Permission
from app.api import headers
from app.api.caller import words
from app.api.endpoint import reads, writes
from app.api.uploads import CHUNK_TYPE, EXTENSIONS, VERSION, require_tus, tus_answer
from app.parsing import UploadInvalid, integer_of, upload_announced
from app.presenters.source import (
    present_arriving,
    present_consent,
    present_file,
    present_progress,
    present_sources,
)
from app.problems import FieldsInvalid
from app.schemas.common import DoneResponse
from app.schemas.sources import (
    FileUploadRequest,
    PasswordRequest,
    SignalsRequest,
    SignalsResponse,
    SourceConsentRequest,
    SourceConsentResponse,
    SourceFileResponse,
    SourcesResponse,
)
from audit.actions import Action
from core.errors import NotFound
from kyc.identity import IDENTITY_ERRORS
from loans.policy import LoanPolicy
from loans.sources.consent import (
    ConsentToSource,
    SourceConsentsUsed,
    UseNotOffered,
    consent_to_source,
    withdraw_source_consent,
)
from loans.sources.files import (
    AppendToFile,
    BeginFile,
    FileKnown,
    FileNotLocked,
    NoFilesOfSource,
    SourceFilesBegun,
    SourceFilesUsed,
    UnlockFile,
    append_to_file,
    begin_file,
    delete_file,
    own_arriving_file,
    unlock_file,
)
from loans.sources.kinds import SourceKind
from loans.sources.overview import own_shown_file, own_sources, shown_file
from loans.sources.signals import (
    NewSignal,
    SignalNotOfNow,
    SignalsUsed,
    receive_signals,
)
from privacy.consents import ConsentMissing, ConsentOutdated
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


class Sources(Resource):
    """What may be known of a business."""

    @reads("list_sources", Permission.LOAN_READ, answer=SourcesResponse, noted=Action.OWN_DATA_READ)
    def get(self, context: Context) -> SourcesResponse:
        """List the sources: what may be consented to, what is, and which files were sent.

        Nothing is read without a consent. What is withdrawn is destroyed.
        """
        return present_sources(own_sources(context), words())


class SourceConsents(Resource):
    """Consents to sources."""

    @writes(
        "consent_to_source",
        Permission.LOAN_MANAGE,
        body=SourceConsentRequest,
        answer=SourceConsentResponse,
        status=201,
        errors=(UseNotOffered, ConsentOutdated, SourceConsentsUsed),
    )
    def post(self, context: Context, body: SourceConsentRequest) -> SourceConsentResponse:
        """Consent to one use of one source.

        Show its text of `GET /sources` first. It ends by itself after `valid_days`.
        """
        command = ConsentToSource(body.source, body.use, body.version)
        return present_consent(consent_to_source(context, command))


class OneSourceConsent(Resource):
    """One consent to a source."""

    @writes(
        "withdraw_source_consent",
        Permission.LOAN_MANAGE,
        answer=DoneResponse,
        errors=(NotFound,),
    )
    def delete(self, context: Context, consent_id: UUID) -> DoneResponse:
        """Withdraw a consent.

        With the last one of a source everything of it is destroyed: files, rows, and what was
        computed of them.
        """
        withdraw_source_consent(context, consent_id)
        return DoneResponse()


class SourceFiles(Resource):
    """Files of a source."""

    @reads(
        "describe_source_uploads",
        Permission.PUBLIC,
        answer=Response,
        status=204,
        sends=(headers.SENT_VERSION,),
    )
    def options(self, context: Context, source: str) -> Response:
        """Ask what uploads of files can do.

        `Tus-Version`, `Tus-Extension` and `Tus-Max-Size`, as tus 1.0 has them.
        """
        max_bytes = context.rules(LoanPolicy).known_by.max_bytes
        sent = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(max_bytes)}
        return tus_answer(204, sent)

    @writes(
        "begin_source_file",
        Permission.LOAN_MANAGE,
        answer=Response,
        status=201,
        errors=(
            *(UploadInvalid, FieldsInvalid, NoFilesOfSource),
            *(UploadTooLarge, UploadsOpen, SourceFilesUsed, SourceFilesBegun),
            *IDENTITY_ERRORS,
        ),
        headers=(headers.TUS_RESUMABLE, headers.UPLOAD_LENGTH, headers.UPLOAD_METADATA),
        sends=(
            *(headers.SENT_VERSION, headers.SENT_LOCATION),
            *(headers.SENT_OFFSET, headers.SENT_EXPIRES),
        ),
    )
    def post(self, context: Context, source: str) -> Response:
        """Begin to send a statement or an invoice, as its publisher gave it.

        Then send chunks with `PATCH` to the address in `Location`. Any tus 1.0 client does this.
        `Upload-Metadata` has `filename`, and may have `password` (of a zip) and `sha256`.
        """
        require_tus()
        begun = upload_announced(FileUploadRequest)
        command = BeginFile(
            SourceKind(source), begun.filename, begun.length, begun.password, begun.sha256
        )
        file = begin_file(context, command)
        return tus_answer(201, {"Location": f"{request.path}/{file.id}", **present_progress(file)})


class OneSourceFile(Resource):
    """One file of a source."""

    @reads(
        "read_source_file",
        Permission.LOAN_READ,
        answer=SourceFileResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, source: str, file_id: UUID) -> SourceFileResponse:
        """Read what became of a file: its rows are counted, what was noticed is told."""
        return present_file(own_shown_file(context, SourceKind(source), file_id), words())

    @reads(
        "read_source_upload",
        Permission.LOAN_READ,
        answer=Response,
        errors=(NotFound, UploadDead),
        headers=(headers.TUS_RESUMABLE,),
        sends=(
            *(headers.SENT_VERSION, headers.SENT_LENGTH),
            *(headers.SENT_OFFSET, headers.SENT_EXPIRES),
        ),
    )
    def head(self, context: Context, source: str, file_id: UUID) -> Response:
        """Ask how much of a file has arrived.

        Continue with the chunk that begins at `Upload-Offset`.
        """
        require_tus()
        file = own_arriving_file(context, SourceKind(source), file_id)
        return tus_answer(200, present_arriving(file))

    @writes(
        "append_to_source_file",
        Permission.LOAN_MANAGE,
        answer=Response,
        status=204,
        errors=(
            *(UploadInvalid, NotFound, UploadDead, OffsetWrong, UploadTooLarge, ChunkTooSmall),
            *(UploadDamaged, FileKnown, ConsentMissing, JobsWaiting, StoreUnavailable),
        ),
        headers=(headers.TUS_RESUMABLE, headers.UPLOAD_OFFSET),
        sends=(headers.SENT_VERSION, headers.SENT_OFFSET, headers.SENT_EXPIRES),
        consumes=CHUNK_TYPE,
    )
    def patch(self, context: Context, source: str, file_id: UUID) -> Response:
        """Send a chunk.

        It begins at `Upload-Offset`, and has 64 kB at least unless it is the last one. After the
        last one the file is read; wait for it with `GET /profile`.
        """
        require_tus()
        if request.mimetype != CHUNK_TYPE:
            raise UnsupportedMediaType
        offset = integer_of(request.headers.get("Upload-Offset", ""))
        command = AppendToFile(SourceKind(source), file_id, offset, request.get_data())
        return tus_answer(204, present_progress(append_to_file(context, command)))

    @writes(
        "delete_source_file",
        Permission.LOAN_MANAGE,
        answer=DoneResponse,
        errors=(NotFound,),
    )
    def delete(self, context: Context, source: str, file_id: UUID) -> DoneResponse:
        """Delete a file, and everything that was read of it."""
        delete_file(context, SourceKind(source), file_id)
        return DoneResponse()


class FilePassword(Resource):
    """The password of a file."""

    @writes(
        "unlock_source_file",
        Permission.LOAN_MANAGE,
        body=PasswordRequest,
        answer=SourceFileResponse,
        errors=(NotFound, ConsentMissing, FileNotLocked, JobsWaiting),
    )
    def put(
        self, context: Context, body: PasswordRequest, source: str, file_id: UUID
    ) -> SourceFileResponse:
        """Give the password of a file that is `locked`; it is read again."""
        command = UnlockFile(SourceKind(source), file_id, body.password)
        return present_file(shown_file(context, unlock_file(context, command)), words())


class Signals(Resource):
    """What an owner searched for and did in the app."""

    @writes(
        "send_signals",
        Permission.LOAN_MANAGE,
        body=SignalsRequest,
        answer=SignalsResponse,
        status=201,
        errors=(ConsentMissing, SignalNotOfNow, SignalsUsed),
    )
    def post(self, context: Context, body: SignalsRequest) -> SignalsResponse:
        """Send what the owner searched for and did in the app.

        It is kept where its source, `signals`, is consented to, and is never used for credit.
        """
        signals = [NewSignal(one.kind, one.at, one.text) for one in body.signals]
        return SignalsResponse(kept=receive_signals(context, signals))


def sources_namespace() -> Namespace:
    """Routes of what is known by consent."""
    namespace = Namespace(
        "Sources",
        path="/",
        description="What may be known of a business, each by consent: statements, invoices.",
    )
    file = f"/sources/<any({', '.join(SourceKind)}):source>/files"
    namespace.add_resource(Sources, "/sources")
    namespace.add_resource(SourceConsents, "/source-consents")
    namespace.add_resource(OneSourceConsent, "/source-consents/<uuid:consent_id>")
    namespace.add_resource(SourceFiles, file)
    namespace.add_resource(OneSourceFile, f"{file}/<uuid:file_id>")
    namespace.add_resource(FilePassword, f"{file}/<uuid:file_id>/password")
    namespace.add_resource(Signals, "/signals")
    return namespace

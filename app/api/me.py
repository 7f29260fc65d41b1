"""The owner's own account: their voice confirms what a stolen phone must not do."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource

from access.codes import CodeWrong
from access.own_sessions import end_own_session, list_own_sessions
from access.permissions import Permission
from access.proof import CodeMissing, require_own_code
from app.api.caller import Caller, words
from app.api.endpoint import reads, serves, writes
from app.api.headers import ONE_TIME_CODE, PREFER, SIGN_IN_ATTEMPT
from app.listening.places import TooManyListeners
from app.listening.waits import Later
from app.parsing import UploadInvalid
from app.presenters.account import present_closed, present_sessions, present_tokens
from app.presenters.export import present_export
from app.presenters.verification import present_to_owner
from app.schemas.common import FileRequest
from app.schemas.me import (
    ClosedAccountResponse,
    OwnAccountResponse,
    PhoneChangeRequest,
    VerificationRequest,
)
from app.schemas.sign_in import SessionsResponse, TokensResponse
from app.schemas.verifications import OwnVerificationResponse
from app.tables import METADATA
from audit.actions import Action
from core.errors import NotFound
from kyc.accounts.change_phone import ChangePhone, PhoneTaken, change_phone
from kyc.accounts.own import view_own_account
from kyc.identity import IDENTITY_ERRORS
from kyc.onboarding.submit import FileEmpty
from kyc.verification.verify import (
    FaceUnknown,
    OwnerUnverified,
    RequestVerification,
    SubmitRecording,
    VerificationsUsed,
    VerificationUnusable,
    VerifiedByPerson,
    VoiceUnknown,
    request_verification,
    submit_recording,
)
from loans.erasure import LoanOutstanding
from privacy.consents import ConsentMissing
from privacy.erasure import close_own_account
from privacy.export import export_own_data
from storage.context import Context
from storage.media import StoreUnavailable
from storage.queue import JobsWaiting


class Me(Resource):
    """The owner's own account."""

    @reads(
        "read_own_account",
        Permission.ACCOUNT_MANAGE,
        answer=OwnAccountResponse,
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context) -> OwnAccountResponse:
        """Read the own account.

        Phone and name are masked; `GET /me/export` has everything.
        """
        return OwnAccountResponse.model_validate(view_own_account(context))

    @writes(
        "close_own_account",
        Permission.ACCOUNT_MANAGE,
        answer=ClosedAccountResponse,
        errors=(CodeMissing, CodeWrong, NotFound, LoanOutstanding),
        headers=(SIGN_IN_ATTEMPT, ONE_TIME_CODE),
    )
    def delete(self, context: Context) -> ClosedAccountResponse:
        """Close the account and have everything destroyed that no law has kept.

        Faces, voices, recordings and sessions go at once. Records of a customer are kept, locked,
        until `records_until`. Ask for a code to the account's own number with `POST /auth/codes`.
        """
        require_own_code(context, *_proof())
        return present_closed(close_own_account(context))


class OwnExport(Resource):
    """Everything that is held about the owner."""

    @serves(
        "export_own_data",
        Permission.DATA_EXPORT,
        answer=Response,
        content="application/zip",
        errors=(CodeMissing, CodeWrong),
        headers=(SIGN_IN_ATTEMPT, ONE_TIME_CODE),
    )
    def get(self, caller: Caller) -> Response:
        """Download everything that is held about the owner.

        A zip: JSON for each kind of record, the files that were sent, and what is withheld and on
        which ground. Ask for a code to the account's own number with `POST /auth/codes`.
        """
        with caller.transaction() as context:
            export = export_own_data(context, METADATA, *_proof())
        sent = {"Content-Disposition": 'attachment; filename="kaihu-export.zip"'}
        return Response(present_export(export), mimetype="application/zip", headers=sent)


class Verifications(Resource):
    """The owner's verifications."""

    @writes(
        "request_own_verification",
        Permission.VOICE_CONFIRM,
        body=VerificationRequest,
        answer=OwnVerificationResponse,
        status=201,
        errors=(VerifiedByPerson, ConsentMissing, VoiceUnknown, FaceUnknown, VerificationsUsed),
    )
    def post(self, context: Context, body: VerificationRequest) -> OwnVerificationResponse:
        """Ask for digits that the owner reads aloud, or for actions of the face.

        Record them, and send the recording before `expires_at`. Once verified, the id confirms the
        one purpose that was asked for, once.
        """
        command = RequestVerification(context.actor.uuid, body.purpose, body.means)
        return present_to_owner(request_verification(context, command), words())


class OneVerification(Resource):
    """One of the owner's verifications."""

    @serves(
        "read_own_verification",
        Permission.VOICE_CONFIRM,
        answer=OwnVerificationResponse,
        errors=(NotFound, TooManyListeners),
        headers=(PREFER,),
        noted=Action.OWN_DATA_READ,
    )
    def get(
        self, caller: Caller, verification_id: UUID
    ) -> OwnVerificationResponse | Later[OwnVerificationResponse]:
        """Read how a verification stands.

        With `Prefer: wait=N` the answer comes once the recording is analysed.
        """
        present = partial(present_to_owner, words=words())
        return caller.waiting().verification(caller.actor.uuid, verification_id, present)


class OwnRecording(Resource):
    """The recording of one of the owner's verifications."""

    @serves(
        "send_own_recording",
        Permission.VOICE_CONFIRM,
        body=FileRequest,
        answer=OwnVerificationResponse,
        status=202,
        errors=(
            *(UploadInvalid, FileEmpty, NotFound, ConsentMissing, VerificationUnusable),
            *(JobsWaiting, StoreUnavailable),
        ),
        headers=(PREFER,),
    )
    def put(
        self, caller: Caller, body: FileRequest, verification_id: UUID
    ) -> OwnVerificationResponse | Later[OwnVerificationResponse]:
        """Send the recording of the digits, or the video of the face.

        One recording a verification. In state `again` ask for a new one.
        """
        owner = caller.actor.uuid
        with caller.transaction() as context:
            submit_recording(context, SubmitRecording(owner, verification_id, body.file))
        present = partial(present_to_owner, words=words())
        return caller.waiting().recording(owner, verification_id, present)


class OwnSessions(Resource):
    """The sessions of whoever asks."""

    @reads(
        "list_own_sessions",
        Permission.SESSION_MANAGE,
        answer=SessionsResponse,
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context) -> SessionsResponse:
        """List one's own sessions.

        Those in force, the newest first: when and from where each began, and which one this is.
        """
        return present_sessions(list_own_sessions(context), context.origin.session_id)


class OneOwnSession(Resource):
    """One session of whoever asks."""

    @writes(
        "end_own_session",
        Permission.SESSION_MANAGE,
        answer=Response,
        status=204,
        errors=(NotFound,),
    )
    def delete(self, context: Context, session_id: UUID) -> Response:
        """End one of one's own sessions.

        Its tokens are worth nothing from now on: for a phone that was lost.
        """
        end_own_session(context, session_id)
        return Response(status=204)


class OwnPhone(Resource):
    """The owner's phone number."""

    @writes(
        "change_phone",
        Permission.ACCOUNT_MANAGE,
        body=PhoneChangeRequest,
        answer=TokensResponse,
        errors=(*IDENTITY_ERRORS, CodeWrong, VerifiedByPerson, OwnerUnverified, PhoneTaken),
    )
    def put(self, context: Context, body: PhoneChangeRequest) -> TokensResponse:
        """Move the account to another phone number.

        Ask for a code to the new number with `POST /auth/codes`, and verify the owner's voice for
        the purpose `phone`. Every other device is signed out; use the tokens of this answer.
        """
        command = ChangePhone(body.attempt, body.phone, body.code, body.verification_id)
        return present_tokens(change_phone(context, command))


def _proof() -> tuple[str, str]:
    """The attempt and the code that the request names."""
    given = request.headers
    return given.get(SIGN_IN_ATTEMPT.name, ""), given.get(ONE_TIME_CODE.name, "")


def me_namespace() -> Namespace:
    """Routes below `/me`."""
    namespace = Namespace(
        "Own account", path="/me", description="The owner's voice confirms what matters."
    )
    namespace.add_resource(Me, "")
    namespace.add_resource(OwnExport, "/export")
    namespace.add_resource(Verifications, "/verifications")
    namespace.add_resource(OneVerification, "/verifications/<uuid:verification_id>")
    namespace.add_resource(OwnRecording, "/verifications/<uuid:verification_id>/recording")
    namespace.add_resource(OwnPhone, "/phone")
    namespace.add_resource(OwnSessions, "/sessions")
    namespace.add_resource(OneOwnSession, "/sessions/<uuid:session_id>")
    return namespace

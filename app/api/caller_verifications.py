"""Callers: customer service asks for digits and learns whether the voice is the owner's."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller, words
from app.api.endpoint import serves, writes
from app.api.headers import PREFER
from app.listening.places import TooManyListeners
from app.listening.waits import Later
from app.parsing import UploadInvalid
from app.presenters.verification import present_to_agent
from app.schemas.common import FileRequest
from app.schemas.verifications import CallerVerificationResponse
from audit.actions import Action
from core.errors import NotFound
from kyc.onboarding.submit import FileEmpty
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import (
    CallerByPerson,
    RequestVerification,
    SubmitRecording,
    VerificationsUsed,
    VerificationUnusable,
    VoiceUnknown,
    request_verification,
    submit_recording,
)
from privacy.consents import ConsentMissing
from storage.context import Context
from storage.media import StoreUnavailable
from storage.queue import JobsWaiting


class CallerVerifications(Resource):
    """Verifications of callers who claim an account."""

    @writes(
        "request_caller_verification",
        Permission.CALLER_VERIFY,
        answer=CallerVerificationResponse,
        status=201,
        errors=(NotFound, CallerByPerson, ConsentMissing, VoiceUnknown, VerificationsUsed),
    )
    def post(self, context: Context, account_id: UUID) -> CallerVerificationResponse:
        """Ask for digits that the caller reads aloud.

        Read the digits to the caller one by one, record them, and send the recording before
        `expires_at`.
        """
        command = RequestVerification(account_id, VerificationPurpose.CALLER)
        return present_to_agent(request_verification(context, command), words())


class CallerVerification(Resource):
    """One verification of a caller."""

    @serves(
        "read_caller_verification",
        Permission.CALLER_VERIFY,
        answer=CallerVerificationResponse,
        errors=(NotFound, TooManyListeners),
        headers=(PREFER,),
        noted=Action.VOICE_VERIFICATION_READ,
    )
    def get(
        self, caller: Caller, account_id: UUID, verification_id: UUID
    ) -> CallerVerificationResponse | Later[CallerVerificationResponse]:
        """Read how a caller's verification stands.

        With `Prefer: wait=N` the answer comes once the recording is analysed. Do what `advice`
        says.
        """
        present = partial(present_to_agent, words=words())
        return caller.waiting().verification(account_id, verification_id, present)


class CallerRecording(Resource):
    """The recording of one verification of a caller."""

    @serves(
        "send_caller_recording",
        Permission.CALLER_VERIFY,
        body=FileRequest,
        answer=CallerVerificationResponse,
        status=202,
        errors=(
            *(UploadInvalid, FileEmpty, NotFound, ConsentMissing, VerificationUnusable),
            *(JobsWaiting, StoreUnavailable),
        ),
        headers=(PREFER,),
    )
    def put(
        self, caller: Caller, body: FileRequest, account_id: UUID, verification_id: UUID
    ) -> CallerVerificationResponse | Later[CallerVerificationResponse]:
        """Send the recording of a caller.

        One recording a verification. In state `again` ask for new digits.
        """
        with caller.transaction() as context:
            submit_recording(context, SubmitRecording(account_id, verification_id, body.file))
        present = partial(present_to_agent, words=words())
        return caller.waiting().recording(account_id, verification_id, present)


def caller_verifications_namespace() -> Namespace:
    """Routes below `/accounts/{id}/voice-verifications`, and their older names, `/calls`."""
    namespace = Namespace(
        "Voice verification",
        path="/accounts/<uuid:account_id>",
        description="Whether a caller is the owner of an account.",
    )
    for name in ("voice-verifications", "calls"):
        one = f"/{name}/<uuid:verification_id>"
        namespace.add_resource(CallerVerifications, f"/{name}", endpoint=name)
        namespace.add_resource(CallerVerification, one, endpoint=f"{name}-one")
        namespace.add_resource(CallerRecording, f"{one}/recording", endpoint=f"{name}-recording")
    return namespace

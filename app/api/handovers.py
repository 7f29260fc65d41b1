"""Another device goes on with an onboarding: whose it is, and a session for it."""

from __future__ import annotations

from flask_restx import Namespace, Resource

from access.attempts import AttemptsUsed
from access.permissions import Permission
from access.proofs import ProofInvalid, ProofMissing, ProofReplayed, ProofUntimely
from app.api.caller import sent_proof
from app.api.endpoint import writes
from app.api.headers import PROOF
from app.api.refresh_cookie import keep_in_cookie
from app.presenters.handover import present_owner, present_session
from app.problems import RecordDamaged
from app.schemas.handovers import (
    HandoverOwnerResponse,
    HandoverRequest,
    HandoverSessionRequest,
    HandoverSessionResponse,
)
from kyc.accounts.handover import HandoverUnusable, UseHandover, show_handover, use_handover
from storage.context import Context
from storage.keyring import KeysUnavailable


class Owner(Resource):
    """Whose onboarding a link goes on with."""

    @writes(
        "read_handover",
        Permission.PUBLIC,
        body=HandoverRequest,
        answer=HandoverOwnerResponse,
        errors=(HandoverUnusable, AttemptsUsed, RecordDamaged, KeysUnavailable),
    )
    def post(self, context: Context, body: HandoverRequest) -> HandoverOwnerResponse:
        """Ask whose onboarding a link goes on with.

        Show the masked number, and ask whether it is the person's own before anything is used or
        filmed: a stranger's link would open an account in the stranger's name. The link stays
        unused.
        """
        return present_owner(show_handover(context, body.token))


class Session(Resource):
    """The session of the other device."""

    @writes(
        "use_handover",
        Permission.PUBLIC,
        body=HandoverSessionRequest,
        answer=HandoverSessionResponse,
        status=201,
        errors=(
            *(HandoverUnusable, AttemptsUsed),
            *(ProofMissing, ProofInvalid, ProofReplayed, ProofUntimely),
        ),
        headers=(PROOF,),
    )
    def post(self, context: Context, body: HandoverSessionRequest) -> HandoverSessionResponse:
        """Use a link up, and go on on this device.

        The session is bound to the device key that the `DPoP` header proves, and is for this
        onboarding alone, until its time is over. It sends and reads what that needs; another
        onboarding answers 404, what it may not do 403 `not_allowed`. Ask for consent again: whoever
        is filmed has to give it.
        """
        command = UseHandover(body.token, sent_proof(context))
        tokens = present_session(use_handover(context, command))
        return keep_in_cookie(tokens) if body.cookie else tokens


def handovers_namespace() -> Namespace:
    """Routes below `/handovers`."""
    namespace = Namespace(
        "Hand-over", path="/handovers", description="An onboarding goes on on another device."
    )
    namespace.add_resource(Owner, "/owner")
    namespace.add_resource(Session, "/session")
    return namespace

"""Applicants sign in by a one-time code."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from flask_restx import Namespace, Resource

from access import applicants, own_sessions
from access.codes import CodesPaused, CodeWrong
from access.permissions import Permission
from access.proofs import ProofInvalid, ProofMissing, ProofReplayed, ProofUntimely
from access.token_keys import TokenInvalid
from app.api.caller import Caller, origin, sent_key, sent_proof
from app.api.endpoint import serves, writes
from app.api.headers import PROOF
from app.api.refresh_cookie import forget_cookie, keep_in_cookie, kept_in_cookie
from app.codes import send_code
from app.presenters.account import present_tokens
from app.problems import RecordDamaged
from app.schemas.sign_in import (
    CodeRequest,
    CodeResponse,
    RefreshRequest,
    SignInRequest,
    TokensResponse,
)
from storage.context import Context
from storage.keyring import KeysUnavailable


class Codes(Resource):
    """One-time codes."""

    @serves(
        "request_code",
        Permission.PUBLIC,
        body=CodeRequest,
        answer=CodeResponse,
        status=202,
        errors=(CodesPaused, ProofInvalid, ProofUntimely),
        headers=(replace(PROOF, required=False),),
    )
    def post(self, caller: Caller, body: CodeRequest) -> CodeResponse:
        """Send a one-time code to a phone.

        Then ask the owner for the six digits, and send them with `attempt` to `POST /auth/tokens`.
        The same codes confirm a new number for `PUT /me/phone`. Send a proof of the device's key
        where the owner signed in on it before: strangers cannot use up what it may ask for.
        """
        key = sent_key()
        attempt = send_code(caller.services, caller.actor, origin(), body.phone, key)
        return CodeResponse(attempt=attempt)


class Tokens(Resource):
    """Sessions of applicants."""

    @writes(
        "sign_in",
        Permission.PUBLIC,
        body=SignInRequest,
        answer=TokensResponse,
        errors=(
            *(CodeWrong, ProofMissing, ProofInvalid, ProofReplayed, ProofUntimely),
            *(RecordDamaged, KeysUnavailable),
        ),
        headers=(PROOF,),
    )
    def post(self, context: Context, body: SignInRequest) -> TokensResponse:
        """Sign in with a one-time code.

        The first time this makes an account. The session is bound to the device key that the
        `DPoP` header proves: send `Authorization: DPoP <access>` and a new proof with what follows,
        and keep `refresh` for when the access token has expired.
        """
        command = applicants.SignIn(
            body.attempt, body.phone, body.code, sent_proof(context), body.device
        )
        tokens = present_tokens(applicants.sign_in(context, command))
        return keep_in_cookie(tokens) if body.cookie else tokens


class Refresh(Resource):
    """Sessions that go on."""

    @writes(
        "refresh_tokens",
        Permission.PUBLIC,
        body=RefreshRequest,
        answer=TokensResponse,
        errors=(TokenInvalid, ProofMissing, ProofInvalid, ProofReplayed, ProofUntimely),
        headers=(replace(PROOF, required=False),),
    )
    def post(self, context: Context, body: RefreshRequest) -> TokensResponse:
        """Get new tokens for a refresh token.

        An owner's device proves its key, as in signing in; staff have none. A refresh token works
        once. Use the new one from then on: sending an old one again ends the session. A page that
        signed in with `cookie` sends none: its browser does.
        """
        proof = sent_proof(context) if "DPoP" in request.headers else None
        refresh = body.refresh or kept_in_cookie()
        if refresh is None:
            raise TokenInvalid
        tokens = present_tokens(applicants.refresh(context, refresh, proof))
        return tokens if body.refresh else keep_in_cookie(tokens)


class LogOut(Resource):
    """The session that the request comes in."""

    @writes("log_out", Permission.SESSION_MANAGE, answer=Response, status=204)
    def post(self, context: Context) -> Response:
        """Log out.

        The session ends at once, with its access and refresh tokens.
        """
        own_sessions.log_out(context)
        forget_cookie()
        return Response(status=204)


def sign_in_namespace() -> Namespace:
    """Routes below `/auth`."""
    namespace = Namespace(
        "Sign in", path="/auth", description="A phone number and a one-time code open a session."
    )
    namespace.add_resource(Codes, "/codes")
    namespace.add_resource(Tokens, "/tokens")
    namespace.add_resource(Refresh, "/refresh")
    namespace.add_resource(LogOut, "/logout")
    return namespace

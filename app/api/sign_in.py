"""Applicants sign in by a one-time code."""

from __future__ import annotations

from flask_restx import Namespace, Resource

from access import applicants
from access.codes import CodesPaused, CodeWrong
from access.permissions import Permission
from access.token_keys import TokenInvalid
from app.api.caller import Caller
from app.api.endpoint import serves, writes
from app.codes import SenderUnavailable, send_code
from app.presenters.account import present_tokens
from app.schemas.common import DoneResponse
from app.schemas.sign_in import (
    CodeRequest,
    RefreshRequest,
    SignInRequest,
    TokensResponse,
)
from storage.context import Context


class Codes(Resource):
    """One-time codes."""

    @serves(
        "request_code",
        Permission.PUBLIC,
        body=CodeRequest,
        answer=DoneResponse,
        status=202,
        errors=(CodesPaused, SenderUnavailable),
    )
    def post(self, caller: Caller, body: CodeRequest) -> DoneResponse:
        """Send a one-time code to a phone.

        Then ask the owner for the six digits, and send them to `POST /auth/tokens`. A new code
        replaces the one before. The same codes confirm a new number for `PUT /me/phone`.
        """
        send_code(caller.services, caller.actor, body.phone)
        return DoneResponse()


class Tokens(Resource):
    """Sessions of applicants."""

    @writes(
        "sign_in",
        Permission.PUBLIC,
        body=SignInRequest,
        answer=TokensResponse,
        errors=(CodeWrong,),
    )
    def post(self, context: Context, body: SignInRequest) -> TokensResponse:
        """Sign in with a one-time code.

        The first time this makes an account. Send `Authorization: Bearer <access>` with what
        follows, and keep `refresh` for when the access token has expired.
        """
        command = applicants.SignIn(body.phone, body.code, body.device)
        return present_tokens(applicants.sign_in(context, command))


class Refresh(Resource):
    """Sessions that go on."""

    @writes(
        "refresh_tokens",
        Permission.PUBLIC,
        body=RefreshRequest,
        answer=TokensResponse,
        errors=(TokenInvalid,),
    )
    def post(self, context: Context, body: RefreshRequest) -> TokensResponse:
        """Get new tokens for a refresh token.

        A refresh token works once. Use the new one from then on: sending an old one again ends the
        session.
        """
        return present_tokens(applicants.refresh(context, body.refresh))


def sign_in_namespace() -> Namespace:
    """Routes below `/auth`."""
    namespace = Namespace(
        "Sign in", path="/auth", description="A phone number and a one-time code open a session."
    )
    namespace.add_resource(Codes, "/codes")
    namespace.add_resource(Tokens, "/tokens")
    namespace.add_resource(Refresh, "/refresh")
    return namespace

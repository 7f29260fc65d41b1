"""Staff sign in, prove their second factor again, and are administered."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.attempts import AttemptsUsed
from access.passwords import HashingBusy
from access.permissions import Permission
from access.staff import OwnAccount, disable_staff, list_staff
from access.staff_sign_in import SignInFailed, StaffSignIn, sign_in_staff
from access.step_up import StepUpFailed, step_up
from app.api.endpoint import writes
from app.presenters.account import present_tokens
from app.presenters.staff import present_staff, present_staff_account
from app.problems import RecordDamaged
from app.schemas.sign_in import TokensResponse
from app.schemas.staff import (
    StaffAccountResponse,
    StaffAccountsResponse,
    StaffSignInRequest,
    StepUpRequest,
    StepUpResponse,
)
from core.errors import NotFound
from storage.context import Context
from storage.keyring import KeysUnavailable


class StaffTokens(Resource):
    """Sessions of staff."""

    @writes(
        "sign_in_staff",
        Permission.PUBLIC,
        body=StaffSignInRequest,
        answer=TokensResponse,
        errors=(SignInFailed, AttemptsUsed, HashingBusy, RecordDamaged, KeysUnavailable),
    )
    def post(self, context: Context, body: StaffSignInRequest) -> TokensResponse:
        """Sign a member of staff in.

        The session lasts a shift, and ends earlier where it is not used. Each TOTP code works
        once. Failures are limited by name and address; from elsewhere the same person gets in.
        """
        return present_tokens(
            sign_in_staff(context, StaffSignIn(body.name, body.password, body.totp))
        )


class StepUp(Resource):
    """The second factor, again."""

    @writes(
        "step_up",
        Permission.SESSION_STEP_UP,
        body=StepUpRequest,
        answer=StepUpResponse,
        errors=(StepUpFailed, AttemptsUsed),
    )
    def post(self, context: Context, body: StepUpRequest) -> StepUpResponse:
        """Prove the second factor again.

        Before exports, verdicts against signs of fraud and unmasking. It counts for some minutes,
        in this session.
        """
        return StepUpResponse(until=step_up(context, body.totp))


class StaffAccounts(Resource):
    """Accounts of staff."""

    @writes("list_staff", Permission.STAFF_ADMINISTER, answer=StaffAccountsResponse)
    def get(self, context: Context) -> StaffAccountsResponse:
        """List accounts of staff.

        New accounts, credentials and roles are given by command (`kaihu staff`).
        """
        return present_staff(list_staff(context))


class StaffDisabling(Resource):
    """The end of an account's access."""

    @writes(
        "disable_staff",
        Permission.STAFF_ADMINISTER,
        answer=StaffAccountResponse,
        errors=(NotFound, OwnAccount),
    )
    def post(self, context: Context, staff_id: UUID) -> StaffAccountResponse:
        """Disable an account of staff.

        Its sessions end at once. It is enabled again by command.
        """
        return present_staff_account(disable_staff(context, staff_id))


def staff_namespace() -> Namespace:
    """Routes below `/staff`."""
    namespace = Namespace(
        "Staff", path="/staff", description="Staff sign in by password and authenticator."
    )
    namespace.add_resource(StaffTokens, "/tokens")
    namespace.add_resource(StepUp, "/step-up")
    namespace.add_resource(StaffAccounts, "/accounts")
    namespace.add_resource(StaffDisabling, "/accounts/<uuid:staff_id>/disable")
    return namespace

"""Customer service finds and reads accounts: masked values, each reading an audit event.

What shows values of a person is not answered twice under one `Idempotency-Key`: an answer that is
kept would be a copy of them, and a second look is a second event.
"""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.attempts import AttemptsUsed
from access.permissions import Permission
from access.step_up import StepUpRequired
from app.api.caller import Caller, words
from app.api.endpoint import serves, writes
from app.presenters.account import present_account, present_accounts, present_unmasked
from app.schemas.accounts import (
    AccountQuery,
    AccountSearchQuery,
    AccountSearchRequest,
    AccountsResponse,
    AccountViewResponse,
    UnmaskedAccountResponse,
    UnmaskRequest,
)
from core.errors import NotFound
from kyc.accounts.lookup import SearchAccounts, SearchTooWide, search_accounts
from kyc.accounts.unmask import UnmaskAccount, unmask_account
from kyc.accounts.view import ViewAccount, view_account
from kyc.policy import AccountsPolicy
from loans.credit.application import applications_of
from storage.context import Context


class Accounts(Resource):
    """Accounts of applicants, by the older way of searching."""

    @writes(
        "search_accounts",
        Permission.ACCOUNT_SEARCH,
        body=AccountSearchQuery,
        answer=AccountsResponse,
        errors=(SearchTooWide, AttemptsUsed),
    )
    def get(self, context: Context, query: AccountSearchQuery) -> AccountsResponse:
        """Find accounts by a whole phone number or a whole name (deprecated).

        Use `POST /accounts/searches`: what is searched for then stands in no address, which
        proxies and browsers keep. Where both values are given the number counts.
        """
        name = None if query.phone else query.name
        command = SearchAccounts(query.phone, name, reason=query.reason)
        return present_accounts(search_accounts(context, command))


class Searches(Resource):
    """Searches for accounts."""

    @serves(
        "find_accounts",
        Permission.ACCOUNT_SEARCH,
        body=AccountSearchRequest,
        answer=AccountsResponse,
        errors=(SearchTooWide, AttemptsUsed),
    )
    def post(self, caller: Caller, body: AccountSearchRequest) -> AccountsResponse:
        """Find accounts by phone, name, credit code or last digits.

        All values that are given must fit. A few accounts at most, masked; where `more` is true
        ask the caller for another value. The search is an audit event that names the accounts
        that it shows, and searches are limited by the hour.
        """
        command = SearchAccounts(
            phone=body.phone,
            name=body.name,
            credit_code=body.credit_code,
            phone_end=body.phone_end,
            number_end=body.number_end,
            reason=body.reason,
        )
        with caller.transaction() as context:
            return present_accounts(search_accounts(context, command))


class Account(Resource):
    """One account."""

    @writes(
        "read_account",
        Permission.ACCOUNT_READ,
        body=AccountQuery,
        answer=AccountViewResponse,
        errors=(NotFound,),
    )
    def get(self, context: Context, query: AccountQuery, account_id: UUID) -> AccountViewResponse:
        """Read an account: what happened, what its owner should do, loans, calls.

        Masked until you have verified the caller by voice
        (`POST /accounts/{account_id}/voice-verifications`). Each reading is an audit event.
        """
        view = view_account(context, ViewAccount(account_id, query.reason))
        count = context.rules(AccountsPolicy).max_shown
        return present_account(view, applications_of(context, account_id, count), words())


class Unmask(Resource):
    """The values of one account."""

    @serves(
        "unmask_account",
        Permission.ACCOUNT_UNMASK,
        body=UnmaskRequest,
        answer=UnmaskedAccountResponse,
        errors=(NotFound, StepUpRequired),
    )
    def post(
        self, caller: Caller, body: UnmaskRequest, account_id: UUID
    ) -> UnmaskedAccountResponse:
        """Show the values of an account.

        For a reason, after `POST /staff/step-up`. Each time is an audit event, which says whether
        you had verified the caller by voice.
        """
        command = UnmaskAccount(account_id, body.reason, body.note)
        with caller.transaction() as context:
            return present_unmasked(unmask_account(context, command))


def accounts_namespace() -> Namespace:
    """Routes below `/accounts`."""
    namespace = Namespace(
        "Customer service", path="/accounts", description="Find the account of a caller."
    )
    namespace.add_resource(Accounts, "")
    namespace.add_resource(Searches, "/searches")
    namespace.add_resource(Account, "/<uuid:account_id>")
    namespace.add_resource(Unmask, "/<uuid:account_id>/unmask")
    return namespace

"""Customer service finds accounts: masked values, every search an audit event."""

from __future__ import annotations

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.endpoint import writes
from app.presenters.account import present_accounts
from app.schemas.accounts import AccountSearchRequest, AccountsResponse
from kyc.accounts.lookup import SearchAccounts, SearchTooWide, search_accounts
from storage.context import Context


class Accounts(Resource):
    """Accounts of applicants."""

    @writes(
        "search_accounts",
        Permission.ACCOUNT_SEARCH,
        body=AccountSearchRequest,
        answer=AccountsResponse,
        errors=(SearchTooWide,),
    )
    def get(self, context: Context, query: AccountSearchRequest) -> AccountsResponse:
        """Find accounts by a whole phone number or a whole name.

        Values are masked; the search and each account that it shows are audit events. Verify a
        caller with `POST /accounts/{account_id}/voice-verifications`.
        """
        return present_accounts(search_accounts(context, SearchAccounts(query.phone, query.name)))


def accounts_namespace() -> Namespace:
    """Routes below `/accounts`."""
    namespace = Namespace(
        "Customer service", path="/accounts", description="Find the account of a caller."
    )
    namespace.add_resource(Accounts, "")
    return namespace

"""Whether a number or a code is on a list."""

from __future__ import annotations

from kyc.risk.models import WatchlistEntry
from storage.blind_index import Indexed
from storage.context import Context


def is_listed(context: Context, number_blind: str | None, code_blind: str | None) -> bool:
    """Whether an identity number or a credit code, by its blind index, is listed."""
    values = ((Indexed.IDENTITY_NUMBER, number_blind), (Indexed.CREDIT_CODE, code_blind))
    return any(
        value and context.session.get(WatchlistEntry, (purpose, value)) is not None
        for purpose, value in values
    )

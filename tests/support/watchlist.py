"""The lists: nothing in the product writes them yet."""

from __future__ import annotations

from app.services import Services
from kyc.risk.models import WatchlistEntry
from storage.blind_index import Indexed


def listed(services: Services, what: Indexed, value: str) -> None:
    """Put an identity number or a credit code on a list."""
    with services.transaction() as context:
        blind = context.blind_index.of(what, value)
        entry = WatchlistEntry(
            purpose=what, value_blind=blind, source="test", listed_at=context.now()
        )
        context.session.add(entry)

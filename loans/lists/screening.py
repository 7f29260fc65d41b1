"""Is somebody who applies, or accepts, on a list?"""

from __future__ import annotations

from kyc.identity import NotServed, Standing, VerifiedIdentity, keep_names
from kyc.lists.hits import uncleared_of
from kyc.lists.matching import Hit
from storage.context import Context


def screen(context: Context, identity: VerifiedIdentity | Standing) -> tuple[Hit, ...]:
    """Hits on the person, their firm, phone or names that no reviewer has cleared, refusals first.

    Each new one is kept with an event: call it under the account's lock, in a transaction. With
    any hit an application goes to a person, who sees entry, source and reason; the owner is told
    that a person looks.
    """
    keep_names(context, identity.onboarding_id)
    return uncleared_of(context, identity.onboarding_id)


def require_unlisted(context: Context, identity: VerifiedIdentity) -> None:
    """Raises `NotServed` while a hit is open; what was found is kept.

    The code does not say why (Anti-Money-Laundering Law of 2024, art. 7: no tipping off).
    """
    if screen(context, identity):
        context.commit()
        raise NotServed

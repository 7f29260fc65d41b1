"""What keys there are, in words: ids, ages and numbers, nothing secret."""

from __future__ import annotations

from collections.abc import Iterator

from app.services import Services
from kyc.resealing import staff_with_old_key, with_old_key
from storage.keys.names import Root
from storage.keys.roots import RootKeyUnusable


def report(services: Services) -> Iterator[str]:
    """A line for each version of a root, each purpose's data keys, and what is left to do."""
    keyring = services.parts.keyring
    for root in Root:
        try:
            versions = keyring.roots.versions(root)
        except RootKeyUnusable:
            yield f"{root:6} not readable here"
            continue
        for version in versions:
            used = "in use" if version is versions[-1] else "older"
            yield f"{root:6} {version.id.hex()} made {version.made_at:%Y-%m-%d %H:%M} {used}"
    for (purpose, root_id), count in sorted(keyring.store.counts().items(), key=str):
        under = f"under {root_id}" if root_id else "destroyed"
        yield f"keys   {purpose} {count} {under}"
    with services.reading() as context:
        if with_old_key(context) or staff_with_old_key(context):
            yield "people with one key for everything are left: kaihu keys migrate"

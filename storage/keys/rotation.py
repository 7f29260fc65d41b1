"""Data keys are wrapped again under the newest data root, in small steps, while others use them.

What a key sealed stays as it is: only the wrapping is exchanged. An old root may be destroyed once
no key names it and no process can still be wrapping under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from storage.keyring import Keyring, wrap
from storage.keys.cipher import SealBroken
from storage.keys.store import StoredKey

BATCH = 200
GRACE_S = 5.0  # longer than between a process's look at the roots and its new key's being stored

log = structlog.get_logger()


@dataclass
class Rewrapping:
    """How far it came; `after` is the last person of a batch."""

    done: int = 0
    broken: int = 0
    after: UUID | None = None


def rewrap_batch(keyring: Keyring, progress: Rewrapping) -> bool:
    """Wrap some keys again; whether there may be more. Raises `KeysUnavailable`: go on then.

    A key that does not open is left, counted, and keeps its root from being destroyed.
    """
    newest = keyring.wrapper.newest_root_id()
    batch = keyring.store.wrapped_under_others(newest, BATCH, progress.after)
    for stored in batch:
        progress.after = stored.person_id
        try:
            progress.done += _rewrap(keyring, stored)
        except SealBroken:
            log.exception("data key does not open", person=str(stored.person_id))
            progress.broken += 1
    return bool(batch)


def _rewrap(keyring: Keyring, stored: StoredKey) -> bool:
    if stored.wrapped is None:
        return False
    wrapper = keyring.wrapper
    key = wrapper.unwrap(stored.wrapped, stored.person_id, stored.purpose)
    return keyring.store.rewrap(stored, wrap(wrapper, key, stored.person_id, stored.purpose))

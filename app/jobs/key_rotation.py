"""Root keys are replaced while everything serves.

Running processes notice the new version by themselves. An old one is destroyed once nothing needs
it: data keys are wrapped again, tokens have expired; the log's old public key stays known.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from access.policy import SignInPolicy
from app.jobs.resealing import reseal_all
from app.keys import open_roots, replace_log_key
from app.services import Services
from audit.sequencer import latest_checkpoint, lock_tree
from storage.keyring import Keyring
from storage.keys.names import Root
from storage.keys.rotation import GRACE_S, Rewrapping, rewrap_batch

Say = Callable[[str], None]
PAUSE_S = 0.02  # between two batches, which lets others write to the store


class RotationIncomplete(Exception):
    """Some data keys do not open: what they name is kept, and says which."""


def rotate_data(services: Services, say: Say, grace_s: float = GRACE_S) -> None:
    """A new data root; every data key under it, and the old ones destroyed.

    May be interrupted and run again. Raises `RotationIncomplete`, `KeysUnavailable`.
    """
    keyring = services.parts.keyring
    say(f"{reseal_all(services)} people had an old key")
    keyring.wrapper.rotate()
    say(f"new data root {keyring.wrapper.newest_root_id()}")
    finish_data(keyring, say, grace_s)


def finish_data(keyring: Keyring, say: Say, grace_s: float = GRACE_S) -> None:
    """Wrap every data key under the newest root, and destroy the others."""
    progress = _rewrap_all(keyring)
    time.sleep(grace_s)
    late = _rewrap_all(keyring)
    say(f"{progress.done + late.done} data keys wrapped again")
    if late.broken:
        raise RotationIncomplete(f"{late.broken} data keys do not open; the old root is kept")
    keyring.wrapper.destroy_older()
    keyring.store.scrub()
    say("older data roots destroyed")


def rotate_tokens(services: Services, say: Say) -> None:
    """A new key for tokens; those whose last token has expired are destroyed."""
    roots = services.parts.keyring.roots
    made = roots.make_newest(Root.TOKENS)
    say(f"new token root {made.id.hex()}")
    lifetime = timedelta(seconds=services.parts.policy.section(SignInPolicy).access_s)
    versions = roots.versions(Root.TOKENS)
    for old, successor in pairwise(versions):
        if successor.made_at + 2 * lifetime < datetime.now(UTC):
            roots.destroy(Root.TOKENS, old.id)
            say(f"destroyed {old.id.hex()}")


def rotate_log(services: Services, say: Say) -> None:
    """A new signing key for the log, announced by the one before it, which is destroyed.

    Only where the signing key may be read. Raises `RootKeyUnusable`, `RootFixed`.
    """
    with services.transaction() as context:
        lock_tree(context.session)
        newest = latest_checkpoint(context.session)
        made = replace_log_key(services.settings, newest.size if newest else 0)
    say(f"new log root {made.id.hex()}; the older one signed up to {newest.size if newest else 0}")
    roots = open_roots(services.settings)
    for older in roots.versions(Root.LOG):
        if older != made:
            roots.destroy(Root.LOG, older.id)


def _rewrap_all(keyring: Keyring) -> Rewrapping:
    progress = Rewrapping()
    while rewrap_batch(keyring, progress):
        time.sleep(PAUSE_S)
    return progress

"""Installations of 0.1.0 had one root, `master.key`; what it gave is continued.

Each root's first version is the key that was derived from it, so that old ciphertext opens, old
blind indexes match and the old log verifies. Then the file is removed: whoever holds it could
compute all four, the log's signing key among them.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import structlog

from storage.keys.cipher import KEY_BYTES, derived
from storage.keys.names import Root
from storage.keys.roots import FileRoots, RootKey, RootKeyUnusable

log = structlog.get_logger()

DERIVED = {
    Root.DATA: "kaihu data keys",
    Root.INDEX: "kaihu blind indexes",
    Root.TOKENS: "kaihu access tokens",
    Root.LOG: "kaihu audit log",
}


def continue_master(path: Path, roots: FileRoots) -> None:
    """Split a master key into its four roots and remove it; does nothing where there is none.

    Raises `RootKeyUnusable` when it is damaged, or when a root has versions without its key: two
    installations were mixed, and which one is meant only a person can say.
    """
    try:
        master = base64.b64decode(path.read_text("ascii"), validate=True)
        made_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise RootKeyUnusable(f"{path} cannot be read") from error
    if len(master) != KEY_BYTES:
        raise RootKeyUnusable(f"{path} is damaged")
    for root in Root:
        first = RootKey(derive(master, root), made_at)
        roots.make_missing(root, first)
        if first.id not in {version.id for version in roots.versions(root)}:
            raise RootKeyUnusable(f"{path} and {roots.path(root)} are of different installations")
    path.unlink()
    log.info("master key split", removed=str(path))


def derive(master: bytes, root: Root) -> bytes:
    """What a master key gave for one use."""
    return derived(master, DERIVED[root])

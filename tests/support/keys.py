"""Keyrings in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from core.ids import new_id
from storage.keyring import Keyring
from storage.keys.names import Root
from storage.keys.roots import RootKey, RootKeys
from storage.keys.store import DataKeyStore
from storage.keys.wrapping import LocalWrapper

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


class MemoryRoots(RootKeys):
    """Roots that no file holds; all begin with the same key unless others are given."""

    def __init__(self, key: bytes) -> None:
        self._versions = {root: [RootKey(key, START)] for root in Root}

    def versions(self, root: Root) -> tuple[RootKey, ...]:
        """Every version, the newest last."""
        return tuple(self._versions[root])

    def add(self, root: Root, made: RootKey) -> None:
        """Make a version the newest."""
        self._versions[root].append(made)

    def destroy(self, root: Root, root_id: bytes) -> None:
        """Forget a version."""
        self._versions[root] = [key for key in self._versions[root] if key.id != root_id]


@dataclass(frozen=True)
class Owner:
    """Satisfies `storage.keyring.KeyOwner`."""

    id: UUID = field(default_factory=new_id)
    data_key: bytes = b""


def memory_keyring(root: bytes = b"m" * 32) -> Keyring:
    """A keyring of its own, over one root key."""
    roots = MemoryRoots(root)
    return Keyring(roots, LocalWrapper(roots), DataKeyStore("sqlite://"))

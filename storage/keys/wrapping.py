"""Wrapping: a data key, encrypted under a root and bound to its person and purpose."""

from __future__ import annotations

from abc import ABC, abstractmethod
from uuid import UUID

from storage.keys.cipher import KEY_ID_BYTES, DataKey, SealBroken
from storage.keys.names import KeyPurpose, Root
from storage.keys.roots import RootKeys

WRAPPED = b"\x00KK\x01"  # before a wrapped data key that names its root


class KeyWrapper(ABC):
    """Wraps data keys under the newest root version; unwraps under any that is left."""

    @abstractmethod
    def wrap(self, key: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        """Raises `KeysUnavailable`."""

    @abstractmethod
    def unwrap(self, wrapped: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        """Raises `SealBroken` for another's key or a changed one, `KeysUnavailable`."""

    @abstractmethod
    def root_id(self, wrapped: bytes) -> str:
        """The root version that a wrapped key names, as `keys list` shows it."""

    @abstractmethod
    def newest_root_id(self) -> str:
        """The root version that wraps now."""

    @abstractmethod
    def rotate(self) -> None:
        """Make a new root version. Raises `storage.keys.roots.RootFixed`, `KeysUnavailable`."""

    @abstractmethod
    def destroy_older(self) -> None:
        """Destroy every root version but the newest: what they wrapped does not open again."""

    @abstractmethod
    def forget(self) -> None:
        """Drop what was kept of unwrapped keys."""


class LocalWrapper(KeyWrapper):
    """AES-256-GCM in this process, under the data root."""

    def __init__(self, roots: RootKeys) -> None:
        self._roots = roots

    def wrap(self, key: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        root = self._roots.newest(Root.DATA)
        binding = _binding(person, purpose, root.id)
        return WRAPPED + root.id + DataKey(root.key).encrypt(key, binding)

    def unwrap(self, wrapped: bytes, person: UUID, purpose: KeyPurpose) -> bytes:
        root_id, content = _split(wrapped)
        root = self._roots.find(Root.DATA, root_id)
        return DataKey(root.key).decrypt(content, _binding(person, purpose, root_id))

    def root_id(self, wrapped: bytes) -> str:
        return _split(wrapped)[0].hex()

    def newest_root_id(self) -> str:
        return self._roots.newest(Root.DATA).id.hex()

    def rotate(self) -> None:
        self._roots.make_newest(Root.DATA)

    def destroy_older(self) -> None:
        for older in self._roots.versions(Root.DATA)[:-1]:
            self._roots.destroy(Root.DATA, older.id)

    def forget(self) -> None:
        """Nothing is kept."""

    def unwrap_old(self, wrapped: bytes, person: UUID) -> DataKey:
        """A person's one data key of before keys had purposes, wrapped in their own row."""
        if wrapped.startswith(WRAPPED):
            root_id, content = _split(wrapped)
            try:
                root = self._roots.find(Root.DATA, root_id)
                binding = f"data key:{person}:{root_id.hex()}".encode()
                return DataKey(DataKey(root.key).decrypt(content, binding))
            except SealBroken:
                pass  # a nonce may begin like a header, once in 2^32
        # Wrapped before wrappings named their root (2026-11-28): by the oldest there is.
        oldest = self._roots.versions(Root.DATA)[0]
        return DataKey(DataKey(oldest.key).decrypt(wrapped, f"data key:{person}".encode()))


def _split(wrapped: bytes) -> tuple[bytes, bytes]:
    """The root's id and what it encrypted. Raises `SealBroken`."""
    start = len(WRAPPED)
    if not wrapped.startswith(WRAPPED):
        raise SealBroken("a wrapped key without its mark")
    return wrapped[start : start + KEY_ID_BYTES], wrapped[start + KEY_ID_BYTES :]


def _binding(person: UUID, purpose: KeyPurpose, root_id: bytes) -> bytes:
    return f"data key:{person}:{purpose}:{root_id.hex()}".encode()

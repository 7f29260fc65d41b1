"""The keyring: every key that a process may use, by person and purpose, or by root.

Data keys are made when first needed, kept wrapped in a store outside of the database, and read
from it each time: a destroyed key is gone for every process at once.
"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from core.errors import Refused
from storage.keys.cipher import (
    KEY_BYTES,
    KEY_ID_BYTES,
    NONCE_BYTES,
    DataKey,
    SealBroken,
    derived,
    key_id,
    new_key,
)
from storage.keys.names import KeyPurpose, Root
from storage.keys.roots import (
    KeysUnavailable,
    RootKey,
    RootKeys,
    RootKeyUnusable,
)
from storage.keys.store import DataKeyStore, NewKey, StoredKey
from storage.keys.wrapping import WRAPPED, KeyWrapper, LocalWrapper

__all__ = [
    "KEY_BYTES",
    "KEY_ID_BYTES",
    "NONCE_BYTES",
    "WRAPPED",
    "DataErased",
    "DataKey",
    "KeyOwner",
    "KeyPurpose",
    "Keyring",
    "KeysUnavailable",
    "Root",
    "RootKey",
    "SealBroken",
    "key_id",
]


class DataErased(Refused):
    """A person's data of this purpose was erased, and nothing more of it is kept."""

    code = "data_erased"


class KeyOwner(Protocol):
    """Whose values are sealed.

    `data_key` is the one wrapped key that a person had in their row before keys had purposes; empty
    for everybody since, and once the values are sealed again.
    """

    @property
    def id(self) -> UUID:
        """The person's id."""

    @property
    def data_key(self) -> bytes:
        """The wrapped data key of old values, or nothing."""


class Keyring:
    """Data keys by person and purpose, and the versions of roots."""

    def __init__(self, roots: RootKeys, wrapper: KeyWrapper, store: DataKeyStore) -> None:
        self.roots, self.wrapper, self.store = roots, wrapper, store

    def sealing_key(self, owner: KeyOwner, purpose: KeyPurpose) -> DataKey:
        """The key for new values, made at the first.

        Raises `DataErased` after a destruction that no `create` followed, `KeysUnavailable`.
        """
        stored = self.store.find(owner.id, purpose)
        if stored is None:
            self.store.add(owner.id, purpose, self._made(owner.id, purpose))
            stored = self.store.find(owner.id, purpose)
        if stored is None or stored.wrapped is None:
            raise DataErased
        return self._unwrapped(stored, stored.wrapped)

    def opening_key(self, owner: KeyOwner, purpose: KeyPurpose, named: bytes) -> DataKey | None:
        """The key that a sealed value names; None unless it is the person's for this purpose.

        Raises `SealBroken` when the wrapped key was changed, `KeysUnavailable`.
        """
        stored = self.store.find(owner.id, purpose)
        if stored is None or stored.wrapped is None or stored.key_id != named:
            return None
        return self._unwrapped(stored, stored.wrapped)

    def old_key(self, owner: KeyOwner, purpose: KeyPurpose) -> DataKey:
        """The one key of values older than purposes.

        Raises `SealBroken` where there is none, or where this purpose was erased since.
        """
        stored = self.store.find(owner.id, purpose)
        if not owner.data_key or (stored is not None and stored.erased):
            raise SealBroken("no key of that id is left")
        try:
            return LocalWrapper(self.roots).unwrap_old(owner.data_key, owner.id)
        except RootKeyUnusable as error:
            raise SealBroken("the root of an old data key is gone") from error

    def create(self, person: UUID, purpose: KeyPurpose) -> None:
        """Let data of a purpose be sealed (again): a new key, unless there is one in force.

        What a destroyed key sealed does not come back. Raises `KeysUnavailable`.
        """
        made = self._made(person, purpose)
        self.store.add(person, purpose, made)
        self.store.renew(person, purpose, made)

    def exists(self, person: UUID, purpose: KeyPurpose) -> bool:
        """Whether there is a key in force. Raises `KeysUnavailable`."""
        return self.in_force(person, purpose) is not None

    def destroy(self, person: UUID, purpose: KeyPurpose, only: bytes | None = None) -> bool:
        """Erase what a person's key of a purpose sealed, everywhere; whether there was one.

        `only` names the key that is meant: one that was made since stays. Without it nothing more
        is sealed for this purpose until `create`. It may be called again. Raises `KeysUnavailable`.
        """
        if only is None:
            self.store.close_purpose(person, purpose)
        self.wrapper.forget()
        return self.store.destroy(person, purpose, only)

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, the same in every process for good (HKDF-SHA256, RFC 5869)."""
        return derived(self.roots.versions(Root.INDEX)[0].key, purpose)

    def in_force(self, person: UUID, purpose: KeyPurpose) -> bytes | None:
        """The id of a person's key of a purpose; None without one. Raises `KeysUnavailable`."""
        stored = self.store.find(person, purpose)
        return None if stored is None else stored.key_id

    def _made(self, person: UUID, purpose: KeyPurpose) -> NewKey:
        return wrap(self.wrapper, new_key(), person, purpose)

    def _unwrapped(self, stored: StoredKey, wrapped: bytes) -> DataKey:
        key = DataKey(self.wrapper.unwrap(wrapped, stored.person_id, stored.purpose))
        if key.key_id != stored.key_id:
            raise SealBroken("a key under another's id")
        return key


def wrap(wrapper: KeyWrapper, key: bytes, person: UUID, purpose: KeyPurpose) -> NewKey:
    """A key as the store keeps it. Raises `KeysUnavailable`."""
    wrapped = wrapper.wrap(key, person, purpose)
    return NewKey(key_id(key), wrapped, wrapper.root_id(wrapped))

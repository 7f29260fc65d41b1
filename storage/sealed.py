"""Sealed fields: AES-256-GCM under a person's key of one purpose, bound to where the value stands.

A sealed value names the data key that it needs and is bound to its table, column and row: moved
to another row or column, or copied under another key, it does not open. Each package declares the
fields that it seals, once, beside their tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from storage.keyring import KeyOwner, Keyring
from storage.keys.cipher import KEY_ID_BYTES, DataKey, SealBroken
from storage.keys.names import KeyPurpose

R = TypeVar("R")

SEALED = b"\x00KS\x01"  # before a value that names its key


@dataclass(frozen=True)
class SealedField:
    """A column, or a kind of file, whose values are sealed for one purpose.

    `legacy` is the associated data of values that were sealed before keys had ids (2026-11-28),
    with `{row}` for the row; they still open while their owner's old data key is there.
    """

    table: str
    column: str
    purpose: KeyPurpose
    legacy: str = ""

    def seal(self, keyring: Keyring, owner: KeyOwner, row: object, plaintext: bytes) -> bytes:
        """The value for a row.

        Raises `storage.keyring.DataErased` once the purpose's key was destroyed, `KeysUnavailable`,
        `SealBroken` when the owner's key does not open.
        """
        key = keyring.sealing_key(owner, self.purpose)
        return SEALED + key.key_id + key.encrypt(plaintext, self._binding(row, key.key_id))

    def open(self, keyring: Keyring, owner: KeyOwner, row: object, sealed: bytes) -> bytes:
        """What was sealed.

        Raises `SealBroken` unless it was sealed for this row of this field and its key is there,
        `KeysUnavailable`.
        """
        named = self.key_of(sealed)
        key = keyring.opening_key(owner, self.purpose, named) if named else None
        if key is None or named is None:
            return self._open_old(keyring, owner, row, sealed)
        return key.decrypt(_content(sealed), self._binding(row, named))

    def open_all(
        self, keyring: Keyring, owner: KeyOwner, rows: Iterable[tuple[R, bytes]]
    ) -> Iterator[tuple[R, bytes]]:
        """What was sealed for several rows of one owner; a key is fetched once for all of them.

        Raises what `open` raises.
        """
        keys: dict[bytes | None, DataKey | None] = {None: None}
        for row, sealed in rows:
            named = self.key_of(sealed)
            if named not in keys:
                keys[named] = keyring.opening_key(owner, self.purpose, named or b"")
            key = keys[named]
            if key is None or named is None:
                yield row, self.open(keyring, owner, row, sealed)
            else:
                yield row, key.decrypt(_content(sealed), self._binding(row, named))

    def is_old(self, keyring: Keyring, owner: KeyOwner, sealed: bytes) -> bool:
        """Whether a value still needs its owner's data key of before keys had purposes."""
        named = self.key_of(sealed)
        return named is None or keyring.opening_key(owner, self.purpose, named) is None

    @staticmethod
    def key_of(sealed: bytes) -> bytes | None:
        """The id of the key that a value names; None for one of before keys had ids."""
        start = len(SEALED)
        return sealed[start : start + KEY_ID_BYTES] if sealed.startswith(SEALED) else None

    def _open_old(self, keyring: Keyring, owner: KeyOwner, row: object, sealed: bytes) -> bytes:
        """A value under the one data key that a person had before keys had purposes."""
        key = keyring.old_key(owner, self.purpose)
        if self.key_of(sealed) == key.key_id:
            try:
                return key.decrypt(_content(sealed), self._binding(row, key.key_id))
            except SealBroken:
                pass  # a nonce of an older value may begin like a header, once in 2^64
        return key.decrypt(sealed, self._legacy_binding(row))

    def _binding(self, row: object, key_id: bytes) -> bytes:
        return f"{self.table}.{self.column}:{row}:{key_id.hex()}".encode()

    def _legacy_binding(self, row: object) -> bytes:
        return (self.legacy or f"{self.table}.{self.column}:{{row}}").format(row=row).encode()


def sealed_by_purpose(table: str, column: str, legacy: str) -> Mapping[KeyPurpose, SealedField]:
    """One kind of place whose values are sealed for the purpose that each of them has."""
    return {purpose: SealedField(table, column, purpose, legacy) for purpose in KeyPurpose}


def _content(sealed: bytes) -> bytes:
    return sealed[len(SEALED) + KEY_ID_BYTES :]

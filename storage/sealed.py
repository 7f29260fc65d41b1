"""Sealed fields: AES-256-GCM under the owner's data key, bound to where the value stands.

A sealed value names the data key that it needs and is bound to its table, column and row: moved
to another row or column, or copied under another key, it does not open. Each package declares the
fields that it seals, once, beside their tables.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.keyring import KEY_ID_BYTES, KeyOwner, Keyring, SealBroken

SEALED = b"\x00KS\x01"  # before a value that names its key


@dataclass(frozen=True)
class SealedField:
    """A column, or a kind of file, whose values are sealed.

    `legacy` is the associated data of values that were sealed before keys had ids (2026-11-28),
    with `{row}` for the row; they still open.
    """

    table: str
    column: str
    legacy: str = ""

    def seal(self, keyring: Keyring, owner: KeyOwner, row: object, plaintext: bytes) -> bytes:
        """The value for a row. Raises `SealBroken` when the owner's data key does not open."""
        key = keyring.data_key(owner)
        return SEALED + key.key_id + key.encrypt(plaintext, self._binding(row, key.key_id))

    def open(self, keyring: Keyring, owner: KeyOwner, row: object, sealed: bytes) -> bytes:
        """What was sealed. Raises `SealBroken` unless it was sealed for this row of this field."""
        key = keyring.data_key(owner)
        if sealed.startswith(SEALED + key.key_id):
            try:
                content = sealed[len(SEALED) + KEY_ID_BYTES :]
                return key.decrypt(content, self._binding(row, key.key_id))
            except SealBroken:
                # A nonce of an older value may begin like a header, once in 2^64.
                return key.decrypt(sealed, self._legacy_binding(row))
        return key.decrypt(sealed, self._legacy_binding(row))

    def _binding(self, row: object, key_id: bytes) -> bytes:
        return f"{self.table}.{self.column}:{row}:{key_id.hex()}".encode()

    def _legacy_binding(self, row: object) -> bytes:
        return (self.legacy or f"{self.table}.{self.column}:{{row}}").format(row=row).encode()

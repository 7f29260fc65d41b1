"""Blind indexes: keyed hashes by which sealed values are found again."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from enum import StrEnum

from storage.keyring import Keyring
from storage.keys.names import Root

LAST_DIGITS = 4  # of a phone or identity number, by which a person is found too


class Indexed(StrEnum):
    """What is indexed; the same text under two of these gives two indexes."""

    PHONE = "phone"
    LOGIN_CODE = "code"
    IDEMPOTENCY_KEY = "idempotency_key"
    IDEMPOTENCY_ANSWER = "idempotency_answer"  # never stored: a key is made of it
    DEVICE = "device"
    CONTENT = "evidence"
    NAME = "name"
    FIRM_NAME = "firm_name"
    IDENTITY_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    PHONE_END = "phone_end"
    NUMBER_END = "id_number_end"
    ATTEMPTS = "attempts"
    LIST_KEY = "list_key"  # by what names of lists and accounts are brought together


class BlindIndex:
    """Indexes values under the oldest index root: what is indexed stays indexed alike."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.roots.versions(Root.INDEX)[0].key

    def of(self, what: Indexed, value: str) -> str:
        """HMAC-SHA256 in hex: equal for equal values, and nobody without the key can guess them.

        Width of characters, white space and case make no difference (NFKC).
        """
        text = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
        return hmac.new(self._key, f"{what}\0{text}".encode(), hashlib.sha256).hexdigest()

    def of_content(self, content: bytes) -> str:
        """The index of a file: the same bytes, the same index."""
        return self.of(Indexed.CONTENT, hashlib.sha256(content).hexdigest())

"""HTTP message signatures (RFC 9421) with Ed25519, and digests of bodies (RFC 9530).

A request is signed by its sender. An answer is signed by the service, and its signature covers the
request's own signature, so that it answers this request and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519

LABEL = "sig"
MAX_AGE = timedelta(minutes=1)
KEY_ID_DIGITS = 16
READING_PARTS = ("@method", "@target-uri")
WRITING_PARTS = (*READING_PARTS, "content-type", "idempotency-key")
ANSWER_PARTS = ("@status", "content-type", f'"signature";req;key="{LABEL}"')


class NotSigned(Exception):
    """A message without a valid signature of somebody known."""


@dataclass
class Request:
    """A request as signatures see it; `url` is absolute."""

    method: str
    url: str
    headers: MutableMapping[str, str]


@dataclass
class Answer:
    """An answer as signatures see it, with the request that it answers."""

    status_code: int
    headers: MutableMapping[str, str]
    request: Request


class Signatures(HTTPSignatureKeyResolver):
    """Signs with one's own key, and verifies by the keys of those who are known.

    `tag` names the kind of service: what was signed for another is not good here.
    """

    def __init__(
        self, own: Ed25519PrivateKey, known: Mapping[str, Ed25519PublicKey], tag: str
    ) -> None:
        self._tag = tag
        self._own_id = key_id(own.public_key())
        self._own = {self._own_id: own}
        self._keys = {key_id(key): key for key in known.values()}
        self._names = {key_id(key): name for name, key in known.items()}
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=self)
        self._verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=self)

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        """One's own key. Raises `KeyError`."""
        return self._own[key_id]

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        """The key of somebody known. Raises `KeyError`."""
        return self._keys[key_id]

    def sign(self, message: Request | Answer, body: bytes) -> None:
        """Add the headers `Content-Digest`, `Signature-Input` and `Signature`."""
        self._signer.sign(
            message,
            key_id=self._own_id,
            label=LABEL,
            tag=self._tag,
            body=body,
            covered_component_ids=_parts_of(message),
        )

    def verify(self, message: Request | Answer, body: bytes) -> str:
        """The name of whose key signed the message and its body. Raises `NotSigned`."""
        try:
            (result,) = self._verifier.verify(
                message,
                max_age=MAX_AGE,
                expect_tag=self._tag,
                expect_label=LABEL,
                body=body,
                require_components=(*_parts_of(message), "content-digest"),
            )
        except (InvalidSignature, ValueError) as error:
            raise NotSigned from error
        return self._names[str(result.parameters["keyid"])]


def key_id(key: Ed25519PublicKey) -> str:
    """What names a key in signatures: the first digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]


def _parts_of(message: Request | Answer) -> tuple[str, ...]:
    """What a signature of such a message must cover, besides the digest of the body."""
    if isinstance(message, Answer):
        return ANSWER_PARTS
    return READING_PARTS if message.method == "GET" else WRITING_PARTS

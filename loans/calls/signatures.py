"""HTTP message signatures (RFC 9421) with Ed25519, and digests of bodies (RFC 9530).

What Kaihu asks is signed by its own key. What is answered must be signed by the other's, and that
signature must cover the question's own signature: it answers this question and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
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
REQUEST_PARTS = ("@method", "@target-uri", "content-type", "idempotency-key")
ANSWER_PARTS = ("@status", "content-type", "content-digest", f'"signature";req;key="{LABEL}"')


class NotSigned(Exception):
    """An answer that the other party did not sign, or that answers another request."""


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
    """Signs what is asked of one other party, and verifies what it answers.

    `tag` names the kind of service (RFC 9421, section 2.3): what was signed for one is not good for
    another, were two ever to share a key.
    """

    def __init__(self, own: Ed25519PrivateKey, other: Ed25519PublicKey, tag: str) -> None:
        self._tag = tag
        self._own_id = key_id(own.public_key())
        self._own = {self._own_id: own}
        self._other = {key_id(other): other}
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=self)
        self._verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=self)

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        """One's own key. Raises `KeyError`."""
        return self._own[key_id]

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        """The other party's key. Raises `KeyError`."""
        return self._other[key_id]

    def sign(self, request: Request, body: bytes) -> None:
        """Add the headers `Content-Digest`, `Signature-Input` and `Signature`."""
        self._signer.sign(
            request,
            key_id=self._own_id,
            label=LABEL,
            tag=self._tag,
            body=body,
            covered_component_ids=REQUEST_PARTS,
        )

    def verify(self, answer: Answer, body: bytes) -> None:
        """Raises `NotSigned` unless the other party signed the answer, its body and its request."""
        try:
            self._verifier.verify(
                answer,
                max_age=MAX_AGE,
                expect_tag=self._tag,
                expect_label=LABEL,
                body=body,
                require_components=ANSWER_PARTS,
            )
        except (InvalidSignature, ValueError) as error:
            raise NotSigned from error


def key_id(key: Ed25519PublicKey) -> str:
    """What names a key in signatures: the first digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]

"""The keys that sign access tokens: JWT with EdDSA over Ed25519 (RFC 7519, RFC 8037, RFC 9068).

One key signs; keys that signed before it verify until the last of their tokens has expired, so
that a key is replaced without anybody having to sign in again. This is the only module that knows
key material of tokens.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import Unauthenticated
from storage.keys.names import Root
from storage.keys.roots import RootKey, RootKeys

ALGORITHM: Final = "EdDSA"
TYPE: Final = "at+jwt"
ISSUER: Final = "kaihu"
AUDIENCE: Final = "kaihu-api"
CLAIMS: Final = ("iss", "aud", "sub", "sid", "jti", "iat", "exp")


class TokenInvalid(Unauthenticated):
    """No token of ours, an expired one, or one whose session has ended."""

    code = "token_invalid"


@dataclass(frozen=True)
class RetiredKey:
    """A key that signs no more; its tokens are valid before `until`."""

    seed: bytes
    until: datetime


@dataclass(frozen=True)
class _Verifying:
    key: Ed25519PublicKey
    until: datetime | None = None


class TokenKeys:
    """Signs with the key of the newest seed (32 bytes); verifies with that and retired ones."""

    def __init__(self, newest: bytes, retired: Iterable[RetiredKey] = ()) -> None:
        self._signing = Ed25519PrivateKey.from_private_bytes(newest)
        public = self._signing.public_key()
        self.key_id = key_id_of(public)
        self._verifying = {self.key_id: _Verifying(public)}
        for old in retired:
            public = Ed25519PrivateKey.from_private_bytes(old.seed).public_key()
            self._verifying.setdefault(key_id_of(public), _Verifying(public, old.until))

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token of these claims, with our issuer and audience."""
        whole = {**claims, "iss": ISSUER, "aud": AUDIENCE}
        headers = {"kid": self.key_id, "typ": TYPE}
        return jwt.encode(whole, self._signing, algorithm=ALGORITHM, headers=headers)

    def verify(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that is ours and has not expired. Raises `TokenInvalid`."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key_of(jwt.get_unverified_header(token), now),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # The time is told by our own clock, below.
                options={"require": list(CLAIMS), "verify_exp": False, "verify_iat": False},
            )
            until = int(claims["exp"])
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise TokenInvalid from error
        if until <= now.timestamp():
            raise TokenInvalid
        return claims

    def _key_of(self, header: Mapping[str, Any], now: datetime) -> Ed25519PublicKey:
        """The key that a header names. Raises KeyError for none of ours that is in force."""
        known = self._verifying[header["kid"]]
        over = known.until is not None and known.until <= now
        if over or header.get("typ") != TYPE:
            raise KeyError("kid")
        return known.key


class RootedTokenKeys(TokenKeys):
    """Follows the versions of the token root: a new one signs as soon as it is there.

    Tokens last `lifetime_s`; a version verifies that long after its successor was made.
    """

    def __init__(self, roots: RootKeys, lifetime_s: int) -> None:
        self._roots, self._lifetime = roots, timedelta(seconds=lifetime_s)
        self._versions: tuple[RootKey, ...] = ()
        self._now: TokenKeys | None = None
        self._present()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token of these claims, under the newest version."""
        return self._present().sign(claims)

    def verify(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token of any version in force. Raises `TokenInvalid`."""
        return self._present().verify(token, now)

    def _present(self) -> TokenKeys:
        versions = self._roots.versions(Root.TOKENS)
        if self._now is None or versions is not self._versions:
            retired = [
                RetiredKey(old.key, successor.made_at + self._lifetime)
                for old, successor in pairwise(versions)
            ]
            self._now, self._versions = TokenKeys(versions[-1].key, retired), versions
        return self._now


def key_id_of(key: Ed25519PublicKey) -> str:
    """The JWK thumbprint of a key (RFC 7638 with the members of RFC 8037, 2)."""
    x = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode()
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    digest = hashlib.sha256(members.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

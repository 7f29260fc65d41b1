"""A device that signs its requests: the client's half of RFC 9449, as an owner's app has it."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm


def _new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class DeviceKey:
    """A key that a phone keeps in its secure hardware; `now` is the device's clock, seconds."""

    now: Callable[[], float] = time.time
    private: EllipticCurvePrivateKey = field(default_factory=_new_key)

    @property
    def public(self) -> dict[str, Any]:
        """The public key as a JWK (RFC 7517)."""
        jwk: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(self.private.public_key()))
        return jwk

    @property
    def thumbprint(self) -> str:
        """The public key's thumbprint (RFC 7638)."""
        members = {name: self.public[name] for name in ("crv", "kty", "x", "y")}
        text = json.dumps(members, separators=(",", ":"), sort_keys=True)
        return _base64url(hashlib.sha256(text.encode()).digest())

    def proof(
        self, method: str, address: str, token: str | None = None, nonce: str | None = None
    ) -> str:
        """A proof for one request: the value of its `DPoP` header."""
        claims: dict[str, Any] = {
            "htm": method,
            "htu": address,
            "iat": int(self.now()),
            "jti": uuid.uuid4().hex,
        }
        if token is not None:
            claims["ath"] = _base64url(hashlib.sha256(token.encode()).digest())
        if nonce is not None:
            claims["nonce"] = nonce
        headers = {"typ": "dpop+jwt", "jwk": self.public}
        return jwt.encode(claims, self.private, algorithm="ES256", headers=headers)


@dataclass
class DeviceAuth(httpx.Auth):
    """Signs each request of a client, with its access token once there is one.

    Where the server asks for its nonce, the request is signed with it and sent again.
    """

    key: DeviceKey = field(default_factory=DeviceKey)
    token: str | None = None
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request, signed; once more where the device's clock is off."""
        response = yield self._signed(request)
        nonce = response.headers.get("DPoP-Nonce")
        if nonce is not None:
            yield self._signed(request, nonce)

    def _signed(self, request: httpx.Request, nonce: str | None = None) -> httpx.Request:
        address = str(request.url.copy_with(query=None, fragment=None))
        request.headers["DPoP"] = self.key.proof(request.method, address, self.token, nonce)
        if self.token is not None:
            request.headers["Authorization"] = f"DPoP {self.token}"
        return request


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

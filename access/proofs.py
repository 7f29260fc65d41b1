"""Proofs of possession: a device signs each request with a key that never leaves it (RFC 9449).

A proof is a JWT in the header `DPoP`: signed by a P-256 key that it carries itself, for one method,
one address, one access token and one moment. What binds it to a session is the key's thumbprint
(RFC 7638), which stands in the session's row and in its tokens (`cnf.jkt`). This module reads and
checks; `used_proofs.py` remembers which were used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import SplitResult, unquote, urlsplit

import jwt

from access.policy import SignInPolicy
from core.errors import Unauthenticated
from storage.context import Context

ALGORITHM: Final = "ES256"
TYPE: Final = "dpop+jwt"
MAX_PROOF: Final = 2048  # characters; one that is made with care has 400
MAX_ID: Final = 128  # characters of `jti`
MEMBERS: Final = ("crv", "kty", "x", "y")  # of a P-256 key, as RFC 7638 orders them
PORTS: Final = {"http": 80, "https": 443}


class ProofRefused(Unauthenticated):
    """A request does not prove the key of its device; `error` is the code of RFC 9449."""

    code = "proof_invalid"
    error: ClassVar[str] = "invalid_dpop_proof"


class ProofMissing(ProofRefused):
    """The route needs a proof, and the request has none."""

    code = "proof_missing"


class ProofInvalid(ProofRefused):
    """The proof is malformed, badly signed, or made for another request, token or device."""


class ProofReplayed(ProofRefused):
    """The proof was used before."""

    code = "proof_replayed"


class ProofUntimely(ProofRefused):
    """The device's clock is off, or the proof is old: sign again with `nonce` in it."""

    code = "proof_untimely"
    error = "use_dpop_nonce"

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce


@dataclass(frozen=True)
class Proof:
    """A proof that was checked: whose key it proves, and until when it could be sent again."""

    thumbprint: str
    jti: str
    until: int  # seconds since 1970


@dataclass(frozen=True)
class SignedRequest:
    """What a proof must have been made for; `token` where the request presents one."""

    method: str
    address: str
    token: str | None = None


def read_proof(context: Context, header: str | None, request: SignedRequest) -> Proof:
    """The proof in a `DPoP` header, which must have been made for this request, and now.

    Raises `ProofMissing`, `ProofInvalid`, `ProofUntimely`.
    """
    if header is None:
        raise ProofMissing
    key, claims = _opened(header)
    made_for = claims.get("htm"), _address(claims.get("htu")), claims.get("ath")
    if made_for != (request.method, _address(request.address), _hash_of(request.token)):
        raise ProofInvalid
    jti, until = claims.get("jti"), _valid_until(context, claims)
    if not isinstance(jti, str) or not jti.isascii() or not 0 < len(jti) <= MAX_ID:
        raise ProofInvalid
    return Proof(thumbprint(key), jti, until)


def thumbprint(key: Mapping[str, Any]) -> str:
    """The SHA-256 thumbprint of a P-256 JWK (RFC 7638)."""
    members = {name: key[name] for name in MEMBERS}
    text = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(text.encode()).digest())


def fresh_nonce(context: Context) -> str:
    """A nonce (RFC 9449, 8) that says when it was made, and that only we can make."""
    moment = str(int(context.now().timestamp()))
    return f"{moment}.{_nonce_tag(context, moment)}"


def _opened(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Key and claims of a proof, whose signature is the key's. Raises `ProofInvalid`."""
    if len(text) > MAX_PROOF or not text.isascii():
        raise ProofInvalid
    try:
        key = _key_of(jwt.get_unverified_header(text))
        verifying = jwt.PyJWK.from_dict(key, ALGORITHM)
        claims = json.loads(jwt.PyJWS().decode(text, verifying, algorithms=[ALGORITHM]))
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise ProofInvalid from error
    if not isinstance(claims, dict):
        raise ProofInvalid
    return key, claims


def _key_of(header: Mapping[str, Any]) -> dict[str, Any]:
    """The P-256 key in a proof's header. Raises `ProofInvalid` for another, or a private one."""
    key = header.get("jwk")
    if header.get("typ") != TYPE or not isinstance(key, dict) or "d" in key:
        raise ProofInvalid
    if (key.get("kty"), key.get("crv")) != ("EC", "P-256"):
        raise ProofInvalid
    if not (isinstance(key.get("x"), str) and isinstance(key.get("y"), str)):
        raise ProofInvalid
    return key


def _valid_until(context: Context, claims: Mapping[str, Any]) -> int:
    """When a proof is too old: by its nonce where it has one of ours, else by the device's clock.

    Raises `ProofUntimely` for one that is too old, or from the future.
    """
    rules, now = context.rules(SignInPolicy), int(context.now().timestamp())
    made, lasts = _moment(claims.get("iat")), rules.proof_s
    if "nonce" in claims:
        made, lasts = _nonce_moment(context, claims["nonce"]), rules.nonce_s
    if not now - lasts < made <= now + rules.proof_s:
        raise ProofUntimely(fresh_nonce(context))
    return int(made) + lasts


def _moment(value: object) -> float:
    """A NumericDate (RFC 7519, 2). Raises `ProofInvalid`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProofInvalid
    return value


def _nonce_moment(context: Context, nonce: object) -> int:
    """When a nonce was made, seconds since 1970. Raises `ProofUntimely` for none of ours."""
    text = nonce if isinstance(nonce, str) and nonce.isascii() else ""
    moment, _, tag = text.partition(".")
    if not hmac.compare_digest(_nonce_tag(context, moment), tag):
        raise ProofUntimely(fresh_nonce(context))
    return int(moment)


def _nonce_tag(context: Context, moment: str) -> str:
    key = context.keyring.derived_key("kaihu proof nonces")
    return _base64url(hmac.new(key, moment.encode(), hashlib.sha256).digest()[:16])


def _hash_of(token: str | None) -> str | None:
    """`ath` of a token (RFC 9449, 4.2)."""
    return None if token is None else _base64url(hashlib.sha256(token.encode()).digest())


def _address(text: object) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path of an address (RFC 3986, 6.2); None of what is none.

    Query and fragment are left out, as RFC 9449, 4.3 has it.
    """
    try:
        parts: SplitResult = urlsplit(text if isinstance(text, str) else "")
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port, unquote(parts.path)


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

"""Tokens: only ours open, for their time; a key is replaced without ending anybody's session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.token_keys import (
    ALGORITHM,
    AUDIENCE,
    ISSUER,
    TYPE,
    RetiredKey,
    RootedTokenKeys,
    TokenInvalid,
    TokenKeys,
)
from storage.keys.names import Root
from storage.keys.roots import RootKey
from tests.support.keys import MemoryRoots

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
OLD, NEW = bytes(32), bytes([1]) * 32
CLAIMS = {"sub": "a", "sid": "b", "jti": "c", "iat": 1, "exp": int(NOW.timestamp()) + 900}
KEYS = TokenKeys(OLD)


def forged(
    claims: dict[str, Any] | None = None, key: Any = None, algorithm: str = ALGORITHM, **header: Any
) -> str:
    """A token like ours, but for what is given."""
    whole = {**CLAIMS, "iss": ISSUER, "aud": AUDIENCE, **(claims or {})}
    headers = {"kid": KEYS.key_id, "typ": TYPE, **header}
    signing = Ed25519PrivateKey.from_private_bytes(OLD) if key is None else key
    return jwt.encode(whole, signing, algorithm=algorithm, headers=headers)


def test_what_was_signed_is_verified() -> None:
    for token in (KEYS.sign(CLAIMS), forged()):
        claims = KEYS.verify(token, NOW)
        assert {name: claims[name] for name in CLAIMS} == CLAIMS


def test_a_token_ends_at_its_time() -> None:
    token = KEYS.sign(CLAIMS)
    KEYS.verify(token, NOW + timedelta(seconds=899))
    with pytest.raises(TokenInvalid):
        KEYS.verify(token, NOW + timedelta(seconds=900))


@pytest.mark.parametrize(
    "token",
    [
        forged({"aud": "another"}),
        forged({"iss": "another"}),
        forged({"exp": "soon"}),
        forged({"exp": None}),
        forged(typ="JWT"),
        forged(typ="dpop+jwt"),
        forged(kid="unknown"),
        forged(key=Ed25519PrivateKey.from_private_bytes(NEW)),
        forged(key="", algorithm="none"),
        forged(key=b"0" * 32, algorithm="HS256"),
        forged()[:-2] + "xx",
        "",
        "a.b.c",
        "ÿ",
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(TokenInvalid):
        KEYS.verify(token, NOW)


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "iat", "exp"])
def test_each_claim_is_needed(name: str) -> None:
    left = {key: value for key, value in CLAIMS.items() if key != name}
    with pytest.raises(TokenInvalid):
        KEYS.verify(KEYS.sign(left), NOW)


def test_an_older_key_verifies_until_its_tokens_are_over_and_signs_no_more() -> None:
    until = NOW + timedelta(seconds=600)
    rotated = TokenKeys(NEW, [RetiredKey(OLD, until)])
    before, after = KEYS.sign(CLAIMS), rotated.sign(CLAIMS)
    rotated.verify(before, NOW)
    rotated.verify(after, NOW)
    with pytest.raises(TokenInvalid):
        rotated.verify(before, until)
    with pytest.raises(TokenInvalid):
        KEYS.verify(after, NOW)


def test_running_processes_follow_the_versions_of_the_root() -> None:
    roots = MemoryRoots(OLD)
    keys = RootedTokenKeys(roots, lifetime_s=900)
    old = keys.sign(CLAIMS)
    made = RootKey(NEW, NOW)
    roots.add(Root.TOKENS, made)
    new = keys.sign(CLAIMS)
    assert keys.verify(old, NOW)["sub"] == keys.verify(new, NOW)["sub"]
    assert TokenKeys(NEW).verify(new, NOW)
    with pytest.raises(TokenInvalid):  # signed by a version that is over
        keys.verify(old, NOW + timedelta(seconds=900))
    roots.destroy(Root.TOKENS, roots.versions(Root.TOKENS)[0].id)
    with pytest.raises(TokenInvalid):
        keys.verify(old, NOW)

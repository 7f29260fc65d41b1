"""Proofs of possession: one request, one key, one moment; everything else is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from access.policy import SignInPolicy
from access.proofs import (
    MAX_PROOF,
    ProofInvalid,
    ProofMissing,
    ProofRefused,
    ProofUntimely,
    SignedRequest,
    fresh_nonce,
    read_proof,
    thumbprint,
)
from core.actors import ANONYMOUS
from demo.device import DeviceKey
from storage.context import Context
from tests.support.clock import START, FrozenClock
from tests.support.keys import memory_keyring
from tests.support.policy import POLICY

NOW = int(START.timestamp())
ADDRESS, TOKEN = "https://kaihu.example/api/v1/onboardings", "an.access.token"
REQUEST = SignedRequest("POST", ADDRESS, TOKEN)
RULES = POLICY.section(SignInPolicy)
DEVICE = DeviceKey(now=lambda: NOW)


def context_at(seconds: float = 0, root: bytes = bytes(32)) -> Context:
    """A context at a moment, over no database."""
    nothing: Any = None
    return Context(
        session=nothing,
        actor=ANONYMOUS,
        clock=FrozenClock(START + timedelta(seconds=seconds)),
        policy=POLICY,
        keyring=memory_keyring(root),
        blind_index=nothing,
        media=nothing,
        resources=nothing,
    )


CONTEXT = context_at()


def made(change: Callable[[dict[str, Any]], Any] = lambda _: None, **header: Any) -> str:
    """A right proof, but for what is changed in its claims or its header."""
    claims = jwt.decode(DEVICE.proof("POST", ADDRESS, TOKEN), options={"verify_signature": False})
    change(claims)
    headers = {"typ": "dpop+jwt", "jwk": DEVICE.public, **header}
    return jwt.encode(claims, DEVICE.private, algorithm="ES256", headers=headers)


def without(name: str) -> str:
    return made(lambda claims: claims.pop(name))


def claiming(**values: Any) -> str:
    return made(lambda claims: claims.update(values))


def test_a_proof_of_this_request_is_taken() -> None:
    proof = read_proof(CONTEXT, DEVICE.proof("POST", ADDRESS, TOKEN), REQUEST)
    assert proof.thumbprint == DEVICE.thumbprint == thumbprint(DEVICE.public)
    assert proof.until == NOW + RULES.proof_s


def test_the_thumbprint_is_that_of_the_standard() -> None:
    key = {  # RFC 9449, 4.1 and 6.1
        "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "crv": "P-256",
    }
    assert thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_none_is_missing() -> None:
    with pytest.raises(ProofMissing):
        read_proof(CONTEXT, None, REQUEST)


@pytest.mark.parametrize(
    "request_made",
    [
        replace(REQUEST, method="PUT"),
        replace(REQUEST, method="post"),
        replace(REQUEST, address=ADDRESS + "/x"),
        replace(REQUEST, address=ADDRESS + "/"),
        replace(REQUEST, address="http://kaihu.example/api/v1/onboardings"),
        replace(REQUEST, address="https://kaihu.example:444/api/v1/onboardings"),
        replace(REQUEST, address="https://evil.example/api/v1/onboardings"),
        replace(REQUEST, token="another"),
        replace(REQUEST, token=None),
    ],
)
def test_a_proof_of_another_request_is_refused(request_made: SignedRequest) -> None:
    with pytest.raises(ProofInvalid):
        read_proof(CONTEXT, DEVICE.proof("POST", ADDRESS, TOKEN), request_made)


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://KAIHU.example/api/v1/onboardings",
        "https://kaihu.example:443/api/v1/onboardings",
        ADDRESS + "?a=b#c",
        "https://kaihu.example/api/v1/onb%6Fardings",
    ],
)
def test_the_same_address_may_be_written_otherwise(address: str) -> None:
    read_proof(CONTEXT, DEVICE.proof("POST", address, TOKEN), REQUEST)


@pytest.mark.parametrize(
    "text",
    [
        *map(without, ("htm", "htu", "iat", "jti", "ath")),
        claiming(jti=""),
        claiming(jti="x" * 129),
        claiming(jti=7),
        claiming(jti="\ud800"),
        claiming(iat="now"),
        claiming(iat=True),
        claiming(iat=None),
        claiming(htu="//"),
        claiming(htu=["x"]),
        claiming(htu="https://[kaihu"),
        claiming(htm=None),
        made(typ="JWT"),
        made(typ=None),
        made(jwk=None),
        made(jwk="x"),
        made(jwk={**DEVICE.public, "d": "AAAA"}),
        made(jwk={**DEVICE.public, "kty": "RSA"}),
        made(jwk={**DEVICE.public, "crv": "P-384"}),
        made(jwk={**DEVICE.public, "x": "AAAA"}),
        made(jwk={**DEVICE.public, "y": 7}),
        made(jwk=DeviceKey().public),
        made(jwk={"kty": "oct", "k": "AAAA"}),
        made(crit=["b64"], b64=False),
        made()[:-3] + "abc",
        made() + ", " + made(),
        made() + "." + made(),
        "",
        "a.b.c",
        "é.é.é",
        "x" * (MAX_PROOF + 1),
        base64.urlsafe_b64encode(b"[" * 1_400).decode() + ".e30.x",
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(ProofInvalid):
        read_proof(CONTEXT, text, REQUEST)


def test_other_algorithms_are_refused() -> None:
    claims = jwt.decode(made(), options={"verify_signature": False})
    other = generate_private_key(SECP384R1())
    public = json.loads(ECAlgorithm.to_jwk(other.public_key()))
    attempts: list[tuple[Any, str, Any]] = [
        (other, "ES384", public),
        ("", "none", DEVICE.public),
        (b"0" * 32, "HS256", DEVICE.public),
    ]
    for key, algorithm, jwk in attempts:
        headers = {"typ": "dpop+jwt", "jwk": jwk}
        text = jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        with pytest.raises(ProofInvalid):
            read_proof(CONTEXT, text, REQUEST)


@pytest.mark.parametrize("off", [-RULES.proof_s, RULES.proof_s + 1, -1e9, float("nan"), 1e300])
def test_a_clock_that_is_off_is_told_to_sign_with_a_nonce(off: float) -> None:
    late = DeviceKey(now=lambda: NOW, private=DEVICE.private)
    with pytest.raises(ProofUntimely) as refused:
        read_proof(CONTEXT, claiming(iat=NOW + off), REQUEST)
    signed = late.proof("POST", ADDRESS, TOKEN, refused.value.nonce)
    proof = read_proof(CONTEXT, signed, REQUEST)
    assert proof.until == NOW + RULES.nonce_s


@pytest.mark.parametrize("off", [0.5 - RULES.proof_s, RULES.proof_s, 0.25])
def test_a_clock_may_be_off_a_little(off: float) -> None:
    read_proof(CONTEXT, claiming(iat=NOW + off), REQUEST)


def test_a_nonce_is_ours_and_for_its_time() -> None:
    nonce = fresh_nonce(CONTEXT)
    signed = DEVICE.proof("POST", ADDRESS, TOKEN, nonce)
    read_proof(context_at(RULES.nonce_s - 1), signed, REQUEST)
    moment, _, tag = nonce.partition(".")
    others = [f"{int(moment) + 1}.{tag}", f"{moment}.", f".{tag}", "", "\ud800", 7, None, [nonce]]
    for at, text in [
        (context_at(RULES.nonce_s), signed),
        (context_at(root=bytes([1]) * 32), signed),
        *((CONTEXT, claiming(nonce=other)) for other in others),
    ]:
        with pytest.raises(ProofUntimely):
            read_proof(at, text, REQUEST)


@given(st.text())
def test_any_text_is_refused_by_its_own_code(text: str) -> None:
    with pytest.raises(ProofRefused):
        read_proof(CONTEXT, text, REQUEST)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.sampled_from(["htm", "htu", "iat", "jti", "ath", "nonce"]),
    JSON,
)
def test_any_claim_is_refused_by_its_own_code_or_taken(name: str, value: Any) -> None:
    try:
        proof = read_proof(CONTEXT, claiming(**{name: value}), REQUEST)
    except ProofRefused:
        return
    assert proof.thumbprint == DEVICE.thumbprint


@given(st.dictionaries(st.sampled_from(["typ", "jwk", "alg", "kid", "crit"]), JSON))
def test_any_header_is_refused_by_its_own_code_or_taken(header: dict[str, Any]) -> None:
    whole = {"typ": "dpop+jwt", "alg": "ES256", "jwk": DEVICE.public, **header}
    encoded = base64.urlsafe_b64encode(json.dumps(whole).encode()).rstrip(b"=").decode()
    _, body, signature = made().split(".")
    try:
        read_proof(CONTEXT, f"{encoded}.{body}.{signature}", REQUEST)
    except ProofRefused:
        return
    assert whole["jwk"] == DEVICE.public


@given(st.integers(min_value=0), st.integers(0, 255))
def test_no_byte_of_a_proof_can_be_changed(place: int, byte: int) -> None:
    text = made().encode()
    place %= len(text)
    if text[place] == byte:
        return
    changed = (text[:place] + bytes([byte]) + text[place + 1 :]).decode("latin-1")
    try:
        read_proof(CONTEXT, changed, REQUEST)
    except ProofRefused:
        return
    # The last character of a part has bits that base64url leaves unused.
    assert text[place + 1 : place + 2] in (b".", b"")

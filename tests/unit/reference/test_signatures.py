"""Both sides' signatures, each checked by the other: they share no code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loans.calls import signatures as product
from reference import signatures as scorer
from reference.scorer import TAG
from tests.support.scorers import CLIENT_KEY, SCORER_KEY, client_signatures, scorer_signatures

URL = "http://127.0.0.1:8100/v1/assessments"
BODY, ANSWER = b'{"amount_fen": 1}', b'{"pd_12m": 0.05}'


def asked(key: str = "k1") -> product.Request:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    request = product.Request("POST", URL, headers)
    client_signatures().sign(request, BODY)
    return request


def received(request: product.Request) -> scorer.Request:
    return scorer.Request(request.method, request.url, dict(request.headers))


def answered(request: product.Request) -> product.Answer:
    headers = {"Content-Type": "application/json"}
    answer = scorer.Answer(200, headers, received(request))
    scorer_signatures().sign(answer, ANSWER)
    return product.Answer(200, answer.headers, request)


def test_each_side_believes_the_other() -> None:
    request = asked()
    assert scorer_signatures().verify(received(request), BODY) == "kaihu"
    client_signatures().verify(answered(request), ANSWER)


def with_header(name: str, value: str) -> Callable[[scorer.Request], scorer.Request]:
    def change(request: scorer.Request) -> scorer.Request:
        return replace(request, headers={**request.headers, name: value})

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, url=URL + "?x=1"),
        lambda request: replace(request, url=URL.replace("8100", "8101")),
        lambda request: replace(request, method="PUT"),
        with_header("Idempotency-Key", "k2"),
        with_header("Content-Type", "text/plain"),
        with_header("Signature", "sig=:AAAA:"),
        with_header("Signature", "nonsense"),
        with_header("Signature-Input", ""),
        with_header("Content-Digest", "sha-256=:AAAA:"),
        lambda request: replace(request, headers={}),
    ],
)
def test_a_changed_request_is_not_signed(
    change: Callable[[scorer.Request], scorer.Request],
) -> None:
    with pytest.raises(scorer.NotSigned):
        scorer_signatures().verify(change(received(asked())), BODY)


def test_another_body_is_not_signed() -> None:
    with pytest.raises(scorer.NotSigned):
        scorer_signatures().verify(received(asked()), BODY + b" ")
    with pytest.raises(product.NotSigned):
        client_signatures().verify(answered(asked()), ANSWER + b" ")


def test_a_stranger_is_not_believed() -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
    request = product.Request("POST", URL, headers)
    client_signatures(Ed25519PrivateKey.generate()).sign(request, BODY)
    with pytest.raises(scorer.NotSigned):
        scorer_signatures().verify(received(request), BODY)


def test_a_signature_over_too_little_is_none() -> None:
    class Careless(scorer.Signatures):
        def sign(self, message: scorer.Request | scorer.Answer, body: bytes) -> None:
            self._signer.sign(
                message,
                key_id=self._own_id,
                label=scorer.LABEL,
                tag=TAG,
                body=body,
                covered_component_ids=("@status",),
            )

    request = asked()
    answer = scorer.Answer(200, {"Content-Type": "application/json"}, received(request))
    key = Ed25519PrivateKey.generate()
    Careless(key, {}, TAG).sign(answer, ANSWER)
    believing = product.Signatures(Ed25519PrivateKey.generate(), key.public_key(), TAG)
    with pytest.raises(product.NotSigned):
        believing.verify(product.Answer(200, answer.headers, request), ANSWER)


def test_an_answer_answers_its_own_request_only() -> None:
    answer = answered(asked("k1"))
    with pytest.raises(product.NotSigned):
        client_signatures().verify(replace(answer, request=asked("k2")), ANSWER)


def test_another_status_is_not_signed() -> None:
    with pytest.raises(product.NotSigned):
        client_signatures().verify(replace(answered(asked()), status_code=201), ANSWER)


def test_what_is_signed_for_another_kind_of_service_is_not_believed() -> None:
    other = product.Signatures(CLIENT_KEY, SCORER_KEY.public_key(), "kaihu-records")
    with pytest.raises(product.NotSigned):
        other.verify(answered(asked()), ANSWER)
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
    request = product.Request("POST", URL, headers)
    other.sign(request, BODY)
    with pytest.raises(scorer.NotSigned):
        scorer_signatures().verify(received(request), BODY)

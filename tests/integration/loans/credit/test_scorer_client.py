"""The product's side of the contract, over real HTTP, with scorers that behave and that do not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.wrappers import Request as WebRequest

from app.serve import free_port
from loans.calls.signed_client import Outcome
from loans.credit.scorer_client import MAX_ANSWER_BYTES, ScorerClient
from loans.policy import ScorerRules
from tests.support.scorers import (
    CARDS,
    RULES,
    Change,
    ChangedScorer,
    Reply,
    client_of,
    question,
    reference_scorer,
    unchanged,
)
from tests.support.servers import served

PATIENT = RULES.model_copy(
    update={"connect_ms": 5_000, "answer_ms": 10_000, "tries_within_s": 30.0}
)
QUICK = RULES.model_copy(update={"answer_ms": 300, "tries_within_s": 1.5})
SLACK_S = 0.5  # of a busy machine
HTML = b"<!doctype html><title>Welcome</title>"


@contextmanager
def asking(
    folder: Path, change: Change = unchanged, rules: ScorerRules = PATIENT
) -> Iterator[tuple[ScorerClient, ChangedScorer]]:
    scorer = ChangedScorer(reference_scorer(folder), change)
    with served(scorer) as url:
        client = client_of(url, rules)
        try:
            yield client, scorer
        finally:
            client.close()


def outcomes(client: ScorerClient, key: str = "k1", **changes: Any) -> list[Outcome]:
    asked = client.ask(question(**changes), key)
    assert (asked.answer is not None) == (asked.tries[-1].outcome is Outcome.ANSWERED)
    return [one.outcome for one in asked.tries]


def test_a_question_is_answered(tmp_path: Path) -> None:
    with asking(tmp_path) as (client, _):
        asked = client.ask(question(), "k1")
    assert asked.answer is not None
    assert asked.answer.application == question()["application"]
    assert asked.answer.model.card_sha256 == CARDS.thin.sha256
    (only,) = asked.tries
    assert (only.outcome, only.status) == (Outcome.ANSWERED, 200)
    assert len(only.request_sha256) == 64


def test_what_is_missing_may_be_a_reason(tmp_path: Path) -> None:
    with asking(tmp_path) as (client, _):
        asked = client.ask(question(features={}), "k1")
    assert asked.answer is not None
    assert "months_in_business" in asked.answer.missing
    assert "business_young" in {reason.code for reason in asked.answer.reasons}


def test_asking_again_with_the_same_key_tells_the_same(tmp_path: Path) -> None:
    with asking(tmp_path) as (client, _):
        first, again = (client.ask(question(), "k1").answer for _ in range(2))
        other = client.ask(question(), "k2").answer
    assert first is not None
    assert other is not None
    assert first == again
    assert first.assessment != other.assessment


def changing(change: Callable[[dict[str, Any]], object]) -> Change:
    return lambda _request, reply: reply.with_json(change)


def another_body(body: bytes, **parts: Any) -> Change:
    return lambda _request, reply: replace(reply, body=body, **parts)


def reason(**parts: Any) -> dict[str, Any]:
    return {"code": "industry", "feature": "industry", "points_lost": 3, **parts}


BROKEN: dict[str, Change] = {
    "PD 7": changing(lambda answer: answer.update(pd_12m=7.0)),
    "PD 0": changing(lambda answer: answer.update(pd_12m=0.0)),
    "PD 1": changing(lambda answer: answer.update(pd_12m=1.0)),
    "PD below 0": changing(lambda answer: answer.update(pd_12m=-0.1)),
    "PD NaN": changing(lambda answer: answer.update(pd_12m=float("nan"))),
    "PD infinite": changing(lambda answer: answer.update(pd_12m=float("inf"))),
    "PD as text": changing(lambda answer: answer.update(pd_12m="0.05")),
    "no PD": changing(lambda answer: answer.pop("pd_12m")),
    "another application": changing(lambda answer: answer.update(application="somebody")),
    "another model": changing(lambda answer: answer["model"].update(name="oracle")),
    "no card": changing(lambda answer: answer["model"].update(card_sha256="")),
    "a foreign reason": changing(lambda a: a.update(reasons=[reason(feature="response_score")])),
    "a reason that calls itself missing": changing(
        lambda a: a.update(reasons=[reason(feature="phone")], missing=["phone"])
    ),
    "too many reasons": changing(lambda answer: answer.update(reasons=[reason()] * 5)),
    "a reason that costs nothing": changing(lambda a: a.update(reasons=[reason(points_lost=0)])),
    "a sentence for a code": changing(lambda a: a.update(reasons=[reason(code="Too young!")])),
    "missing what was sent": changing(lambda answer: answer.update(missing=["industry"])),
    "a time without a zone": changing(lambda a: a.update(valid_until="2027-01-01T00:00:00")),
    "HTML": another_body(HTML, headers={"Content-Type": "text/html"}),
    "nothing": another_body(b""),
    "half": lambda _request, reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "a list": another_body(b"[]"),
    "too much": another_body(b" " * (MAX_ANSWER_BYTES + 1)),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=list(BROKEN))
def test_an_answer_that_breaks_the_contract_is_none(tmp_path: Path, change: Change) -> None:
    with asking(tmp_path, change) as (client, scorer):
        assert outcomes(client) == [Outcome.INVALID]
    assert scorer.requests == 1  # the same key would be answered the same


def test_an_unsigned_page_is_none(tmp_path: Path) -> None:
    change = another_body(HTML, headers={"Content-Type": "text/html"}, signed_by=None)
    with asking(tmp_path, change) as (client, _):
        assert outcomes(client) == [Outcome.UNSIGNED] * 2


def test_another_key_is_none(tmp_path: Path) -> None:
    stranger = Ed25519PrivateKey.generate()
    with asking(tmp_path, lambda _request, r: replace(r, signed_by=stranger)) as (client, _):
        assert outcomes(client) == [Outcome.UNSIGNED] * 2


def test_the_answer_to_another_question_is_none(tmp_path: Path) -> None:
    kept: list[tuple[WebRequest, Reply]] = []

    class Replaying(ChangedScorer):
        """Sends the first answer, as it was signed, again and again."""

        def _changed(self, request: WebRequest, environ: Any) -> Reply:
            if not kept:
                kept.append((request, super()._changed(request, environ)))
            return kept[0][1]

    with served(Replaying(reference_scorer(tmp_path), unchanged)) as url:
        client = client_of(url, PATIENT)
        assert outcomes(client, "k1") == [Outcome.ANSWERED]
        assert outcomes(client, "k2") == [Outcome.UNSIGNED] * 2
        client.close()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_server_that_fails_is_tried_again(tmp_path: Path, status: int) -> None:
    with asking(tmp_path, lambda _request, r: replace(r, status=status)) as (client, _):
        asked = client.ask(question(), "k1")
    assert [(one.outcome, one.status) for one in asked.tries] == [(Outcome.FAILED, status)] * 2


def test_the_second_try_may_succeed(tmp_path: Path) -> None:
    statuses = iter([503, 200])
    with asking(tmp_path, lambda _request, r: replace(r, status=next(statuses))) as (client, _):
        assert outcomes(client) == [Outcome.FAILED, Outcome.ANSWERED]


def test_a_refusal_is_not_tried_again_and_told(tmp_path: Path) -> None:
    with asking(tmp_path) as (client, scorer):
        asked = client.ask(question(amount_fen=0), "k1")
        for _ in range(2 * RULES.failures_to_open):
            client.ask(question(amount_fen=0), "k1")
        assert not client.spares  # the scorer works
    assert [one.outcome for one in asked.tries] == [Outcome.REFUSED]
    assert asked.tries[0].problem == "request_invalid amount_fen"
    assert scorer.requests == 2 * RULES.failures_to_open + 1


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    headers = {"Content-Type": "text/plain", "Location": "http://127.0.0.1:1/"}
    moved = another_body(b"", status=307, headers=headers)
    with asking(tmp_path, moved) as (client, _):
        assert outcomes(client) == [Outcome.REFUSED]


def took(client: ScorerClient) -> tuple[list[Outcome], float]:
    begun = time.monotonic()
    found = outcomes(client)
    return found, time.monotonic() - begun


def test_an_answer_after_its_time_is_not_waited_for(tmp_path: Path) -> None:
    with asking(tmp_path, lambda _request, r: replace(r, before_s=2.0), QUICK) as (client, _):
        found, seconds = took(client)
    assert found == [Outcome.LATE] * 2
    assert seconds < QUICK.within_s + SLACK_S


def test_bytes_that_trickle_are_not_waited_for(tmp_path: Path) -> None:
    with asking(tmp_path, lambda _request, r: replace(r, between_s=0.05), QUICK) as (client, _):
        found, seconds = took(client)
    assert found == [Outcome.LATE] * 2
    assert seconds < QUICK.within_s + SLACK_S


@contextmanager
def raw(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server below HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def drip(connection: socket.socket) -> None:
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(40):
            time.sleep(0.05)
            connection.sendall(b"x")
    except OSError:
        return  # who asked has gone


def say(words: bytes, connection: socket.socket) -> None:
    connection.sendall(words)


@pytest.mark.parametrize(
    "words",
    [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n"],
    ids=["hangs up", "another protocol", "half an answer"],
)
def test_what_is_no_http_is_a_failure(words: bytes) -> None:
    with raw(partial(say, words)) as url:
        client = client_of(url, PATIENT)
        assert outcomes(client) == [Outcome.FAILED] * 2
        client.close()


def test_headers_that_trickle_are_not_waited_for() -> None:
    with raw(drip) as url:
        client = client_of(url, QUICK)
        found, seconds = took(client)
        client.close()
    assert found == [Outcome.LATE] * 2
    assert seconds < QUICK.within_s + SLACK_S


def test_a_scorer_that_is_away_is_left_alone_and_comes_back(tmp_path: Path) -> None:
    rules = PATIENT.model_copy(update={"open_s": 0.5, "failures_to_open": 4})
    working = threading.Event()

    def change(_request: WebRequest, reply: Reply) -> Reply:
        return reply if working.is_set() else replace(reply, status=500)

    with asking(tmp_path, change, rules) as (client, scorer):
        assert outcomes(client) == outcomes(client) == [Outcome.FAILED] * 2
        assert client.spares
        assert outcomes(client) == [Outcome.SPARED]
        assert scorer.requests == rules.failures_to_open
        working.set()
        time.sleep(rules.open_s)
        assert outcomes(client) == [Outcome.ANSWERED]
        assert not client.spares


def test_answers_that_break_the_contract_open_the_breaker(tmp_path: Path) -> None:
    with asking(tmp_path, BROKEN["PD 7"]) as (client, _):
        for _ in range(QUICK.failures_to_open):
            outcomes(client)
        assert outcomes(client) == [Outcome.SPARED]


def test_nobody_listening_is_told_at_once() -> None:
    client = client_of(f"http://127.0.0.1:{free_port()}", QUICK)
    found, seconds = took(client)
    assert found == [Outcome.UNREACHED] * 2
    assert seconds < SLACK_S + 0.5


def test_many_may_ask_at_once(tmp_path: Path) -> None:
    def slowly(_request: WebRequest, reply: Reply) -> Reply:
        return replace(reply, before_s=0.2)

    with asking(tmp_path, slowly) as (client, _), ThreadPoolExecutor(20) as pool:
        begun = time.monotonic()
        ask = partial(outcomes, client)
        found = list(pool.map(ask, [f"k{number}" for number in range(20)]))
        seconds = time.monotonic() - begun
    assert found == [[Outcome.ANSWERED]] * 20
    assert seconds < 3  # one after the other would take four

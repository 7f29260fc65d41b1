"""The same request twice: again, at once, or under a key that was used for something else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.idempotency import KEPT_H
from app.models import IdempotencyKey
from app.services import Services
from loans.models import Application
from tests.support.clock import MovableClock
from tests.support.web import DECLARED, SignIn, Web, onboard


def keyed(web: Web, key: str) -> Web:
    return web.saying(**{"Idempotency-Key": key})


def count(services: Services, table: type[Any]) -> int:
    with services.reading() as context:
        return context.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_key_gives_the_first_answer_again(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    onboard(web, services)
    first = keyed(web, "a").call("POST", "/declarations", DECLARED)
    assert first[0] == 201
    assert keyed(web, "a").call("POST", "/declarations", DECLARED) == first
    other = keyed(web, "a").call("POST", "/declarations", {**DECLARED, "purpose": "rent"})
    assert (other[0], other[1]["code"]) == (422, "idempotency_key_reused")
    assert keyed(web, "b").call("POST", "/declarations", DECLARED)[1]["id"] != first[1]["id"]
    assert keyed(web, "x" * 129).call("POST", "/declarations", DECLARED)[0] == 422


def test_a_key_is_its_callers_own_and_is_forgotten_after_a_day(
    sign_in: SignIn, services: Services, clock: MovableClock
) -> None:
    one, two = sign_in("13800000001"), sign_in("13800000002")
    ids = {keyed(web, "a").call("POST", "/onboardings")[1]["id"] for web in (one, two)}
    assert len(ids) == 2
    clock.advance(timedelta(hours=KEPT_H))
    again = sign_in("13800000001")
    assert keyed(again, "a").call("POST", "/onboardings")[1]["id"] not in ids
    assert count(services, IdempotencyKey) == 2, "the caller's old key was forgotten"


def test_a_refusal_under_a_key_can_be_tried_again(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    assert keyed(web, "a").call("POST", "/declarations", DECLARED)[0] == 403
    onboard(web, services)
    assert keyed(web, "a").call("POST", "/declarations", DECLARED)[0] == 201


@pytest.mark.parametrize("key", [None, "a"])
def test_applications_sent_at_once_make_one(
    sign_in: SignIn, services: Services, key: str | None
) -> None:
    web = sign_in("13800000001")
    onboard(web, services)
    declared = web.call("POST", "/declarations", DECLARED)[1]["id"]
    wanted = {"declaration_id": declared, "amount_fen": 5_000_000, "tenor_months": 12}
    callers = [(keyed(web, key) if key else web).beside() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.call("POST", "/applications", wanted), callers))
    assert count(services, Application) == 1
    if key:
        assert {(status, body["id"]) for status, body in answers} == {(201, answers[0][1]["id"])}
    else:
        assert sorted(status for status, _ in answers) == [201, 409, 409, 409]


def test_onboardings_started_at_once_are_one(sign_in: SignIn) -> None:
    web = sign_in("13800000001")
    callers = [web.beside() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.call("POST", "/onboardings"), callers))
    assert len({body["id"] for _, body in answers}) == 1


def test_an_answer_is_sealed_under_the_callers_own_key(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    onboard(web, services)
    _, first = keyed(web, "caller's own key").call("POST", "/declarations", DECLARED)
    keyed(web, "CALLER'S OWN KEY").call("POST", "/declarations", DECLARED)
    with services.reading() as context:
        rows = list(context.session.scalars(sa.select(IdempotencyKey)))
    assert len({row.key_blind for row in rows}) == 2, "keys differ by case"
    for row in rows:
        assert "caller" not in row.key_blind.lower()
        assert row.sealed_answer is not None
        assert DECLARED["occupation"].encode() not in row.sealed_answer
        assert first["id"].encode() not in row.sealed_answer


def test_an_answer_that_was_moved_to_another_key_does_not_open(
    sign_in: SignIn, services: Services
) -> None:
    web = sign_in("13800000001")
    onboard(web, services)
    for key in ("a", "b"):
        keyed(web, key).call("POST", "/declarations", DECLARED)
    with services.transaction() as context:
        one, other = context.session.scalars(sa.select(IdempotencyKey))
        one.sealed_answer = other.sealed_answer
    statuses = {keyed(web, key).call("POST", "/declarations", DECLARED)[0] for key in ("a", "b")}
    assert statuses == {201, 409}

"""The same thing asked twice: again, at once, or under a key that was used for something else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from access.models import IdempotencyKey
from app.services import House
from audit.writer import AuditEvent
from kyc.onboarding import submit as use
from kyc.onboarding.models import Evidence, Onboarding
from loans.models import Application
from storage.database import utc_now
from tests.integration.conftest import Web
from tests.integration.test_onboarding import begin, onboard

DECLARED = {"occupation": "catering", "purpose": "equipment"}


def keyed(web: Web, key: str) -> Web:
    return Web(web.client, {**web.headers, "Idempotency-Key": key})


def count(house: House, table: type[Any]) -> int:
    with house.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_key_gives_the_first_answer_again(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    onboard(web, house)
    first = keyed(web, "a").call("POST", "/declarations", DECLARED)
    assert keyed(web, "a").call("POST", "/declarations", DECLARED) == first
    other = keyed(web, "a").call("POST", "/declarations", {**DECLARED, "purpose": "rent"})
    assert (other[0], other[1]["code"]) == (422, "idempotency_key_reused")
    assert keyed(web, "b").call("POST", "/declarations", DECLARED)[1]["id"] != first[1]["id"]
    assert keyed(web, "x" * 129).call("POST", "/declarations", DECLARED)[0] == 422


def test_a_key_is_its_callers_own_and_is_forgotten_after_a_day(
    sign_in: Callable[[str], Web], house: House
) -> None:
    one, two = sign_in("13800000001"), sign_in("13800000002")
    ids = {keyed(web, "a").call("POST", "/onboardings")[1]["id"] for web in (one, two)}
    assert len(ids) == 2
    with house.database.transaction() as session:
        session.execute(sa.update(IdempotencyKey).values(made_at=utc_now() - timedelta(days=2)))
        session.execute(sa.update(Onboarding).values(expires_at=utc_now()))
    assert keyed(one, "a").call("POST", "/onboardings")[1]["id"] not in ids


def test_a_refusal_under_a_key_can_be_tried_again(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web = sign_in("13800000001")
    assert keyed(web, "a").call("POST", "/declarations", DECLARED)[0] == 403
    onboard(web, house)
    assert keyed(web, "a").call("POST", "/declarations", DECLARED)[0] == 201


@pytest.mark.parametrize("key", [None, "a"])
def test_applications_sent_at_once_make_one(
    sign_in: Callable[[str], Web], house: House, key: str | None
) -> None:
    web = sign_in("13800000001")
    onboard(web, house)
    declared = web.call("POST", "/declarations", DECLARED)[1]["id"]
    wanted = {"declaration_id": declared, "amount_fen": 5_000_000, "tenor_months": 12}
    callers = [keyed(web, key) if key else web for _ in range(4)]
    callers = [Web(web.client.application.test_client(), c.headers) for c in callers]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda c: c.call("POST", "/applications", wanted), callers))
    assert count(house, Application) == 1
    if key:
        assert {(status, body["id"]) for status, body in answers} == {(201, answers[0][1]["id"])}
    else:
        assert sorted(status for status, _ in answers) == [201, 409, 409, 409]


def test_onboardings_started_at_once_are_one(sign_in: Callable[[str], Web]) -> None:
    web = sign_in("13800000001")
    callers = [Web(web.client.application.test_client(), web.headers) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda c: c.call("POST", "/onboardings"), callers))
    assert len({body["id"] for _, body in answers}) == 1


def test_a_refused_declaration_is_remembered(sign_in: Callable[[str], Web], house: House) -> None:
    web = sign_in("13800000001")
    onboard(web, house)
    refused = web.call("POST", "/declarations", {**DECLARED, "purpose": "stocks"})
    assert (refused[0], refused[1]["code"]) == (403, "purpose_forbidden")
    with house.database.reading() as session:
        query = sa.select(AuditEvent.data).where(AuditEvent.action == "declaration.refused")
        assert session.scalars(query).one()["purpose"] == "stocks"


def test_an_upload_that_fails_leaves_no_file(
    sign_in: Callable[[str], Web], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    web = sign_in("13800000001")
    path = begin(web)

    def broken(*_: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr(use.jobs, "enqueue", broken)
    data = {"file": (io.BytesIO(b"x"), "x")}
    assert web.call("PUT", f"{path}/evidence/licence", data=data)[0] == 500
    assert [file for file in house.desk.media.root.rglob("*") if file.is_file()] == []
    assert count(house, Evidence) == 0

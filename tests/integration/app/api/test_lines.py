"""A credit line over HTTP, over both databases: applied for, drawn on, confirmed, refused."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.ids import new_id
from storage.blind_index import Indexed
from tests.support.clock import MovableClock
from tests.support.findings import OWNER, another
from tests.support.lending import lend
from tests.support.log import events
from tests.support.watchlist import listed
from tests.support.web import API, DECLARED, SignIn, Web, confirm, onboard

PHONE = "13800000001"
LIMIT = 5_000_000
PAYEE: dict[str, Any] = {
    "name": "样例市鲜蔬批发部",
    "account": "6222020000000000123",
    "amount_fen": 2_000_000,
}
DRAW: dict[str, Any] = {"amount_fen": 2_000_000, "tenor_months": 6, "purpose": "stock_of_goods"}


def opened(web: Web, services: Services) -> str:
    """The path of the line of an owner who applied for it and accepted what was offered."""
    assert onboard(web, services)["decision"] == "approved"
    declaration = web.call("POST", "/declarations", DECLARED)[1]["id"]
    wanted = {"declaration_id": declaration, "amount_fen": LIMIT, "tenor_months": 12}
    status, received = web.call("POST", "/applications", {**wanted, "product": "credit_line"})
    assert (status, received["product"]) == (201, "credit_line")
    lend(services)
    offer = web.call("GET", f"/applications/{received['id']}")[1]["offers"][0]
    voice = confirm(web, services, "offer")
    status, accepted = web.call("POST", f"/offers/{offer['id']}/acceptance", voice)
    assert status == 201, accepted
    lend(services)
    (line,) = web.call("GET", "/lines")[1]["lines"]
    assert (line["annual_rate_bp"], line["limit_fen"]) == (offer["annual_rate_bp"], LIMIT)
    return f"/lines/{line['id']}"


@pytest.fixture
def owner(sign_in: SignIn) -> Web:
    return sign_in(PHONE)


@pytest.fixture
def line(owner: Web, services: Services) -> str:
    return opened(owner, services)


def printed(web: Web, path: str) -> str:
    """The text of a PDF, without blanks."""
    answer = web.client.get(f"{API}{path}", headers=web.headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = pypdfium2.PdfDocument(answer.data)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_a_line_is_drawn_on(owner: Web, services: Services, line: str) -> None:
    status, draw = owner.call("POST", f"{line}/draws", {**DRAW, "payees": [PAYEE]})
    assert (status, draw["state"], draw["confirmed_at"]) == (201, "open", None)
    there = f"/draws/{draw['id']}"
    assert owner.call("GET", there) == (200, draw)
    schedule = owner.call("GET", f"{there}/schedule")[1]
    assert schedule["paid_out_on"] == draw["paid_out_on"]
    assert sum(one["principal_fen"] for one in schedule["instalments"]) == 2_000_000
    assert owner.call("GET", f"{there}/note")[0] == 404
    unconfirmed = owner.call("POST", f"{there}/confirmation", {})
    assert (unconfirmed[0], unconfirmed[1]["code"]) == (403, "owner_unverified")
    status, confirmed = owner.call(
        "POST", f"{there}/confirmation", confirm(owner, services, "draw")
    )
    assert (status, confirmed["state"]) == (201, "confirmed")
    assert owner.call("GET", f"{there}/note")[1]["code"] == "contract_not_ready"
    lend(services)
    note = printed(owner, f"{there}/note")
    view = owner.call("GET", line)[1]
    for said in ("20,000.00", "样例市鲜蔬批发部", "用信凭证", OWNER.name, view["application_id"]):
        assert said in note
    assert PAYEE["account"] not in note
    assert (view["drawn_fen"], view["left_fen"]) == (2_000_000, 3_000_000)
    assert owner.call("GET", f"{line}/draws")[1]["draws"] == [confirmed]
    assert owner.call("POST", f"{line}/closure")[1]["code"] == "line_owed"
    (sealed,) = events(services, Action.DRAW_NOTE_SEALED)
    assert str(sealed.loan_id) == view["application_id"]


def test_the_contract_of_a_line_names_limit_rate_and_last_day(owner: Web, line: str) -> None:
    view = owner.call("GET", line)[1]
    contract = printed(owner, f"/applications/{view['application_id']}/contract")
    year, month, day = map(int, view["valid_until"].split("-"))
    for said in ("循环借款额度合同", "50,000.00", f"{year}年{month}月{day}日", "仅作示例"):
        assert said in contract
    assert "还款计划表》。" not in contract


def test_compliance_reads_the_line_in_the_story(
    owner: Web, staff: SignIn, services: Services, line: str
) -> None:
    owner.call("POST", f"{line}/draws", DRAW)
    Maintenance(services).sequence()
    (opening,) = events(services, Action.LINE_OPENED)
    story = staff("compliance").call("GET", f"/audit/onboardings/{opening.onboarding_id}")[1]
    told = [event["action"] for event in story["events"]]
    assert {"offer.accepted", "line.opened", "contract.sealed", "draw.asked"} <= set(told)


def test_a_key_makes_one_draw(owner: Web, line: str) -> None:
    key = {"Idempotency-Key": "one draw"}
    first = owner.call("POST", f"{line}/draws", DRAW, headers=key)
    assert owner.call("POST", f"{line}/draws", DRAW, headers=key) == first
    other = owner.call("POST", f"{line}/draws", {**DRAW, "amount_fen": 100_000}, headers=key)
    assert other[1]["code"] == "idempotency_key_reused"
    assert owner.call("GET", line)[1]["drawn_fen"] == 2_000_000


def test_draws_at_once_stay_within_the_limit(owner: Web, line: str) -> None:
    callers = [owner.beside() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda web: web.call("POST", f"{line}/draws", DRAW), callers))
    assert sorted(status for status, _ in answers) == [201, 201, 409, 409]
    assert {answer["code"] for status, answer in answers if status == 409} == {"line_exceeded"}
    assert owner.call("GET", line)[1]["left_fen"] == 1_000_000


def test_a_session_without_its_device_draws_nothing(owner: Web, line: str) -> None:
    stolen = Web(owner.client.application.test_client(), dict(owner.headers))
    assert stolen.call("POST", f"{line}/draws", DRAW)[0] == 401


OTHER_FORMS: list[dict[str, Any]] = [
    {"amount_fen": "2000000"},
    {"amount_fen": 2_000_000.0},
    {"amount_fen": True},
    {"amount_fen": -2_000_000},
    {"amount_fen": 0},
    {"amount_fen": 10**13},
    {"amount_fen": None},
    {"tenor_months": 0},
    {"tenor_months": "6"},
    {"repayment": "never"},
    {"purpose": 7},
    {"payees": [{**PAYEE, "account": "IBAN"}]},
    {"payees": [{**PAYEE, "account": None}]},
    {"payees": [{**PAYEE, "amount_fen": 2_000_000.0}]},
    {"line_id": str(new_id())},
]
REFUSALS: list[tuple[dict[str, Any], int, str]] = [
    ({"amount_fen": LIMIT + 1}, 409, "line_exceeded"),
    ({"amount_fen": 99_999}, 422, "amount_outside_limits"),
    ({"tenor_months": 24}, 422, "amount_outside_limits"),
    ({"purpose": "stocks"}, 403, "purpose_forbidden"),
    ({"purpose": "renovation"}, 409, "purpose_not_lent"),
    ({"purpose": "a boat"}, 422, "purpose_unknown"),
    ({"payees": [{**PAYEE, "amount_fen": 1}]}, 422, "payees_mismatch"),
]


def test_what_cannot_be_drawn_says_why(owner: Web, line: str) -> None:
    """One line for all: to open an account takes longer than to be refused."""
    invalid = [(changed, 422, "fields_invalid") for changed in OTHER_FORMS]
    for changed, status, code in (*invalid, *REFUSALS):
        answer = owner.call("POST", f"{line}/draws", {**DRAW, **changed})
        assert (answer[0], answer[1]["code"]) == (status, code), changed
        assert answer[1]["detail"]
    assert owner.call("GET", f"{line}/draws")[1] == {"draws": []}


def test_another_persons_line_is_as_absent_as_none(
    owner: Web, sign_in: SignIn, services: Services, line: str
) -> None:
    draw = owner.call("POST", f"{line}/draws", DRAW)[1]["id"]
    other = sign_in("13900000002")
    onboard(other, services, another(7).findings())
    for method, path, body in (
        ("GET", line, None),
        ("GET", f"{line}/events", None),
        ("GET", f"{line}/draws", None),
        ("POST", f"{line}/draws", DRAW),
        ("POST", f"{line}/closure", None),
        ("GET", f"/draws/{draw}", None),
        ("GET", f"/draws/{draw}/schedule", None),
        ("GET", f"/draws/{draw}/note", None),
        ("POST", f"/draws/{draw}/confirmation", {}),
        ("POST", f"/draws/{draw}/withdrawal", None),
        ("POST", f"/lines/{new_id()}/draws", DRAW),
    ):
        assert other.call(method, path, body)[0] == 404, path
    assert other.call("GET", "/lines")[1] == {"lines": []}


def test_who_is_listed_between_asking_and_confirming_is_not_told_why(
    owner: Web, services: Services, line: str
) -> None:
    draw = owner.call("POST", f"{line}/draws", DRAW)[1]["id"]
    voice = confirm(owner, services, "draw")
    listed(services, Indexed.IDENTITY_NUMBER, OWNER.number)
    status, problem = owner.call("POST", f"/draws/{draw}/confirmation", voice)
    assert (status, problem["code"]) == (403, "not_served")
    assert owner.call("GET", line)[1]["state"] == "frozen"
    assert owner.call("POST", f"{line}/draws", DRAW)[1]["code"] == "not_served"
    assert "list" not in json.dumps(owner.call("GET", line)[1])


def test_an_expired_line_is_over(
    sign_in: SignIn, services: Services, line: str, clock: MovableClock
) -> None:
    clock.advance(timedelta(days=366))
    owner = sign_in(PHONE)
    status, problem = owner.call("POST", f"{line}/draws", DRAW)
    assert (status, problem["code"]) == (409, "line_over")
    Maintenance(services).expire()
    view = owner.call("GET", line)[1]
    assert (view["state"], view["left_fen"]) == ("expired", 0)
    assert owner.call("POST", f"{line}/closure")[1]["code"] == "line_over"


def test_a_line_is_streamed_until_it_ends(owner: Web, line: str) -> None:
    owner.call("POST", f"{line}/draws", DRAW)
    status, closed = owner.call("POST", f"{line}/closure")
    assert (status, closed["state"]) == (201, "closed")
    answer = owner.client.get(f"{API}{line}/events", headers=owner.headers)
    told = io.BytesIO(b"".join(answer.iter_encoded())).read().decode()
    assert "event: line" in told
    assert '"state":"closed"' in told

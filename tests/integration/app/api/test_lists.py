"""Lists over HTTP: compliance proposes, a reviewer confirms, the owner is told nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.services import Services
from storage.blind_index import Indexed
from tests.support.findings import OWNER
from tests.support.watchlist import listed
from tests.support.web import DECLARED, SignIn, Web, onboard

PHONE = "13800000001"
ENTRY: dict[str, Any] = {
    "kind": "phone",
    "value": PHONE,
    "reason": "fraud",
    "source": "police notice 12",
    "valid_until": "2099-12-31",
}


def test_an_entry_from_the_proposal_to_the_removal(
    staff: Callable[[str], Web], sign_in: SignIn, services: Services
) -> None:
    owner = sign_in(PHONE)
    onboard(owner, services)
    compliance, reviewer = staff("compliance"), staff("reviewer")
    status, proposal = compliance.call("POST", "/lists/fraud/entries", ENTRY)
    assert (status, proposal["state"], proposal["change"]) == (201, "waiting", "addition")
    (waiting,) = reviewer.call("GET", "/list-proposals")[1]["proposals"]
    assert (waiting["proposal"], waiting["entry"]["state"]) == (proposal, "proposed")
    verdict = f"/list-proposals/{proposal['id']}/verdict"
    assert reviewer.call("POST", verdict, {"confirmed": True})[1]["code"] == "step_up_required"
    assert compliance.call("POST", verdict, {"confirmed": True})[0] == 403
    (entry,) = compliance.call("GET", "/lists/fraud/entries")[1]["entries"]
    assert PHONE not in str(entry)
    removal = {"entry_id": entry["id"], "reason": "wrong"}
    assert compliance.call("POST", "/list-removals", removal)[0] == 404, "it is not in force"
    status, answer = owner.call("GET", "/lists")
    assert (status, answer["code"]) == (403, "not_allowed")


def test_lists_say_what_they_do(staff: Callable[[str], Web]) -> None:
    lists = {one["code"]: one for one in staff("compliance").call("GET", "/lists")[1]["lists"]}
    assert lists["sanctions"]["effect"] == "refuse"
    assert lists["court"]["effect"] == "review"
    assert all(one["law"] for one in lists.values())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "ship"}, "fields_invalid"),
        ({"value": "123"}, "list_value_invalid"),
        ({"reason": "because"}, "fields_invalid"),
        ({"source": "x"}, "fields_invalid"),
        ({"source": "a\0bcd"}, "fields_invalid"),
        ({"valid_until": "2000-01-01"}, "list_entry_over"),
        ({"valid_until": "tomorrow"}, "fields_invalid"),
        ({"extra": 1}, "fields_invalid"),
    ],
)
def test_a_proposal_is_taken_strictly(
    staff: Callable[[str], Web], changed: dict[str, Any], code: str
) -> None:
    answer = staff("compliance").call("POST", "/lists/fraud/entries", {**ENTRY, **changed})
    assert (answer[0], answer[1]["code"]) == (422, code)


def test_an_unknown_list_is_not_found(staff: Callable[[str], Web]) -> None:
    compliance = staff("compliance")
    assert compliance.call("GET", "/lists/friends/entries")[0] == 404
    assert compliance.call("POST", "/lists/friends/entries", ENTRY)[0] == 404


def test_a_listed_owner_is_not_told_why(sign_in: SignIn, services: Services) -> None:
    owner = sign_in(PHONE)
    onboard(owner, services)
    listed(services, Indexed.IDENTITY_NUMBER, OWNER.number)
    status, problem = owner.call("POST", "/declarations", DECLARED)
    assert (status, problem["code"]) == (403, "not_served")
    assert "list" not in problem["detail"].lower()

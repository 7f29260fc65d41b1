"""Photos of one paper, and names on it, over HTTP and on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.services import Services
from audit.actions import Action
from core.actors import Role
from core.reasons import Reason
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from tests.support.findings import OWNER
from tests.support.jobs import work_off
from tests.support.log import events
from tests.support.takes import card_take, licence_take
from tests.support.web import REQUIRED, SignIn, Web, begin, send

StaffSignIn = Callable[[str], Web]
HIDDEN = licence_take(Reason.GLARE, without=("类型",))
OTHERS_HIDDEN = licence_take(Reason.BLURRED, without=("名称",))


def shown(web: Web, path: str, kind: str) -> dict[str, Any]:
    """The newest piece of a kind, as its owner sees it."""
    status, view = web.call("GET", path)
    assert status == 200
    (piece,) = [one for one in view["evidence"] if one["kind"] == kind]
    return dict(piece)


def photographed(web: Web, services: Services, path: str, finding: Any, content: bytes) -> Any:
    """A photo of the licence, analysed with a finding."""
    status, answer = send(web, path, LICENCE.kind, content)
    assert status == 202, answer
    work_off(services, {LICENCE.kind: finding})
    return shown(web, path, LICENCE.kind)


def test_the_owner_is_asked_for_the_field_that_is_not_read(
    sign_in: SignIn, services: Services
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    first = photographed(web, services, path, HIDDEN, b"one")
    assert first["state"] == "retry"
    assert [(one["field"], one["state"]) for one in first["fields"]] == [("firm_type", "missing")]
    assert first["fields"][0]["advice"].startswith("类型：")
    english = web.saying(**{"Accept-Language": "en"})
    advice = shown(english, path, LICENCE.kind)["fields"][0]["advice"]
    assert advice.startswith("Type: was not found.")
    second = photographed(web, services, path, OTHERS_HIDDEN, b"two")
    assert (second["state"], second["fields"], second["advice"]) == ("accepted", [], [])


def test_another_paper_and_a_contradicting_photo(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    photographed(web, services, path, HIDDEN, b"one")
    foreign = {"统一社会信用代码": "91500103073244823G", "名称": "另一面馆"}
    other = licence_take(Reason.GLARE, without=("经营者",), changed=foreign)
    answer = photographed(web, services, path, other, b"two")
    assert [one["field"] for one in answer["fields"]] == ["principal"]
    changed = licence_take(changed={"类型": "有限责任公司"}, without=("成立日期",))
    assert photographed(web, services, path, licence_take(), b"three")["state"] == "accepted"
    differing = photographed(web, services, path, changed, b"four")
    assert differing["state"] == "review"
    assert [(one["field"], one["state"]) for one in differing["fields"]] == [
        ("firm_type", "differing")
    ]


def test_a_flag_of_the_first_photo_is_not_told_and_not_lost(
    sign_in: SignIn, services: Services, staff: StaffSignIn
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    edited = licence_take(Reason.EDITED, changed={"住所": "北京市东城区某街九号"})
    photographed(web, services, path, edited, b"one")
    clean = photographed(web, services, path, licence_take(), b"two")
    assert clean["state"] == "review"
    assert "edited" not in str(clean)
    for kind in REQUIRED:
        if kind != LICENCE.kind:
            assert send(web, path, kind)[0] == 202
    work_off(services, {**OWNER.findings(), ID_CARD_FRONT.kind: card_take()})
    view = web.call("GET", path)[1]
    assert view["decision"] == "review"
    assert set(view["reasons"]) == {"fields_differ", "other"}
    reviewer = staff(Role.REVIEWER)
    status, case = reviewer.call("POST", f"/reviews/{view['id']}/claim")
    assert status == 201
    assert {"edited", "fields_differ"} <= set(case["reasons"])
    photos = [one for one in case["evidence"] if one["kind"] == LICENCE.kind]
    assert [one["state"] for one in photos] == ["superseded", "review"]
    (doubt,) = case["doubts"]
    assert (doubt["field"], doubt["corrected"]) == ("premises", None)
    assert [one["text"][-2] for one in doubt["readings"]] == ["九", "一"]
    first = doubt["readings"][0]["evidence_id"]
    media = reviewer.call("GET", f"/reviews/{view['id']}/evidence/{first}")
    assert media[0] == 200


def test_two_photos_at_once_leave_one_in_the_slot(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    photographed(web, services, path, HIDDEN, b"one")
    callers = [web.beside(), web.beside()]
    with ThreadPoolExecutor(len(callers)) as pool:
        sent = [
            pool.submit(send, caller, path, LICENCE.kind, content)
            for caller, content in zip(callers, (b"two", b"three"), strict=True)
        ]
        assert {future.result()[0] for future in sent} == {202}
    assert work_off(services, {LICENCE.kind: OTHERS_HIDDEN}) == 1
    assert shown(web, path, LICENCE.kind)["state"] == "accepted"


def test_a_name_is_read_and_corrected_by_its_owner_alone(
    sign_in: SignIn, services: Services, staff: StaffSignIn
) -> None:
    web, stranger = sign_in("13800000001"), sign_in("13800000002")
    path = begin(web)
    doubtful = card_take(Reason.NAME_UNCERTAIN, sure={"姓名": 0.6})
    assert send(web, path, ID_CARD_FRONT.kind)[0] == 202
    work_off(services, {ID_CARD_FRONT.kind: doubtful})
    (field,) = shown(web, path, ID_CARD_FRONT.kind)["fields"]
    assert (field["field"], field["state"]) == ("name", "doubtful")
    assert "更正" in field["advice"]
    body = {"kind": ID_CARD_FRONT.kind, "field": "name", "value": "林之夏"}
    assert stranger.call("POST", f"{path}/corrections", body)[0] == 404
    assert stranger.call("GET", f"{path}/names")[0] == 404
    assert web.call("POST", f"{path}/corrections", {**body, "value": "<b>"})[1]["code"] == (
        "name_invalid"
    )
    assert web.call("POST", f"{path}/corrections", body)[0] == 201
    (name,) = web.call("GET", f"{path}/names")[1]["names"]
    assert (name["read"], name["corrected"]) == ("林知夏", "林之夏")
    opened = [one.data["purpose"] for one in events(services, Action.FACTS_UNSEALED)]
    assert "own_names" in opened
    for kind in REQUIRED:
        if kind != ID_CARD_FRONT.kind:
            assert send(web, path, kind)[0] == 202
    work_off(services, OWNER.findings())
    view = web.call("GET", path)[1]
    assert view["decision"] == "review"
    assert set(view["reasons"]) == {"name_corrected", "name_uncertain"}
    case = staff(Role.REVIEWER).call("POST", f"/reviews/{view['id']}/claim")[1]
    (doubt,) = case["doubts"]
    assert (doubt["field"], doubt["corrected"]) == ("name", "林之夏")
    assert [one["text"] for one in doubt["readings"]] == ["林知夏"]

"""One device for many people, one identity number tried again and again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.services import House
from app.settings import Settings
from kyc.analysis.analyser import Finding
from tests.integration.conftest import Web, admit
from tests.integration.test_onboarding import (
    CARD,
    GOOD,
    LICENCE,
    analyse,
    begin,
    onboard,
    send,
    template,
)

DEVICE = "a-phone-0123456789"
FAILED = Finding(("action_missing",))


@pytest.fixture
def on(client: FlaskClient, settings: Settings) -> Callable[[str, str], Web]:
    """Somebody signed in on a device."""
    return lambda device, phone: admit(client, settings.code_outbox, phone, device=device)


def person(seed: int) -> dict[str, Finding]:
    """Findings of somebody with a number, a business and a face of their own."""
    card = {**CARD, "公民身份号码": ("110101199003074477", "110101199003070011")[seed % 2]}
    licence = {**LICENCE, "统一社会信用代码": f"92110101MA000000{seed:02d}"}
    return {
        "id_card_front": Finding((), card, {"portrait": template(seed)}),
        "licence": Finding((), licence),
        "face_video": Finding((), {}, {"face": template(seed)}),
    }


def test_a_device_that_too_many_people_share_is_seen_by_a_person(
    on: Callable[[str, str], Web], house: House
) -> None:
    owners = [on(DEVICE, f"1380000000{n}") for n in range(4)]
    alone = on("another-phone-0123", "13800000007")
    assert onboard(alone, house, **person(2))["decision"] == "approved"
    assert onboard(owners[0], house, **person(3))["decision"] == "review"


def test_failures_in_a_row_pause_the_device_and_not_the_number(
    on: Callable[[str, str], Web], house: House
) -> None:
    first = on(DEVICE, "13800000001")
    second = on(DEVICE, "13800000002")
    path = begin(first)
    for attempt in range(house.desk.policy.onboarding.pause.failures):
        kind = ("licence", "id_card_front")[attempt % 2]
        assert send(first, path, kind, bytes([attempt]))[0] == 202
        analyse(house, {kind: Finding(("blurred",))})
    assert send(second, begin(second), "licence")[1]["code"] == "paused"
    elsewhere = on("another-phone-0123", "13800000003")
    assert send(elsewhere, begin(elsewhere), "licence")[0] == 202


def test_a_number_under_which_faces_failed_again_and_again_is_seen_by_a_person(
    sign_in: Callable[[str], Web], house: House
) -> None:
    for thief in range(3):
        web = sign_in(f"1380000001{thief}")
        path = begin(web)
        send(web, path, "id_card_front")
        analyse(house, GOOD)
        for attempt in range(3):
            send(web, path, "face_video", bytes([thief, attempt]))
            analyse(house, {"face_video": FAILED})
        assert web.call("GET", path)[1]["decision"] == "declined"
    view = onboard(sign_in("13800000001"), house)
    assert (view["decision"], view["reasons"]) == ("review", ["other"])

"""The minute over HTTP, from the first code to the accepted offer, on both databases."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from app.services import Services
from app.settings import Settings
from core.reasons import Reason
from kyc.evidence.types import FACE_VIDEO, LICENCE
from kyc.policy import OnboardingPolicy
from kyc.verification.states import Means
from tests.support.clock import MovableClock
from tests.support.findings import ACTION_MISSING, BLURRED, OWNER, Person
from tests.support.jobs import work_off
from tests.support.lending import lend
from tests.support.polling import soon
from tests.support.web import (
    DECLARED,
    REQUIRED,
    SignIn,
    Web,
    begin,
    confirm,
    offer,
    onboard,
    send,
    sent_code,
)


def test_an_owner_who_is_who_they_say(sign_in: SignIn, services: Services) -> None:
    web, stranger = sign_in("13800000001"), sign_in("13800000002")
    view = onboard(web, services)
    assert (view["state"], view["decision"], view["reasons"]) == ("decided", "approved", [])
    status, made = web.call("POST", "/declarations", DECLARED)
    assert status == 201
    wanted = {"declaration_id": made["id"], "amount_fen": 5_000_000, "tenor_months": 12}
    status, applied = web.call("POST", "/applications", wanted)
    assert (status, applied["state"]) == (201, "received")
    lend(services)
    assert "score" not in json.dumps(applied)
    decided = web.call("GET", f"/applications/{applied['id']}")[1]
    assert decided["state"] == "offered"
    assert stranger.call("GET", f"/applications/{applied['id']}")[0] == 404
    assert stranger.call("POST", "/declarations", DECLARED)[1]["code"] == "identity_not_verified"


def test_who_applies_may_wait_for_the_decision(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    onboard(web, services)
    declared = web.call("POST", "/declarations", DECLARED)[1]["id"]
    wanted = {"declaration_id": declared, "amount_fen": 5_000_000, "tenor_months": 12}
    sent = {"Idempotency-Key": "one application", "Prefer": "wait=20"}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(web.call, "POST", "/applications", wanted, headers=sent)
        assert soon(lambda: lend(services) == 1)
        status, decided = waiting.result(timeout=20)
    assert (status, decided["state"]) == (201, "offered")
    assert decided["offers"]
    again = web.call("POST", "/applications", wanted, headers=sent)[1]
    assert (again["id"], again["state"]) == (decided["id"], "offered")
    impatient = {**sent, "Prefer": "wait=0"}
    received = web.call("POST", "/applications", wanted, headers=impatient)[1]
    assert (received["id"], received["state"]) == (decided["id"], "received")


def test_an_unclear_declaration_is_asked_about(sign_in: SignIn, services: Services) -> None:
    web, stranger = sign_in("13800000001"), sign_in("13800000002")
    onboard(web, services)
    declared = web.call("POST", "/declarations", {**DECLARED, "role": "partner"})[1]["id"]
    wanted = {"declaration_id": declared, "amount_fen": 5_000_000, "tenor_months": 12}
    path = f"/applications/{web.call('POST', '/applications', wanted)[1]['id']}"
    lend(services)
    view = web.saying(**{"Accept-Language": "en"}).call("GET", path)[1]
    assert view["state"] == "asking"
    assert view["question"]["text"].startswith("The licence has one owner")
    family = next(a for a in view["question"]["answers"] if a["code"] == "family_business")
    assert family["text"] == "I run it with my family"
    answer = f"{path}/answer"
    assert stranger.call("POST", answer, {"answer": family["code"]})[0] == 404
    assert web.call("POST", answer, {"answer": "yes"})[1]["code"] == "answer_unknown"
    assert web.call("POST", answer, {"answer": family["code"]})[0] == 201
    assert web.call("POST", answer, {"answer": family["code"]})[1]["code"] == "nothing_asked"
    lend(services)
    decided = web.call("GET", path)[1]
    assert (decided["state"], decided["question"]) == ("offered", None)


def test_an_offer_is_accepted_by_the_owners_face(sign_in: SignIn, services: Services) -> None:
    web = sign_in("13800000001")
    acceptance = f"/offers/{offer(web, services)['offers'][0]['id']}/acceptance"
    asked = web.call("POST", "/me/verifications", {"purpose": "offer", "means": "face"})[1]
    assert asked["digits"] is None
    assert {"action", "at", "until"} == asked["asked"]["cues"][0].keys()
    assert web.call("POST", acceptance, {"verification_id": asked["id"]})[0] == 403
    confirmed = confirm(web, services, "offer", Means.FACE)
    assert web.call("POST", acceptance, confirmed)[0] == 201


def test_an_offer_is_accepted_by_the_owners_voice_and_once(
    sign_in: SignIn, services: Services
) -> None:
    web = sign_in("13800000001")
    acceptance = f"/offers/{offer(web, services)['offers'][0]['id']}/acceptance"
    assert web.call("POST", acceptance, {})[1]["code"] == "owner_unverified"
    other_purpose = confirm(web, services, "phone")
    assert web.call("POST", acceptance, other_purpose)[1]["code"] == "owner_unverified"
    confirmed = confirm(web, services, "offer")
    assert web.call("POST", acceptance, confirmed)[0] == 201
    assert web.call("POST", acceptance, confirmed)[1]["code"] == "offer_unavailable"


def test_another_face_is_declined_and_told_no_number(sign_in: SignIn, services: Services) -> None:
    findings = {**OWNER.findings(), FACE_VIDEO.kind: Person(seed=2).face_video()}
    view = onboard(sign_in("13800000001"), services, findings)
    assert (view["decision"], view["reasons"]) == ("declined", ["face_mismatch"])
    assert "llr" not in json.dumps(view)


def test_what_goes_to_a_person_comes_with_advice(sign_in: SignIn, services: Services) -> None:
    lapsed = Person(principal="别人").licence(Reason.LICENCE_EXPIRED)
    view = onboard(sign_in("13800000001"), services, {**OWNER.findings(), LICENCE.kind: lapsed})
    assert view["decision"] == "review"
    assert set(view["reasons"]) == {"licence_expired", "principal_differs"}
    assert len(view["advice"]) == 2


def test_whoever_is_known_already_is_told_nothing_of_it(
    sign_in: SignIn, services: Services
) -> None:
    onboard(sign_in("13800000001"), services)
    view = onboard(sign_in("13800000002"), services)
    assert (view["decision"], view["reasons"]) == ("review", ["other"])


def test_a_blurred_photo_comes_back_with_advice_and_can_be_replaced(
    sign_in: SignIn, services: Services
) -> None:
    web = sign_in("13800000001").saying(**{"Accept-Language": "en"})
    path = begin(web)
    send(web, path, LICENCE.kind)
    work_off(services, {LICENCE.kind: BLURRED})
    view = web.call("GET", path)[1]
    assert view["evidence"][0]["state"] == "retry"
    assert "focus" in view["evidence"][0]["advice"][0]
    assert LICENCE.kind in view["missing"]
    for kind in REQUIRED:
        send(web, path, kind, f"second {kind}".encode())
    work_off(services)
    assert web.call("GET", path)[1]["decision"] == "approved"


def test_what_is_over_is_closed(sign_in: SignIn, services: Services, clock: MovableClock) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    for attempt in range(3):
        assert send(web, path, FACE_VIDEO.kind, bytes([attempt]))[0] == 202
        work_off(services, {FACE_VIDEO.kind: ACTION_MISSING})
    view = web.call("GET", path)[1]
    assert view["decision"] == "declined"
    assert "liveness_attempts_used" in view["reasons"]
    assert send(web, path, LICENCE.kind)[1]["code"] == "onboarding_closed"
    again = begin(web)
    assert again != path
    minutes = services.parts.policy.section(OnboardingPolicy).expires_min
    clock.advance(timedelta(minutes=minutes))
    fresh = sign_in("13800000001")
    assert send(fresh, again, LICENCE.kind)[1]["code"] == "onboarding_closed"


def test_challenges_are_for_once_and_for_their_owner(sign_in: SignIn) -> None:
    web, other = sign_in("13800000001"), sign_in("13800000002")
    path, others = begin(web), begin(other)
    _, drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})

    def answer(caller: Web, place: str, content: bytes = b"v") -> tuple[int, Any]:
        data = {"file": (io.BytesIO(content), "v"), "challenge_id": drawn["id"]}
        headers = {"Prefer": "wait=0"}
        return caller.call("PUT", f"{place}/evidence/face_video", data=data, headers=headers)

    assert answer(other, others)[1]["code"] == "challenge_unusable"
    assert answer(other, path)[0] == 404
    _, first = answer(web, path)
    _, sent_again = answer(web, path)  # a phone that never heard the answer
    assert sent_again["evidence"] == first["evidence"]
    assert answer(web, path, b"another")[1]["code"] == "challenge_unusable"
    codes = [web.call("POST", f"{path}/challenges", {"kind": "face"})[0] for _ in range(6)]
    assert codes[-1] == 429


def test_without_consent_nothing_is_accepted(sign_in: SignIn) -> None:
    web = sign_in("13800000001")
    path = f"/onboardings/{web.call('POST', '/onboardings')[1]['id']}"
    assert send(web, path, LICENCE.kind)[1]["code"] == "consent_missing"
    refused = web.call("POST", f"{path}/challenges", {"kind": "face"})
    assert (refused[0], refused[1]["code"]) == (403, "consent_missing")
    old = {"kind": "terms", "version": "2020-01"}
    assert web.call("POST", f"{path}/consents", old)[1]["code"] == "consent_outdated"


def test_a_pause_says_when_to_come_again(
    sign_in: SignIn, services: Services, clock: MovableClock
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    answers = []
    for kind in ("licence", "id_card_back"):
        for attempt in range(3):
            answers.append(send(web, path, kind, f"{kind} {attempt}".encode()))
            work_off(services, {kind: BLURRED})
    assert (answers[-1][0], answers[-1][1]["code"]) == (429, "paused")
    clock.advance(seconds=31)
    assert send(web, path, LICENCE.kind, b"sharp")[0] == 202


def test_an_account_moves_to_another_number_by_code_and_voice(
    sign_in: SignIn, services: Services, settings: Settings, clock: MovableClock
) -> None:
    web, elsewhere = sign_in("13800000001"), sign_in("13800000001")
    sign_in("13800000002")
    path = f"/onboardings/{onboard(web, services)['id']}"
    confirmed = confirm(web, services, "phone")

    def change(phone: str, code: str | None = None, **claim: str) -> tuple[int, Any]:
        attempt = web.call("POST", "/auth/codes", {"phone": phone})[1]["attempt"]
        sent = {"attempt": attempt, "code": code or sent_code(settings)}
        body = {"phone": phone, **sent, **claim}
        return web.call("PUT", "/me/phone", body)

    assert change("13900000009")[1]["code"] == "owner_unverified"
    assert change("13900000009", "000000", **confirmed)[1]["code"] == "code_wrong"
    assert change("13800000002", **confirmed)[1]["code"] == "phone_taken"
    status, tokens = change("13900000009", **confirmed)
    assert status == 200
    assert elsewhere.call("GET", path)[1]["code"] == "token_invalid"
    moved = web.holding(tokens["access"], web.device)
    assert change("13900000010", **confirmed)[1]["code"] == "owner_unverified"
    view = moved.call("GET", path)[1]
    clock.advance(seconds=3600)  # the hour's codes of this number are used
    assert sign_in("13900000009").call("GET", path)[1] == view
    assert sign_in("13800000001").call("GET", path)[0] == 404

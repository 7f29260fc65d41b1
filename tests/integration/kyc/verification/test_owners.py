"""Owners who confirm with their voice, over HTTP and both databases; findings are given."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.services import House
from app.settings import Settings
from access.models import RefreshToken
from kyc.analysis.analyser import Finding
from kyc.onboarding.models import Call, Onboarding
from storage.database import utc_now
from tests.integration.conftest import Web
from tests.integration.test_calls import KNOWN, judge
from tests.integration.test_onboarding import onboard

SignIn = Callable[[str], Web]


def offered(web: Web, house: House) -> str:
    """An owner with an account and an offer; the path of its acceptance."""
    assert onboard(web, house)["decision"] == "approved"
    made = web.call("POST", "/declarations", {"occupation": "catering", "purpose": "equipment"})[1]
    wanted = {"declaration_id": made["id"], "amount_fen": 5_000_000, "tenor_months": 12}
    return f"/offers/{web.call('POST', '/applications', wanted)[1]['offer']['id']}/acceptance"


def confirm(web: Web, house: House, purpose: str, finding: Finding = KNOWN) -> dict[str, Any]:
    """The claim of an owner who read what was asked, judged as a worker would."""
    status, asked = web.call("POST", "/me/verifications", {"purpose": purpose})
    assert (status, asked["state"], len(asked["digits"])) == (201, "asked", 6)
    path = f"/me/verifications/{asked['id']}"
    data = {"file": (io.BytesIO(asked["id"].encode()), "voice.wav")}
    assert web.call("PUT", f"{path}/recording", data=data)[1]["state"] == "analysing"
    judge(house, finding)
    view: dict[str, Any] = web.call("GET", path)[1]
    return {"verification_id": view["id"]}


def test_an_offer_is_taken_by_the_owners_voice_and_once(sign_in: SignIn, house: House) -> None:
    web = sign_in("13800000001")
    acceptance = offered(web, house)
    assert web.call("POST", acceptance, {})[1]["code"] == "voice_unverified"
    for doubt in ("voice_uncertain", "voice_differs"):
        outcome = "unsure" if doubt == "voice_uncertain" else "rejected"
        finding = Finding((doubt,), measurements={"outcome": outcome})
        unknown = confirm(web, house, "offer", finding)
        assert web.call("POST", acceptance, unknown)[1]["code"] == "voice_unverified"
    for_another_purpose = confirm(web, house, "phone")
    assert web.call("POST", acceptance, for_another_purpose)[1]["code"] == "voice_unverified"
    confirmed = confirm(web, house, "offer")
    assert web.call("POST", acceptance, confirmed)[0] == 201
    assert web.call("POST", acceptance, confirmed)[1]["code"] == "offer_unavailable"
    assert web.call("POST", "/me/verifications", {"purpose": "offer"})[1]["code"] == "calls_used"


def test_a_confirmation_is_soon_over_and_nobody_elses(
    sign_in: SignIn, staff: Callable[[str], Web], house: House
) -> None:
    web, stranger = sign_in("13800000001"), sign_in("13800000002")
    acceptance = offered(web, house)
    confirmed = confirm(web, house, "offer")
    path = f"/me/verifications/{confirmed['verification_id']}"
    assert stranger.call("GET", path)[0] == 404
    assert stranger.call("POST", acceptance, confirmed)[0] == 404
    account = staff("agent").call("GET", "/accounts?phone=13800000001")[1]["accounts"][0]["id"]
    asked_by_owner = f"/accounts/{account}/calls/{confirmed['verification_id']}"
    assert staff("admin").call("GET", asked_by_owner)[0] == 404
    with house.database.transaction() as session:
        row = session.get_one(Call, UUID(confirmed["verification_id"]))
        row.done_at = utc_now() - timedelta(seconds=house.desk.policy.voice.verified_s + 1)
    assert web.call("POST", acceptance, confirmed)[1]["code"] == "voice_unverified"


def test_withdrawing_consent_does_not_open_the_lock(sign_in: SignIn, house: House) -> None:
    web = sign_in("13800000001")
    acceptance = offered(web, house)
    consent = f"/onboardings/{_approved(house)}/consents/biometric"
    assert web.call("DELETE", consent)[0] == 200
    assert web.call("POST", "/me/verifications", {"purpose": "offer"})[1]["code"] == "voice_unknown"
    assert web.call("POST", acceptance, {})[1]["code"] == "voice_unverified"


def test_an_account_moves_to_another_number_by_code_and_voice(
    sign_in: SignIn, house: House, settings: Settings
) -> None:
    web = sign_in("13800000001")
    sign_in("13800000002")
    onboard(web, house)
    confirmed = confirm(web, house, "phone")

    def change(phone: str, code: str | None = None, **claim: str) -> tuple[int, Any]:
        web.call("POST", "/auth/codes", {"phone": phone})
        assert settings.code_outbox is not None
        sent = settings.code_outbox.read_text().splitlines()[-1][-8:-2]
        body = {"phone": phone, "code": code or sent, **claim}
        return web.call("PUT", "/me/phone", body)

    assert change("13900000009")[1]["code"] == "voice_unverified"
    assert change("13900000009", "000000", **confirmed)[1]["code"] == "code_wrong"
    assert change("13800000002", **confirmed)[1]["code"] == "phone_taken"
    status, tokens = change("13900000009", **confirmed)
    assert status == 200
    with house.database.reading() as session:
        revoked = list(session.scalars(sa.select(RefreshToken.revoked_at.is_not(None))))
    assert sorted(revoked) == [False, False, True]  # the new one's, and the other applicant's
    moved = Web(web.client, {"Authorization": f"Bearer {tokens['access']}"})
    assert change("13900000010", **confirmed)[1]["code"] == "voice_unverified"
    again = sign_in("13900000009")
    path = f"/onboardings/{_approved(house)}"
    assert moved.call("GET", path)[1] == again.call("GET", path)[1]
    assert sign_in("13800000001").call("GET", path)[0] == 404


def _approved(house: House) -> UUID:
    with house.database.reading() as session:
        return session.scalars(
            sa.select(Onboarding.id).where(Onboarding.decision == "approved")
        ).one()

"""The owner's own account over HTTP: read, exported, closed; the latter two with a fresh code."""

from __future__ import annotations

import io
import zipfile

from app.services import Services
from app.settings import Settings
from kyc.policy import OnboardingPolicy
from tests.support.web import API, SignIn, Web, begin, onboard, sent_code

PHONE = "13800000001"


def with_code(web: Web, settings: Settings) -> Web:
    status, asked = web.call("POST", "/auth/codes", {"phone": PHONE})
    assert status == 202
    proof = {"Sign-In-Attempt": asked["attempt"], "One-Time-Code": sent_code(settings)}
    return web.saying(**proof)


def test_the_own_account_is_masked(sign_in: SignIn, services: Services) -> None:
    web = sign_in(PHONE)
    onboard(web, services)
    status, body = web.call("GET", "/me")
    assert status == 200
    assert body["phone"] == "138****0001"
    assert body["name"] == "林**"
    assert {consent["kind"] for consent in body["consents"]} == {"terms", "biometric"}


def test_an_export_needs_a_fresh_code_and_is_a_zip(
    sign_in: SignIn, services: Services, settings: Settings
) -> None:
    web = sign_in(PHONE)
    onboard(web, services)
    assert web.call("GET", "/me/export")[1]["code"] == "code_missing"
    headers = with_code(web, settings).headers
    answer = web.client.get(f"{API}/me/export", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    required = services.parts.policy.section(OnboardingPolicy).required
    sent = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(sent) == len(required)
    assert archive.testzip() is None
    assert web.client.get(f"{API}/me/export", headers=headers).status_code == 401, "once"


def test_an_account_that_is_closed_opens_nothing_any_more(
    sign_in: SignIn, settings: Settings
) -> None:
    web = sign_in(PHONE)
    begin(web)
    assert web.call("DELETE", "/me")[1]["code"] == "code_missing"
    status, body = with_code(web, settings).call("DELETE", "/me")
    assert (status, body["erased"]) == (200, True)
    assert web.call("GET", "/me")[0] == 401
    assert sign_in(PHONE).call("GET", "/me")[1]["consents"] == [], "another account"

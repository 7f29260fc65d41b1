"""The sandbox: its guide, run as it stands, against a real server with its engines."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.integrators import SandboxUnusable
from app.serve import base_url, free_port
from app.settings import ROOT, Settings
from demo.sandbox.people import CODE, PEOPLE
from demo.sandbox.web import sandbox_gateway
from demo.server import Server, client_of, started_server
from tests.support.chromium import running_browser

pytestmark = pytest.mark.timeout(900)  # on two cores that may have other work
GUIDE = ROOT / "docs/integrate.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OWNER = "13800000001"


@pytest.fixture(scope="module")
def server(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sandbox")
    settings = Settings(sandbox=True, var=folder / "var", models=models, port=free_port())
    with started_server(settings, folder / "log") as started:
        started.await_ready()
        yield started


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    with client_of(server.settings) as client:
        yield client


@pytest.mark.parametrize("phone", PEOPLE)
def test_the_guide_ends_as_is_said_of_each_number(
    server: Server, tmp_path: Path, phone: str
) -> None:
    script = "\n".join(BLOCK.findall(GUIDE.read_text("utf-8")))
    named = {"KAIHU": base_url(server.settings), "PHONE": phone, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={"PATH": "/usr/bin:/bin", **named},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    views = [path.read_text("utf-8") for path in tmp_path.glob("*/view.json")]
    expected = PEOPLE[phone]
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{expected.decision}\n"), views
    reasons = json.loads(views[0])["reasons"]
    # Two numbers share a face: whoever comes second is also told of something "other".
    assert [one for one in reasons if one != "other"] == [*expected.reasons], views


@pytest.mark.parametrize("path", ["/api/v1/meta", "/capture", "/sandbox", "/sandbox/no", "/no"])
def test_every_answer_says_that_it_is_a_sandboxs(server: Server, path: str) -> None:
    assert (
        httpx.get(base_url(server.settings) + path, trust_env=False).headers["Kaihu-Sandbox"] == "1"
    )


def test_only_test_numbers_have_the_fixed_code(server: Server, web: httpx.Client) -> None:
    def answer(phone: str) -> str:
        attempt = web.post("/auth/codes", json={"phone": phone}).json()["attempt"]
        form = {"method": "POST", "url": f"{base_url(server.settings)}/api/v1/auth/tokens"}
        proof = web.post(f"{base_url(server.settings)}/sandbox/proofs", data=form).text
        body = {"attempt": attempt, "phone": phone, "code": CODE}
        signed_in = web.post("/auth/tokens", json=body, headers={"DPoP": proof})
        return str(signed_in.json().get("code", "in"))

    assert {answer(phone) for phone in PEOPLE} == {"in"}
    assert answer("13900000001") == "code_wrong"


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("videos", {}),
        ("videos", {"asked": {"cues": []}}),
        ("videos", {"asked": {"cues": [{"action": "fly", "at": 0.8, "until": 2.0}]}}),
        ("videos", {"asked": {"cues": [{"action": "look_up", "at": 0.8, "until": 3600}]}}),
        ("recordings", {}),
        ("recordings", {"digits": ""}),
        ("recordings", {"asked": {"first": "1234"}}),
    ],
)
def test_nothing_is_recorded_that_nobody_asks(
    server: Server, web: httpx.Client, made: str, asked: dict[str, object]
) -> None:
    refused = web.post(f"{base_url(server.settings)}/sandbox/people/{OWNER}/{made}", json=asked)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


def test_strangers_have_no_papers(server: Server, web: httpx.Client) -> None:
    for phone, kind in ((OWNER, "passport"), ("13900000001", "licence"), ("..", "licence")):
        address = f"{base_url(server.settings)}/sandbox/people/{phone}/papers/{kind}"
        assert web.get(address).status_code == 404


def test_the_page_says_that_it_is_a_sandboxs(server: Server) -> None:
    with running_browser() as browser:
        page = browser.new_page(locale="en")
        page.goto(f"{base_url(server.settings)}/capture")
        page.wait_for_selector("#sandbox:not([hidden])")
        assert page.inner_text("#sandbox").startswith("Sandbox")


def test_a_sandbox_is_served_where_it_was_asked_for_alone(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnusable, match="KAIHU_SANDBOX=1"):
        sandbox_gateway(Settings(var=tmp_path))

"""The capture page in a real browser, against a real server with its engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from app.serve import free_port
from app.settings import Settings
from demo.applicant import DemoApplicant
from demo.browser import Watched, open_page, put_before
from demo.material import Material, load_material
from demo.personas import NOODLES, OWNER, applicant_of
from demo.phone import newest_code
from demo.server import Server, started_server
from tests.support.chromium import running_browser

pytestmark = pytest.mark.timeout(1800)  # on two cores that may have other work
STEP_MS = 30_000
ENGINES_MS = 400_000
PAPERS = ("id_card_front", "id_card_back", "licence")
TRIES = 3
SPOKEN = """new Promise((resolve) => {
  const look = () => (window.spoken ? window.spoken.then(resolve) : setTimeout(look, 50));
  look();
})"""  # the content policy lets Playwright's own `wait_for_function` evaluate nothing


@pytest.fixture(scope="module")
def server(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("capture")
    settings = Settings(
        var=folder / "var", models=models, port=free_port(), code_outbox=folder / "codes.jsonl"
    )
    with started_server(settings, folder / "log") as started:
        started.await_ready()
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture(scope="module")
def material(server: Server) -> Material:
    return load_material(server.settings)


def origin_of(server: Server) -> str:
    return f"http://127.0.0.1:{server.settings.port}"


def visit(browser: Browser, server: Server, who: DemoApplicant, material: Material) -> Watched:
    watched = open_page(browser, origin_of(server))
    watched.page.set_default_timeout(STEP_MS)
    put_before(watched.page, who, material.speaker)
    watched.page.goto(f"{origin_of(server)}/")
    return watched


def sign_in(page: Page, server: Server, number: str) -> None:
    page.fill("#phone", number)
    page.press("#phone", "Enter")
    page.wait_for_selector("#code-form:not([hidden])")
    page.fill("#code", newest_code(server.settings.codes, number))
    page.press("#code", "Enter")


def consent(page: Page) -> None:
    page.check("[name=terms]")
    page.check("[name=biometric]")
    page.click("#consent-form .button.main")


def send_papers(page: Page, who: DemoApplicant) -> None:
    for kind, photo in who.photos.by_kind().items():
        slot = page.locator(f"[data-kind={kind}]")
        expect(slot).to_have_attribute("data-state", "open")
        file = FilePayload(name=f"{kind}.jpg", mimeType="image/jpeg", buffer=photo)
        page.set_input_files("#paper-file", files=[file])
        expect(slot).not_to_have_attribute("data-state", "open")


def read_digits(page: Page) -> None:
    page.evaluate("window.spoken = undefined")
    page.click("#digits-start")
    page.wait_for_selector("#digits-live:not([hidden])")
    page.evaluate(SPOKEN)
    if page.is_visible("#digits-next"):
        page.click("#digits-next")
    page.click("#digits-done")


def film_face(page: Page) -> None:
    page.click("#face-open")
    page.click("#face-begin")
    page.wait_for_selector("#step-result:not([hidden])", timeout=ENGINES_MS)


def go_through(page: Page, server: Server, who: DemoApplicant) -> str:
    """The whole minute: what became of it. What is sent back is done again, as its owner would."""
    sign_in(page, server, who.phone_number)
    consent(page)
    send_papers(page, who)
    read_digits(page)
    film_face(page)
    for _ in range(TRIES):
        expect(page.locator("#slots")).not_to_contain_text(
            re.compile("正在上传|正在核验"), timeout=ENGINES_MS
        )
        again = page.locator("#again-face_video, #again-voice_clip")
        if again.count() == 0:
            break
        print(page.inner_text("#slots"))
        again.first.click()
        read_digits(page) if page.is_visible("#step-digits") else film_face(page)
        page.wait_for_selector("#step-result:not([hidden])")
    return page.inner_text("#result-title")


def test_an_owner_opens_an_account_and_takes_a_loan(
    browser: Browser, server: Server, material: Material
) -> None:
    who = applicant_of(material, OWNER, NOODLES, material.owner, 1)
    watched = visit(browser, server, who, material)
    page = watched.page
    assert go_through(page, server, who) == "开户成功"
    take_loan(page)
    assert watched.complaints == []
    assert watched.strangers == []


def test_a_stranger_with_the_owners_card_is_refused(
    browser: Browser, server: Server, material: Material
) -> None:
    who = applicant_of(material, OWNER, NOODLES, material.stranger, 2)
    watched = visit(browser, server, who, material)
    assert go_through(watched.page, server, who) == "这次没有通过"
    assert watched.page.locator("#result-advice li").count() > 0
    assert watched.complaints == []


def take_loan(page: Page) -> None:
    page.click("#result-go")
    page.check("#wish-purpose input[value=stock_of_goods]")
    page.check("#wish-amount input[value='8000000']")
    page.check("#wish-tenor input[value='12']")
    page.select_option("#wish-role", "owner")
    page.select_option("#wish-industry", "62")
    page.select_option("#wish-occupation", "10600")
    page.check("#wish-promised")
    page.click("#wish-form .button.main")
    page.wait_for_selector("#offers-form:not([hidden])", timeout=ENGINES_MS)
    assert 1 <= page.locator("#offers-list .offer").count() <= 3
    page.click("#offers-show")
    page.wait_for_selector("#offers-plan-box:not([hidden])")
    assert page.locator("#offers-plan tr").count() == 12
    page.click("#offers-form .button.main")
    confirm_by_voice(page)
    with page.expect_download() as download:
        page.click("#offers-contract")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def confirm_by_voice(page: Page) -> None:
    """Read the digits, again where the page asks for it, until the contract is there."""
    contract = page.locator("#offers-contract:visible")
    for _ in range(TRIES):
        read_digits(page)
        expect(contract.or_(page.locator("#digits-start:visible"))).to_be_visible(
            timeout=ENGINES_MS
        )
        if contract.is_visible():
            break
        print(page.inner_text("#alert"))
    expect(contract).to_be_visible()

"""The capture page in a real browser, against a real server with its engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Response, expect

from app.serve import base_url, free_port
from app.settings import Settings
from demo.actor import FRAMES_A_SECOND, ClipActor
from demo.applicant import DemoApplicant
from demo.browser import Watched, open_page, stand_in_for_camera
from demo.material import Material, load_material
from demo.page_steps import consent, fill_declaration, read_digits, sign_in
from demo.personas import NOODLES, OWNER, applicant_of
from demo.server import Server, started_server
from demo.speaker import DigitSpeaker
from kyc.analysis.challenges import ChallengeKind, stored_challenge
from kyc.liveness.challenge import FaceChallenge
from tests.support.camera_files import with_rests, write_camera, write_microphone
from tests.support.chromium import running_browser

pytestmark = [pytest.mark.alone, pytest.mark.timeout(1800)]
STEP_MS = 30_000
ENGINES_MS = 400_000
H264, VP8, MP4 = "video/x-matroska;codecs=avc1", "video/webm;codecs=vp8", "video/mp4"
LEAD_S = 5  # of a camera's file before the face acts
TAIL_S = 4  # after it has acted
BEFORE_RECORDING_S = 1.4  # the page counts pictures for a second, then the recorder starts
OPENED = """(() => {
  const really = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await really(wanted);
    window.opened = performance.now();
    return stream;
  };
})()"""
ABLE = """(() => {
  const really = MediaRecorder.isTypeSupported.bind(MediaRecorder);
  MediaRecorder.isTypeSupported = (type) => /%s/.test(type) && really(type);
})()"""
BEGIN_AFTER = """(ms) => {
  const press = () => document.getElementById("face-begin").click();
  setTimeout(press, window.opened + ms - performance.now());
}"""
WITHDRAW = """(async () => {
  const main = document.querySelector("script[type=module]").src;
  const { call } = await import(new URL("api.js", main));
  const { consents } = await call("GET", "/me");
  const { onboarding_id } = consents.find((one) => one.kind === "biometric");
  await call("DELETE", `/onboardings/${onboarding_id}/consents/biometric`);
})()"""
TRIES = 3
MAX_STEPS = 16  # each piece once, and some of them again
STEPS = "#step-paper:visible, #step-digits:visible, #step-face:visible, #step-result:visible"
PAPERS = {"id_card_front": "人像面", "id_card_back": "国徽面", "licence": "营业执照"}


@pytest.fixture(scope="module")
def server(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("capture")
    settings = Settings(
        var=folder / "var", models=models, port=free_port(), code_outbox=folder / "codes.jsonl"
    )
    with started_server(settings, folder / "log") as started:
        started.await_ready()
        yield started


@dataclass(frozen=True)
class Devices:
    """Files that Chromium opens as its camera and microphone, each time that a page asks for one.

    Pages that have a stand-in for `getUserMedia` never ask Chromium.
    """

    face: Path
    voice: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        return (
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={self.face}",
            f"--use-file-for-fake-audio-capture={self.voice}",
        )


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> Devices:
    folder = tmp_path_factory.mktemp("devices")
    return Devices(folder / "face.y4m", folder / "voice.wav")


@pytest.fixture(scope="module")
def browser(devices: Devices) -> Iterator[Browser]:
    with running_browser(*devices.arguments) as running:
        yield running


@pytest.fixture(scope="module")
def material(server: Server) -> Material:
    return load_material(server.settings)


def draws(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/challenges")


def visit(
    browser: Browser, server: Server, who: DemoApplicant, material: Material, script: str = ""
) -> Watched:
    watched = open_page(browser, base_url(server.settings))
    watched.page.set_default_timeout(STEP_MS)
    stand_in_for_camera(watched.page, who, material.speaker)
    if script:
        watched.page.add_init_script(script)
    watched.page.goto(f"{base_url(server.settings)}/")
    return watched


def somebody(material: Material, number: int) -> DemoApplicant:
    """An honest owner with the owner's face, and papers of their own."""
    person = replace(OWNER, serial=number)
    business = replace(NOODLES, serial=1_000_000 + number)
    return applicant_of(material, person, business, material.owner, number)


def send_paper(page: Page, who: DemoApplicant) -> None:
    """The photo of whichever paper the page asks for."""
    title = page.inner_text("#paper-title")
    (kind,) = [kind for kind, words in PAPERS.items() if words in title]
    photo = who.photos.by_kind()[kind]
    file = FilePayload(name=f"{kind}.jpg", mimeType="image/jpeg", buffer=photo)
    page.set_input_files("#paper-file", files=[file])
    expect(page.locator("#paper-title:visible", has_text=title)).to_have_count(0)


def film_face(page: Page) -> None:
    page.click("#face-open")
    for _ in range(TRIES):
        page.click("#face-begin")
        if is_filmed(page):
            break


def is_filmed(page: Page) -> bool:
    """Wait for the next step; False where the page stays and says why (a camera too slow)."""
    alert = page.locator("main:has(#step-face:visible) #alert:visible")
    gone = page.locator(STEPS).and_(page.locator(":not(#step-face)"))
    expect(gone.or_(alert)).to_have_count(1, timeout=ENGINES_MS)
    if alert.count():
        print(page.inner_text("#alert"))
    return gone.count() == 1


def go_through(
    page: Page,
    server: Server,
    who: DemoApplicant,
    read: Callable[[Page], None] = read_digits,
    film: Callable[[Page], None] = film_face,
) -> str:
    """The whole minute: what became of it. Whatever the page asks for (again) is done."""
    sign_in(page, server.settings.codes, who.phone_number)
    consent(page)
    for _ in range(MAX_STEPS):
        expect(page.locator(STEPS)).to_have_count(1)
        if page.is_visible("#step-paper"):
            send_paper(page, who)
        elif page.is_visible("#step-digits"):
            read(page)
            page.wait_for_selector("#step-digits", state="hidden")
        elif page.is_visible("#step-face"):
            film(page)
        elif not goes_on(page):
            break
    return page.inner_text("#result-title")


def goes_on(page: Page) -> bool:
    """Wait until all is judged; begin again with what was sent back. False where nothing was."""
    expect(page.locator("#slots")).not_to_contain_text(
        re.compile("正在上传|正在核验"), timeout=ENGINES_MS
    )
    again = page.locator("#slots .slot .button")
    if again.count() == 0:
        return False
    print(page.inner_text("#slots"))
    again.first.click()
    return True


def read_into_microphone(page: Page, devices: Devices, speaker: DigitSpeaker) -> None:
    """The digits are drawn first: the file is opened whenever a page asks for a microphone."""
    write_microphone(devices.voice)
    with page.expect_response(draws) as drawn:
        page.click("#digits-start")
    asked = drawn.value.json()["asked"]
    page.wait_for_selector("#digits-live:not([hidden])")
    seconds = write_microphone(devices.voice, speaker.say(asked["first"] + asked["second"], 1))
    page.click("#digits-again")
    page.wait_for_selector("#digits-live:not([hidden])")
    page.wait_for_timeout(1000 * seconds)
    page.click("#digits-next")
    page.click("#digits-done")


def film_before_camera(page: Page, devices: Devices, actor: ClipActor) -> None:
    """As `read_into_microphone`; a phone that is turned stops filming and keeps the challenge."""
    write_camera(devices.face, [actor.portrait()] * 2 * FRAMES_A_SECOND)
    page.click("#face-open")
    with page.expect_response(draws) as drawn:
        page.click("#face-begin")
    page.wait_for_selector("#face-progress:not([hidden])")
    page.evaluate("window.dispatchEvent(new Event('orientationchange'))")
    challenge = stored_challenge(ChallengeKind.FACE, drawn.value.json()["asked"])
    assert isinstance(challenge, FaceChallenge)
    acted = actor.show(actor.perform(challenge))
    lead, tail = LEAD_S * FRAMES_A_SECOND, TAIL_S * FRAMES_A_SECOND
    write_camera(devices.face, with_rests(acted, lead, tail))
    page.reload()
    page.click("#face-open")
    page.wait_for_selector("#face-begin:not([hidden])")
    page.evaluate(BEGIN_AFTER, 1000 * (LEAD_S - BEFORE_RECORDING_S))
    is_filmed(page)


def withdraw_biometrics(page: Page) -> None:
    """Have the server forget the face, which the next owner has, too."""
    page.evaluate(WITHDRAW)


def test_an_owner_opens_an_account_and_takes_a_loan(
    browser: Browser, server: Server, material: Material
) -> None:
    who = applicant_of(material, OWNER, NOODLES, material.owner, 1)
    watched = visit(browser, server, who, material)
    page = watched.page
    assert go_through(page, server, who) == "开户成功"
    assert H264 in page.evaluate("window.recorded")
    take_loan(page)
    assert watched.complaints == []
    assert watched.foreign_requests == []
    withdraw_biometrics(page)


@pytest.mark.parametrize(
    ("number", "able", "recorded"), [(3, "vp8|opus", VP8), (4, "mp4", MP4)], ids=["vp8", "mp4"]
)
def test_what_other_browsers_record_opens_an_account(
    browser: Browser, server: Server, material: Material, number: int, able: str, recorded: str
) -> None:
    who = somebody(material, number)
    watched = visit(browser, server, who, material, ABLE % able)
    assert go_through(watched.page, server, who) == "开户成功"
    assert any(one.startswith(recorded) for one in watched.page.evaluate("window.recorded"))
    assert watched.complaints == []
    assert watched.foreign_requests == []
    withdraw_biometrics(watched.page)


def test_chromiums_own_camera_and_microphone_open_an_account(
    browser: Browser, server: Server, material: Material, devices: Devices
) -> None:
    who = somebody(material, 5)
    watched = open_page(browser, base_url(server.settings))
    page = watched.page
    page.set_default_timeout(STEP_MS)
    page.add_init_script(OPENED)
    page.goto(f"{base_url(server.settings)}/")
    before_camera = partial(film_before_camera, devices=devices, actor=who.actor)
    into_microphone = partial(read_into_microphone, devices=devices, speaker=material.speaker)
    assert go_through(page, server, who, into_microphone, before_camera) == "开户成功"
    assert watched.complaints == []
    assert watched.foreign_requests == []
    withdraw_biometrics(page)


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
    fill_declaration(page)
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

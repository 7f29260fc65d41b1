"""What phones do to the capture page. The API is real; nothing is analysed: no engine is needed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import (
    Browser,
    FilePayload,
    FloatRect,
    Page,
    Request,
    Response,
    Route,
    expect,
)

from benchmarks.limits import MANY_PHONES
from demo.browser import Watched, open_page, picture
from demo.phone import newest_code
from tests.support.capture_page import (
    NUMBERS,
    STEP_MS,
    Kaihu,
    consent,
    running_kaihu,
    sign_in,
    visit,
)
from tests.support.chromium import running_browser
from tests.support.jobs import work_off
from tests.support.loan_answers import LoanAnswers, answer_onboarding

pytestmark = pytest.mark.timeout(300)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
KEPT = """new Promise((resolve) => {
  indexedDB.open("kaihu").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("kept").objectStore("kept").getAllKeys();
    asked.onsuccess = () => resolve(asked.result.filter((key) => key !== "device"));
  };
})"""
UPLOADS = "**/onboardings/*/uploads"
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
MEDIA = """
navigator.mediaDevices.getUserMedia = async (wanted) => {
  window.asked = (window.asked ?? 0) + 1;
  if (window.asked <= %d) throw new DOMException("no", "%s");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext("2d");
  setInterval(() => pen.fillRect(Math.random() * 640, Math.random() * 480, 9, 9), 40);
  return (window.stream = canvas.captureStream());
};
"""


@pytest.fixture(scope="module")
def kaihu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kaihu]:
    with running_kaihu(tmp_path_factory.mktemp("troubles")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(*FAKE) as running:
        yield running


def photo(side: int = 400) -> FilePayload:
    file = io.BytesIO()
    Image.effect_noise((side, side), 60).save(file, "JPEG", quality=90)
    return {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def send_papers(page: Page) -> None:
    for kind in ("id_card_front", "id_card_back", "licence"):
        page.set_input_files("#paper-file", files=[photo()])
        expect(page.locator(f"[data-kind={kind}]")).to_have_attribute("data-state", "analysing")


def state_of(page: Page, kind: str) -> Any:
    return page.locator(f"[data-kind={kind}]")


def challenges(page: Page) -> list[str]:
    """Addresses of draws, as they are asked for from now on."""
    drawn: list[str] = []

    def note(one: Request) -> None:
        if one.method == "POST" and one.url.endswith("/challenges"):
            drawn.append(one.url)

    page.on("request", note)
    return drawn


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("NotAllowedError", "没有消耗次数"),
        ("NotFoundError", "没有找到"),
        ("NotReadableError", "占用"),
    ],
)
def test_without_a_camera_papers_come_from_a_file(
    browser: Browser, kaihu: Kaihu, name: str, said: str
) -> None:
    watched = visit(browser, kaihu, MEDIA % (9, name))
    page = watched.page
    sign_in(page, kaihu)
    consent(page)
    page.click("#paper-open")
    expect(page.locator("#alert")).to_contain_text(said)
    page.set_input_files("#paper-camera", files=[photo()])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    assert watched.complaints == []


def test_a_busy_camera_is_asked_once_more(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu, MEDIA % (1, "NotReadableError")).page
    sign_in(page, kaihu)
    consent(page)
    page.click("#paper-open")
    page.wait_for_selector("#paper-live:not([hidden])")
    assert page.evaluate("window.asked") == 2
    expect(page.locator("#alert")).to_be_hidden()


def test_the_camera_is_let_go_between_steps(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu, MEDIA % (0, "")).page
    sign_in(page, kaihu)
    consent(page)
    page.click("#paper-open")
    page.wait_for_selector("#paper-live:not([hidden])")
    send_papers(page)
    page.wait_for_selector("#step-digits:not([hidden])")
    assert page.evaluate("window.stream.getTracks().every((one) => one.readyState === 'ended')")
    assert page.evaluate("window.asked") == 1


def film(page: Page) -> None:
    page.evaluate("history.pushState({ name: 'face' }, '')")
    page.click("#face-open")
    page.click("#face-begin")
    page.wait_for_selector("#face-progress:not([hidden])")


@pytest.fixture
def before_the_face(browser: Browser, kaihu: Kaihu) -> Page:
    """A page at the face step: the recording of digits is on its way."""
    page = visit(browser, kaihu).page
    go_to_the_face(page, kaihu)
    return page


def go_to_the_face(page: Page, kaihu: Kaihu) -> str:
    number = sign_in(page, kaihu)
    consent(page)
    send_papers(page)
    page.click("#digits-start")
    page.click("#digits-next")
    page.click("#digits-done")
    page.wait_for_selector("#step-face:not([hidden])")
    return number


HIDDEN = """
Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
delete document.hidden;
"""


@pytest.mark.parametrize(
    ("happens", "said"),
    [(HIDDEN, "切走"), ("window.dispatchEvent(new Event('orientationchange'))", "转了方向")],
    ids=["hidden", "turned"],
)
def test_filming_that_is_broken_off_costs_no_draw(
    before_the_face: Page, happens: str, said: str
) -> None:
    page = before_the_face
    drawn = challenges(page)
    film(page)
    page.evaluate(happens)
    expect(page.locator("#alert")).to_contain_text(said)
    page.click("#face-begin")
    page.wait_for_selector("#face-progress:not([hidden])")
    page.reload()
    page.wait_for_selector("#step-face:not([hidden])")
    film(page)
    assert len(drawn) == 1


def test_a_challenge_goes_on_in_another_browser(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    number = go_to_the_face(page, kaihu)
    drawn = challenges(page)
    film(page)
    assert len(drawn) == 1
    other = visit(browser, kaihu).page  # that has nothing of the first in its store
    drawn = challenges(other)
    sign_in(other, kaihu, number)
    other.wait_for_selector("#step-face:not([hidden])")
    film(other)
    assert drawn == []


def test_a_reload_goes_on_with_the_same_onboarding(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    page.reload()
    page.wait_for_selector("#step-consent:not([hidden])")
    consent(page)
    page.set_input_files("#paper-file", files=[photo()])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    page.reload()
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    expect(page.locator("#paper-title")).to_contain_text("国徽面")


def test_a_photo_taken_offline_is_sent_later_also_after_a_reload(
    browser: Browser, kaihu: Kaihu
) -> None:
    watched = visit(browser, kaihu)
    page = watched.page
    sign_in(page, kaihu)
    consent(page)
    page.route(UPLOADS, lambda route: route.abort())
    page.set_input_files("#paper-file", files=[photo(1200)])
    expect(page.locator("#offline")).to_be_visible()
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "sending")
    expect(page.locator("#paper-title")).to_contain_text("国徽面")
    page.reload()
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "sending")
    page.unroute(UPLOADS)
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    expect(page.locator("#offline")).to_be_hidden()


def test_an_upload_goes_on_where_it_stopped(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    consent(page)
    begun: list[str] = []
    offsets: list[str] = []

    def lose_one(route: Any) -> None:
        if route.request.method == "PATCH":
            offsets.append(route.request.headers["upload-offset"])
            if len(offsets) == 2:
                route.abort()
                return
        route.continue_()

    page.on("request", lambda one: begun.append(one.url) if one.url.endswith("/uploads") else None)
    page.route("**/uploads/*", lose_one)
    page.set_input_files("#paper-file", files=[photo(1200)])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    assert len(begun) == 1
    assert offsets[:3] == ["0", "131072", "131072"]


def test_a_video_that_takes_longer_than_its_challenge_on_a_slow_network_is_accepted(
    browser: Browser, tmp_path: Path
) -> None:
    brief = {**MANY_PHONES, "challenge_s = 120": "challenge_s = 30"}
    with running_kaihu(tmp_path, brief) as kaihu:
        page = visit(browser, kaihu).page
        go_to_the_face(page, kaihu)
        page.click("#face-open")
        with page.expect_response(draws) as drawn:
            page.click("#face-begin")
        slow_down(page, kilobits=100)
        expect(page.locator("#step-result")).to_be_visible(timeout=2 * STEP_MS)
        face = state_of(page, "face_video")
        expect(face).to_have_attribute("data-state", "sending")
        expect(face).to_have_attribute("data-state", "analysing", timeout=6 * STEP_MS)
        until = datetime.fromisoformat(drawn.value.json()["expires_at"])
        assert datetime.now(UTC) > until
        page.goto("about:blank")  # the server waits for nobody when it ends


def draws(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/challenges")


def slow_down(page: Page, *, kilobits: int) -> None:
    network = page.context.new_cdp_session(page)
    network.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 1000 * kilobits / 8,
            "uploadThroughput": 1000 * kilobits / 8,
        },
    )


def test_an_expired_token_is_renewed_silently(browser: Browser, kaihu: Kaihu) -> None:
    watched = visit(browser, kaihu)
    page = watched.page
    sign_in(page, kaihu)
    consent(page)
    refused: list[str] = []

    def refuse_once(route: Any) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=401, json={"code": "token_invalid", "detail": ""})

    page.route("**/evidence/*", refuse_once)
    page.set_input_files("#paper-file", files=[photo()])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    assert len(refused) == 1
    assert watched.complaints == []


def test_a_session_that_ended_asks_for_a_code_and_goes_on(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    number = sign_in(page, kaihu)
    consent(page)
    page.set_input_files("#paper-file", files=[photo()])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "analysing")
    page.route(
        "**/auth/refresh", lambda route: route.fulfill(status=401, json={"code": "token_invalid"})
    )
    page.reload()
    page.wait_for_selector("#step-phone:not([hidden])")
    page.unroute("**/auth/refresh")
    sign_in(page, kaihu, number)
    expect(page.locator("#paper-title")).to_contain_text("国徽面")


def test_what_was_wrong_stands_where_it_is_taken_again(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    consent(page)
    send_papers(page)

    def send_licence_back(route: Any) -> None:
        answer = route.fetch()
        view = answer.json()
        for piece in view["evidence"]:
            glares = piece["kind"] == "licence"
            piece["state"] = "retry" if glares else "accepted"
            piece["advice"] = ["证件反光"] if glares else []
        view["missing"] = ["licence", "face_video", "voice_clip"]
        route.fulfill(response=answer, json=view)

    page.route("**/api/v1/onboardings/*", send_licence_back)
    page.reload()
    expect(page.locator("#paper-title")).to_contain_text("营业执照")
    expect(page.locator("#again-advice")).to_have_text("证件反光")
    page.unroute("**/api/v1/onboardings/*")
    page.set_input_files("#paper-file", files=[photo(500)])
    page.wait_for_selector("#step-digits:not([hidden])")
    expect(page.locator("#again-advice")).to_be_hidden()


GLARE = {"reason": "glare", "left": 0.1, "top": 0.2, "right": 0.4, "bottom": 0.3}
GLARE_WORDS = "反光在照片的左上方。"


def test_glare_is_drawn_on_the_photo_where_it_was_seen(browser: Browser, kaihu: Kaihu) -> None:
    watched = visit(browser, kaihu)
    page = watched.page
    sign_in(page, kaihu)
    consent(page)

    def send_licence_back(route: Route) -> None:
        answer = route.fetch(headers={**route.request.headers, "prefer": ""})
        view = answer.json()
        for piece in view["evidence"]:
            if piece["kind"] == "licence":
                piece |= {"state": "retry", "advice": ["证件反光"], "regions": [GLARE]}
        view["missing"] = ["licence", "face_video", "voice_clip"]
        route.fulfill(response=answer, json=view)

    page.route("**/api/v1/onboardings/*", send_licence_back)
    for kind in ("id_card_front", "id_card_back", "licence"):
        page.set_input_files("#paper-file", files=[wide_photo()])
        page.wait_for_selector(f"[data-kind={kind}]:not([data-state=open])")
    page.click("#again-licence")
    expect(page.locator("#again-advice")).to_contain_text(GLARE_WORDS)
    shown, drawn = box_of(page, "#again-photo img"), box_of(page, "#again-photo .line")
    assert shown["width"] == pytest.approx(1.5 * shown["height"], rel=0.02)
    left, top = drawn["x"] - shown["x"], drawn["y"] - shown["y"]
    assert left == pytest.approx(0.08 * shown["width"], abs=3)
    assert top == pytest.approx(0.18 * shown["height"], abs=3)
    assert left + drawn["width"] == pytest.approx(0.42 * shown["width"], abs=3)
    assert top + drawn["height"] == pytest.approx(0.32 * shown["height"], abs=3)
    assert watched.complaints == []
    page.reload()  # and the photo is not in the page any more
    expect(page.locator("#again-advice")).to_contain_text(GLARE_WORDS)
    expect(page.locator("#again-photo")).to_be_empty()


def wide_photo() -> FilePayload:
    file = io.BytesIO()
    Image.effect_noise((600, 400), 60).save(file, "JPEG", quality=80)
    return {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def box_of(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box


def test_a_decision_is_still_there_after_a_reload(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    consent(page)
    begun: list[str] = []
    page.on("request", lambda one: begun.append(one.method) if one.method == "POST" else None)

    def decide(route: Any) -> None:
        answer = route.fetch()
        decided = {"state": "decided", "decision": "approved", "missing": []}
        route.fulfill(response=answer, json={**answer.json(), **decided})

    page.route("**/api/v1/onboardings/*", decide)
    page.reload()
    expect(page.locator("#result-title")).to_have_text("开户成功")
    assert begun == ["POST"]  # new tokens


def test_signing_out_leaves_nothing_on_the_phone(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    consent(page)
    page.route(UPLOADS, lambda route: route.abort())
    page.set_input_files("#paper-file", files=[photo(1200)])
    expect(state_of(page, "id_card_front")).to_have_attribute("data-state", "sending")
    page.click("#sign-out")
    page.wait_for_selector("#step-phone:not([hidden])")
    assert page.evaluate(KEPT) == []


def test_a_camera_that_is_too_slow_is_said_before_a_draw(before_the_face: Page) -> None:
    page = before_the_face
    drawn = challenges(page)
    page.evaluate(
        "HTMLVideoElement.prototype.requestVideoFrameCallback ="
        " (tell) => setTimeout(() => tell(performance.now()), 250)"
    )
    page.click("#face-open")
    page.click("#face-begin")
    expect(page.locator("#alert")).to_contain_text("太慢")
    assert drawn == []


def ask_person(page: Page) -> None:
    page.click("#person summary")
    page.click("#person-ask")


def test_a_person_decides_without_face_and_voice(browser: Browser, kaihu: Kaihu) -> None:
    watched = visit(browser, kaihu, MEDIA % (0, ""))
    page = watched.page
    page.wait_for_selector("#step-phone:not([hidden])")
    ask_person(page)
    expect(page.locator("#alert")).to_contain_text("登录")
    sign_in(page, kaihu)
    page.click("#person-ask")
    expect(page.locator("#alert")).to_contain_text("条款")
    page.check("[name=terms]")
    page.click("#person-ask")
    page.wait_for_selector("#step-paper:not([hidden])")
    send_papers(page)
    expect(page.locator("#result-title")).to_have_text("正在核验")
    assert page.locator("#slots-list > li").count() == 3
    work_off(kaihu.services)
    expect(page.locator("#result-title")).to_contain_text("工作人员")
    expect(page.locator("#person-ask")).to_be_hidden()
    assert page.evaluate("window.asked") is None, "neither camera nor microphone was opened"
    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert watched.complaints == []


def test_whoever_asked_for_a_person_may_go_back_to_the_camera(
    browser: Browser, kaihu: Kaihu
) -> None:
    page = visit(browser, kaihu).page
    sign_in(page, kaihu)
    page.check("[name=terms]")
    ask_person(page)
    page.wait_for_selector("#step-paper:not([hidden])")
    page.reload()
    page.wait_for_selector("#step-paper:not([hidden])")
    page.click("#person summary")
    page.click("#person-camera")
    page.wait_for_selector("#step-consent:not([hidden])")
    consent(page)
    expect(state_of(page, "face_video")).to_be_visible()


def link_shown(page: Page) -> str:
    """The link that a page shows for another phone, read off its QR code."""
    page.click("#another summary")
    page.click("#another-show")
    code = page.locator("#another-qr")
    expect(code).to_be_visible()
    seen = Image.open(io.BytesIO(picture(code.screenshot)))
    (found,) = zxingcpp.read_barcodes(seen)
    return str(found.text)


def open_link(browser: Browser, kaihu: Kaihu, link: str) -> Watched:
    watched = open_page(browser, kaihu.origin)
    watched.page.set_default_timeout(STEP_MS)
    watched.page.goto(link)
    return watched


def test_another_phone_goes_on_with_the_same_onboarding(browser: Browser, kaihu: Kaihu) -> None:
    desktop = visit(browser, kaihu)
    number = sign_in(desktop.page, kaihu)
    consent(desktop.page)
    link = link_shown(desktop.page)
    phone = open_link(browser, kaihu, link)
    page = phone.page
    expect(page.locator("#handover-whose")).to_contain_text(f"{number[:3]}****{number[-4:]}")
    assert "handover" not in page.url, "the token stays in no history"
    assert Axe().run(page, options=WCAG).response["violations"] == []
    page.click("#handover-go")
    page.wait_for_selector("#step-consent:not([hidden])")  # who is filmed consents
    consent(page)
    send_papers(page)
    page.reload()
    page.wait_for_selector("#step-digits:not([hidden])")
    expect(page.locator("#another")).to_be_hidden()
    desktop.page.wait_for_selector("#step-elsewhere:not([hidden])")
    expect(state_of(desktop.page, "licence")).to_have_attribute("data-state", "analysing")
    assert Axe().run(desktop.page, options=WCAG).response["violations"] == []
    again = open_link(browser, kaihu, link).page
    expect(again.locator("#alert")).to_contain_text("已被使用")
    expect(again.locator("#handover-go")).to_be_hidden()
    assert desktop.complaints == phone.complaints == []
    desktop.page.click("#elsewhere-back")
    desktop.page.wait_for_selector("#step-paper:not([hidden])")
    page.reload()
    page.wait_for_selector("#step-phone:not([hidden])")


def test_an_insecure_address_is_said(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(
        browser, kaihu, "Object.defineProperty(window, 'isSecureContext', { value: false })"
    ).page
    expect(page.locator("#blocked-why")).to_contain_text("https")


def test_a_browser_without_a_camera_offers_the_link(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu, "delete window.MediaRecorder").page
    expect(page.locator("#blocked-why")).to_be_visible()
    page.click("#copy-link")
    expect(page.locator("#alert")).not_to_be_empty()
    page.click("#person-ask")
    page.wait_for_selector("#step-phone:not([hidden])")


def test_the_whole_flow_by_keyboard_alone(browser: Browser, kaihu: Kaihu) -> None:
    page = visit(browser, kaihu).page
    number = str(next(NUMBERS))
    page.wait_for_selector("#step-phone:not([hidden])")
    tab_to(page, "phone")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-form:not([hidden])")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(newest_code(kaihu.codes, number))
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-consent:not([hidden])")
    expect(page.locator("#consent-title")).to_be_focused()
    for _ in range(2):
        tab_to(page, "", "checkbox")
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-paper:not([hidden])")
    expect(page.locator("#paper-title")).to_be_focused()
    tab_to(page, "paper-file")
    press(page, "paper-open", back=True)
    for kind in ("id_card_front", "id_card_back", "licence"):
        page.wait_for_selector("#paper-shutter:not([hidden]):enabled")
        press(page, "paper-shutter")
        expect(state_of(page, kind)).to_have_attribute("data-state", "analysing")
    page.wait_for_selector("#step-digits:not([hidden])")
    read_aloud(page)
    page.wait_for_selector("#step-face:not([hidden])")
    press(page, "face-open")
    expect(page.locator("#face-begin")).to_be_focused()
    answer_onboarding(page, state="decided", decision="approved", missing=[])
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-result:not([hidden])", timeout=2 * STEP_MS)
    expect(page.locator("#result-title")).to_have_text("开户成功")
    take_loan_by_keyboard(page)


def take_loan_by_keyboard(page: Page) -> None:
    answers = LoanAnswers(page, "asking")
    press(page, "result-go")
    page.wait_for_selector("#wish-purpose input")
    for name in ("purpose", "amount", "tenor"):
        tab_to(page, "", "radio", name)
        page.keyboard.press("Space")
    for name in ("wish-role", "wish-industry", "wish-occupation"):
        tab_to(page, name)
        page.keyboard.press("ArrowDown")
    tab_to(page, "wish-promised")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("#offers-question button")
    tab_to(page, "", "button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#offers-form:not([hidden])")
    press(page, "offers-show")
    page.wait_for_selector("#offers-plan tr")
    tab_to(page, "", "submit")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-digits:not([hidden])")
    read_aloud(page)
    page.wait_for_selector("#offers-contract:not([hidden])")
    assert answers.state == "accepted"
    tab_to(page, "offers-contract")


def read_aloud(page: Page) -> None:
    """By keyboard: after the start the focus is on whatever comes next."""
    press(page, "digits-start")
    page.wait_for_selector("#digits-live:not([hidden])")
    if page.is_visible("#digits-next"):
        expect(page.locator("#digits-next")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.locator("#digits-done")).to_be_focused()
    page.keyboard.press("Enter")


def press(page: Page, name: str, *, back: bool = False) -> None:
    tab_to(page, name, back=back)
    page.keyboard.press("Enter")


def tab_to(
    page: Page, identity: str, kind: str = "", name: str = "", *, back: bool = False
) -> None:
    """Press Tab until the focus is where it should be; fails after a round."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = page.evaluate(
            "(({ id, type, name }) => [id, type, name])(document.activeElement)"
        )
        if focused[0] == identity if identity else focused[1:] == [kind, name or focused[2]]:
            return
    pytest.fail(f"Tab never reaches {identity or name or kind}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_step_has_a_fault_of_accessibility(
    browser: Browser, kaihu: Kaihu, language: str, scheme: str
) -> None:
    page = visit(browser, kaihu, language=language, color_scheme=scheme).page
    faults: dict[str, str] = {}

    def look(step: str, what: str = "") -> None:
        page.wait_for_selector(f"#step-{step}:not([hidden])")
        if what:
            expect(page.locator(what).first).to_be_visible()
        for size in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
            found = Axe().run(page, options=WCAG)
            if found.violations_count:
                faults[f"{step} {what} {size}"] = found.generate_report()
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide, f"{step} {what} at {size} is wider than the phone"

    look("phone")
    sign_in(page, kaihu)
    look("consent")
    consent(page)
    page.click("#paper-open")
    page.wait_for_selector("#paper-live:not([hidden])")
    look("paper")
    send_papers(page)
    look("digits")
    page.click("#digits-start")
    look("digits", "#digits-shown")
    page.click("#digits-next")
    page.click("#digits-done")
    page.click("#face-open")
    look("face", "#face-live")
    page.click("#face-begin")
    look("face", "#face-progress")
    look_at_results(page, look)
    look_at_loan(page, look)
    assert faults == {}


def look_at_results(page: Page, look: Callable[..., None]) -> None:
    """Every end of an onboarding, and a piece that is sent back."""
    advice = ["Something to do next."]
    sent_back = {"kind": "licence", "state": "retry", "advice": advice, "fields": []}
    for changed in (
        {"evidence": [sent_back], "missing": ["licence"]},
        {"state": "decided", "decision": "review"},
        {"state": "decided", "decision": "declined", "advice": advice},
        {"state": "expired"},
        {"state": "withdrawn"},
        {"state": "decided", "decision": "approved", "missing": []},
    ):
        page.unroute("**/api/v1/onboardings/*")
        answer_onboarding(page, **changed)
        page.reload()
        look("paper" if "evidence" in changed else "result")


def look_at_loan(page: Page, look: Callable[..., None]) -> None:
    """Every state of an application; the acceptance by voice is sent back once."""
    answers = LoanAnswers(page, "asking")
    answers.voice = "unsure"
    page.click("#result-go")
    look("wish", "#wish-purpose input")
    for chips in ("purpose", "amount", "tenor"):
        page.locator(f"#wish-{chips} input").first.check()
    for name in ("role", "industry", "occupation"):
        page.select_option(f"#wish-{name}", index=1)
    page.check("#wish-promised")
    page.click("#wish-form .button.main")
    look("offers", "#offers-question button")
    page.locator("#offers-question button").first.click()
    page.click("#offers-show")
    look("offers", "#offers-plan tr")
    page.click("#offers-form .button.main")
    read_row(page)
    look("digits", "#alert")
    answers.voice = "verified"
    read_row(page)
    look("offers", "#offers-contract")
    for state in ("declined", "review"):
        answers.state = state
        page.reload()
        look("offers", "#offers-advice li")


def read_row(page: Page) -> None:
    page.click("#digits-start")
    page.click("#digits-done")

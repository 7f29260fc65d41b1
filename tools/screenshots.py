"""Photographs the steps of the pages, hand-over apart: two devices, two languages, two schemes.

`make screenshots` writes `build/screenshots/<device>-<language>-<scheme>/<step>.png`. The pages are
the real ones, in Debian's Chromium; the API is answered in the browser (`page_answers.py`), the
camera shows a drawn paper and a drawn head. Needs `models/demo/NotoSansSC.ttf` (`make models`).
"""

from __future__ import annotations

import argparse
import base64
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import cv2
import numpy as np
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from app.messages.words import Language
from app.pages.routes import install_pages
from app.settings import ROOT, Settings
from core.reasons import Reason
from demo.browser import BrowserMissing, launched_browser, picture
from demo.documents import DocumentPrinter, photograph
from demo.material import FONT, demo_folder
from demo.page_steps import fill_declaration
from demo.personas import NOODLES, OWNER
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.face.picture import RGB
from kyc.onboarding.states import Decision
from tools.page_answers import GLARE_AT, KINDS, Answers, Owner

ORIGIN, API = "http://localhost", "/api/v1"
STAND_IN = Path(__file__).with_name("page_stand_in.js")
DEVICES = {"phone": (360, 640), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
STEP_MS = 20_000
PHOTO_WIDTH = 1000
NUMBER, CODE = "13800138000", "482913"


@dataclass(frozen=True)
class Papers:
    """Photos of the papers, JPEG; `glaring` is the licence with a lamp reflected."""

    front: bytes
    back: bytes
    licence: bytes
    glaring: bytes


@dataclass
class Visit:
    """One owner's page in one look, and where its pictures go."""

    page: Page
    owner: Owner
    papers: Papers
    folder: Path

    def take(self, name: str) -> None:
        """Photograph the page from its top to its end."""
        shown = picture(lambda: self.page.screenshot(full_page=True, animations="disabled"))
        (self.folder / f"{name}.png").write_bytes(shown)

    def await_step(self, name: str) -> None:
        """Wait until a step is shown."""
        self.page.wait_for_selector(f"#step-{name}:not([hidden])")

    def reload(self, step: str) -> None:
        """Read the page again, after something became of the owner elsewhere."""
        self.page.reload()
        self.await_step(step)

    def choose(self, photo: bytes) -> None:
        """Send a photo from the gallery."""
        file = FilePayload(name="paper.jpg", mimeType="image/jpeg", buffer=photo)
        self.page.set_input_files("#paper-file", files=[file])


def sign_in(visit: Visit) -> None:
    """The phone number, the code, the consents."""
    page = visit.page
    visit.await_step("phone")
    visit.take("01-phone")
    page.fill("#phone", NUMBER)
    page.press("#phone", "Enter")
    page.wait_for_selector("#code-form:not([hidden])")
    visit.take("02-code")
    page.fill("#code", CODE)
    page.press("#code", "Enter")
    visit.await_step("consent")
    visit.take("03-consent")
    page.check("[name=terms]")
    page.check("[name=biometric]")
    page.click("#consent-form .button.main")


def send_papers(visit: Visit) -> None:
    """The papers; the licence comes back, for a lamp is reflected on it."""
    page, owner, papers = visit.page, visit.owner, visit.papers
    visit.await_step("paper")
    visit.take("04-paper")
    page.click("#paper-open")
    page.wait_for_selector("#paper-frame[style]")
    page.wait_for_timeout(1500)  # until a hint that was said is replaced
    visit.take("05-paper-live")
    for photo in (papers.front, papers.back):
        title = page.inner_text("#paper-title")
        visit.choose(photo)
        expect(page.locator("#paper-title")).not_to_have_text(title)
    owner.accept(ID_CARD_FRONT.kind)
    visit.choose(papers.glaring)
    visit.await_step("digits")
    page.wait_for_selector("[data-kind=licence][data-state=analysing]")
    owner.accept(ID_CARD_BACK.kind)
    owner.send_back(LICENCE.kind, Reason.GLARE)
    page.click("#again-licence")
    page.wait_for_selector("#again-photo svg")
    visit.take("06-paper-again")
    visit.choose(papers.licence)
    visit.await_step("digits")


def record(visit: Visit) -> None:
    """The digits and the face video."""
    page, owner = visit.page, visit.owner
    visit.take("07-digits")
    page.click("#digits-start")
    page.wait_for_selector("#digits-live:not([hidden])")
    page.wait_for_timeout(300)  # until the meter has moved
    visit.take("08-digits-reading")
    page.click("#digits-next")
    page.click("#digits-done")
    visit.await_step("face")
    owner.accept(LICENCE.kind)
    visit.take("09-face")
    page.click("#face-open")
    page.wait_for_selector("#face-begin:not([hidden])")
    visit.take("10-face-preview")
    page.click("#face-begin")
    page.wait_for_selector("#face-side[data-side=left]")
    visit.take("11-face-action")
    visit.await_step("result")


def see_results(visit: Visit) -> None:
    """What may become of an onboarding."""
    page, owner = visit.page, visit.owner
    page.wait_for_selector("[data-kind=face_video][data-state=analysing]")
    visit.take("12-result-checking")
    owner.accept(*KINDS)
    owner.send_back("voice_clip", Reason.DIGITS_WRONG)
    owner.send_back("face_video", Reason.ACTION_MISSING)
    page.wait_for_selector("#again-face_video")
    visit.take("13-result-again")
    for decision, reasons, name in (
        (Decision.REVIEW, (), "14-result-person"),
        (Decision.DECLINED, (Reason.FACE_MISMATCH,), "15-result-declined"),
        (Decision.APPROVED, (), "16-result-approved"),
    ):
        owner.decide(decision, *reasons)
        visit.reload("result")
        visit.take(name)


def take_loan(visit: Visit) -> None:
    """The declaration, the offers, acceptance, and what else may become of an application."""
    page, owner = visit.page, visit.owner
    page.click("#result-go")
    page.wait_for_selector("#wish-purpose input")
    fill_declaration(page)
    visit.take("17-wish")
    page.check("#wish-promised")
    page.click("#wish-form .button.main")
    page.wait_for_selector("#offers-form:not([hidden]) .offer")
    visit.take("18-offers")
    page.click("#offers-show")
    page.wait_for_selector("#offers-plan-box:not([hidden])")
    visit.take("19-offers-plan")
    page.click("#offers-form .button.main")
    visit.await_step("digits")
    visit.take("20-acceptance")
    for state, name in (
        ("asking", "21-loan-question"),
        ("declined", "22-loan-declined"),
        ("accepted", "23-loan-accepted"),
    ):
        owner.application = state
        visit.reload("offers")
        expect(page.locator("#offers-title")).not_to_be_empty()
        page.wait_for_timeout(200)  # until what follows the title stands, too
        visit.take(name)


def see_help(visit: Visit) -> None:
    """What is on every step, and what else a browser may be told."""
    page = visit.page
    page.click("#person summary")
    visit.take("24-person")
    page.evaluate("dispatchEvent(new CustomEvent('reached', { detail: false }))")
    visit.take("25-offline")
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    visit.reload("blocked")
    visit.take("26-blocked")


STEPS: tuple[Callable[[Visit], None], ...] = (
    sign_in,
    send_papers,
    record,
    see_results,
    take_loan,
    see_help,
)


def main() -> int:
    """The exit status: 0 once all pictures are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--device", choices=DEVICES, nargs="*", default=list(DEVICES))
    parser.add_argument("--language", choices=list(Language), nargs="*", default=list(Language))
    parser.add_argument("--scheme", choices=SCHEMES, nargs="*", default=list(SCHEMES))
    options = parser.parse_args()
    settings = Settings()
    papers = draw_papers(DocumentPrinter(demo_folder(settings.models) / FONT))
    try:
        launched = launched_browser()
    except BrowserMissing as error:
        raise SystemExit(str(error)) from error
    with launched as browser:
        for looks in product(options.device, options.language, options.scheme):
            folder = options.to / "-".join(looks)
            complaints = photograph_all(browser, settings.policy, papers, folder, *looks)
            print(folder, *complaints, sep="\n", flush=True)
    return 0


def photograph_all(
    browser: Browser,
    policy: Path,
    papers: Papers,
    folder: Path,
    device: str,
    language: str,
    scheme: Literal["light", "dark"],
) -> list[str]:
    """Go through all steps once and photograph each; what the pages complained of meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    width, height = DEVICES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme=scheme,
        device_scale_factor=2 if device == "phone" else 1,
        service_workers="block",
    )
    page, owner = context.new_page(), Owner()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(STEP_MS)
    page.add_init_script(stand_in(papers))
    page.route("**/*", answering(Answers(policy, Language(language), owner)))
    page.goto(f"{ORIGIN}/capture")
    visit = Visit(page, owner, papers, folder)
    for step in STEPS:
        step(visit)
    page.goto(f"{ORIGIN}/styleguide")
    visit.take("27-styleguide")
    context.close()
    return complaints


def answering(answers: Answers) -> Callable[[Route], None]:
    """Answers requests of a page: the API by `answers`, everything else by the real routes."""
    app = Flask("pages")
    install_pages(app)
    client = app.test_client()

    def answer(route: Route) -> None:
        request = route.request
        address = urlsplit(request.url)
        if address.path.startswith(API):
            path = address.path.removeprefix(API)
            body = request.post_data_buffer or b""
            sent = body.decode(errors="replace")
            route.fulfill(json=answers.answer(request.method, path, sent))
            return
        target = f"{address.path}?{address.query}"
        served = client.get(target, headers=request.headers | {"accept-encoding": "identity"})
        route.fulfill(status=served.status_code, headers=dict(served.headers), body=served.data)

    return answer


def draw_papers(printer: DocumentPrinter) -> Papers:
    """Photos of the demo's papers, with a drawn head on the card."""
    licence = photograph(printer.licence(NOODLES), 3)
    return Papers(
        front=small(photograph(printer.id_card_front(OWNER, draw_head(400, 500)), 1)),
        back=small(photograph(printer.id_card_back(), 2)),
        licence=small(licence),
        glaring=with_lamp(small(licence)),
    )


def small(photo: bytes) -> bytes:
    """A photo that is sent at once and not in parts."""
    picture = Image.open(io.BytesIO(photo))
    picture.thumbnail((PHOTO_WIDTH, PHOTO_WIDTH))
    return encoded(np.asarray(picture), "JPEG")


def with_lamp(photo: bytes) -> bytes:
    """A photo with a lamp reflected at `GLARE_AT`."""
    pixels = np.asarray(Image.open(io.BytesIO(photo)), np.float32)
    height, width = pixels.shape[:2]
    left, top, right, bottom = GLARE_AT
    rows, columns = np.mgrid[0:height, 0:width]
    across = (columns / width - (left + right) / 2) / ((right - left) / 2)
    down = (rows / height - (top + bottom) / 2) / ((bottom - top) / 2)
    light = np.clip(1.8 - across**2 - down**2, 0, 1) * 255
    blurred = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 20)[..., None]
    return encoded(np.clip(pixels + blurred, 0, 255).astype(np.uint8), "JPEG")


def draw_head(width: int, height: int) -> RGB:
    """A head and shoulders that are nobody's, as RGB."""
    large = Image.new("RGB", (2 * width, 2 * height), (214, 222, 226))
    pen = ImageDraw.Draw(large)
    middle, size = width, 0.62 * height
    top = (middle - 0.56 * size, 0.28 * height, middle + 0.56 * size, 1.2 * height)
    skin, hair, coat = (226, 188, 160), (46, 38, 36), (72, 96, 120)
    pen.ellipse((middle - size, 1.5 * height, middle + size, 3 * height), fill=coat)
    pen.rectangle((middle - 0.16 * size, height, middle + 0.16 * size, 1.62 * height), fill=skin)
    pen.ellipse(top, fill=hair)
    pen.ellipse((middle - 0.5 * size, 0.42 * height, middle + 0.5 * size, 1.45 * height), fill=skin)
    for side in (-0.2, 0.2):
        eye = middle + side * size
        pen.ellipse((eye - 0.05 * size, 0.85 * height, eye + 0.05 * size, 0.91 * height), fill=hair)
    pen.arc(
        (middle - 0.16 * size, 1.02 * height, middle + 0.16 * size, 1.2 * height), 20, 160, hair, 6
    )
    return np.asarray(large.resize((width, height), Image.Resampling.LANCZOS))


def stand_in(papers: Papers) -> str:
    """The script that stands in for the camera and the microphone."""
    paper = Image.open(io.BytesIO(papers.glaring)).resize((900, 672))
    table = Image.new("RGB", (1280, 720), (90, 78, 66))
    table.paste(paper, (190, 24))
    face = draw_head(640, 480)
    files = {"PAPER": encoded(np.asarray(table), "JPEG"), "FACE": encoded(face, "PNG")}
    script = STAND_IN.read_text("utf-8")
    for name, file in files.items():
        # With its quotes: base64 may hold the name, and never a quote.
        script = script.replace(f'"{name}"', f'"{base64.b64encode(file).decode()}"')
    return script


def encoded(pixels: RGB, form: str) -> bytes:
    """An image file of pixels."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, quality=88)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())

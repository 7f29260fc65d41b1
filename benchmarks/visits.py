"""A person in front of the page, who takes the minute's seconds; and a page that is only opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, FilePayload, Page, TimeoutError, expect

from app.messages.words import Language
from app.pages.capture.page import page_messages
from app.serve import base_url
from app.settings import Settings
from demo.applicant import DemoApplicant
from demo.browser import open_page, stand_in_for_camera
from demo.material import Material
from demo.page_steps import consent, read_digits, sign_in
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP
from kyc.onboarding.states import Decision

STEP_MS, ENGINES_MS = 60_000, 240_000
# An owner's own seconds; digits and face take as long as what was drawn.
CONSENT_S = 3.0
PAPER_S = {"id_card_front": 5.0, "id_card_back": 5.0, "licence": 8.0}
TRIES = 3
TITLES = {page_messages(Language.CHINESE)["script"][f"result_{one}"]: one.value for one in Decision}
BUSY = "#slots [data-state=sending], #slots [data-state=analysing]"
# A phone of the lower third on a 3G network, as Lighthouse emulates it.
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
# When the first step can be used: it is shown, and the main thread is free again.
WATCHING = """new MutationObserver((changes, observer) => {
  if (document.getElementById("step-phone")?.hidden !== false) return;
  observer.disconnect();
  setTimeout(() => (window.interactiveMs = performance.now()));
}).observe(document, { subtree: true, attributes: true, childList: true });"""
INTERACTIVE = """new Promise((resolve) => {
  const look = () => (window.interactiveMs ? resolve(window.interactiveMs) : setTimeout(look, 50));
  look();
})"""


@dataclass
class Received:
    """Bytes that came over the network as they were sent: of bodies, and with their heads."""

    bodies: int = 0
    with_heads: int = 0

    def note_part(self, event: dict[str, Any]) -> None:
        """A part of a body has come."""
        self.bodies += event["encodedDataLength"]

    def note_end(self, event: dict[str, Any]) -> None:
        """An answer has come whole."""
        self.with_heads += round(event["encodedDataLength"])


@dataclass
class Visit:
    """What came of somebody who went through the page; times in seconds, sizes in bytes."""

    decision: str | None = None
    start_to_decision_s: float = 0.0
    wait_s: float = 0.0
    sent_back: int = 0
    before_photos: Received = field(default_factory=Received)


def visit(browser: Browser, settings: Settings, who: DemoApplicant, material: Material) -> Visit:
    """Go through the page, from number to decision; what is sent back is done again.

    Who does not get through (a machine too busy to film) has no decision.
    """
    done = Visit()
    page = open_page(browser, base_url(settings)).page
    with closing(page.context):
        page.set_default_timeout(STEP_MS)
        stand_in_for_camera(page, who, material.speaker)
        try:
            _go_through(page, settings, who, done)
        except (TimeoutError, AssertionError) as error:  # expect() raises AssertionError
            print(f"applicant {who.number} was not decided: {str(error).splitlines()[0]}")
    return done


def _go_through(page: Page, settings: Settings, who: DemoApplicant, done: Visit) -> None:
    with received(page, done.before_photos):
        page.goto(f"{base_url(settings)}/capture")
        page.wait_for_selector("#step-phone:not([hidden])")
        began = time.perf_counter()
        sign_in(page, settings.codes, who.phone_number)
        page.wait_for_selector("#step-consent:not([hidden])")
        time.sleep(CONSENT_S)
        consent(page)
        page.wait_for_selector("#step-paper:not([hidden])")
    _send_papers(page, who)
    read_digits(page)
    _film(page)
    filmed = time.perf_counter()
    _await_decision(page, done)
    ended = time.perf_counter()
    done.start_to_decision_s, done.wait_s = ended - began, ended - filmed


def interactive_s(browser: Browser, origin: str) -> float:
    """Seconds until a first visitor can type, on a slow phone and network."""
    page = open_page(browser, origin).page
    with closing(page.context):
        page.add_init_script(WATCHING)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", NETWORK)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{origin}/capture", wait_until="commit")
        return float(page.evaluate(INTERACTIVE)) / 1000


@contextmanager
def received(page: Page, counted: Received) -> Iterator[None]:
    """Count what a page receives within the block."""
    session = page.context.new_cdp_session(page)
    session.on("Network.dataReceived", counted.note_part)
    session.on("Network.loadingFinished", counted.note_end)
    session.send("Network.enable")
    yield
    session.detach()


def _send_papers(page: Page, who: DemoApplicant) -> None:
    for kind, photo in who.photos.by_kind().items():
        slot = page.locator(f"[data-kind={kind}]")
        expect(slot).to_have_attribute("data-state", "open")
        time.sleep(PAPER_S[kind])
        file = FilePayload(name=f"{kind}.jpg", mimeType="image/jpeg", buffer=photo)
        page.set_input_files("#paper-file", files=[file])
        expect(slot).not_to_have_attribute("data-state", "open")


def _film(page: Page) -> None:
    page.click("#face-open")
    page.click("#face-begin")
    page.wait_for_selector("#step-result:not([hidden])", timeout=ENGINES_MS)


def _await_decision(page: Page, done: Visit) -> None:
    for _ in range(TRIES):
        expect(page.locator(BUSY)).to_have_count(0, timeout=ENGINES_MS)
        done.decision = TITLES.get(page.inner_text("#result-title"))
        again = page.locator(f"#again-{FACE_VIDEO.kind}, #again-{VOICE_CLIP.kind}")
        if done.decision or again.count() == 0:
            return
        done.sent_back += 1
        again.first.click()
        read_digits(page) if page.is_visible("#step-digits") else _film(page)
        page.wait_for_selector("#step-result:not([hidden])")

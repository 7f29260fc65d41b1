"""A real browser on the capture page, and the person in front of it; needs playwright (dev)."""

from __future__ import annotations

import base64
import io
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from demo.actor import ClipActor
from demo.applicant import DemoApplicant
from demo.performance import Unplayable
from demo.speaker import DigitSpeaker
from kyc.analysis.challenges import ChallengeKind, stored_challenge
from kyc.liveness.challenge import FaceChallenge

ARGUMENTS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--autoplay-policy=no-user-gesture-required",
]
STAND_IN = Path(__file__).with_name("stand_in.js")
PHONE = {"width": 360, "height": 640}
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
  (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
"""


# What Chromium says now and then of its first picture, and not when it is asked again
# (https://github.com/MarketSquare/robotframework-browser/issues/5237).
UNABLE, PICTURE_TRIES, AGAIN_S = "Unable to capture screenshot", 3, 0.5


class BrowserMissing(Exception):
    """There is no Chromium on this machine; the text says what to install."""


def launched_browser(*more: str) -> AbstractContextManager[Browser]:
    """Debian's Chromium, started with more arguments and closed with the block.

    Raises `BrowserMissing`.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BrowserMissing("install chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    return _launched(chromium, more)


def picture(take: Callable[[], bytes]) -> bytes:
    """The picture that `take` takes, which Chromium may have to be asked for again.

    Raises `playwright.sync_api.Error`.
    """
    for _ in range(PICTURE_TRIES - 1):
        try:
            return take()
        except Error as error:
            if UNABLE not in error.message:
                raise
            time.sleep(AGAIN_S)
    return take()


@contextmanager
def _launched(chromium: str, more: tuple[str, ...]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*ARGUMENTS, *more], ignore_default_args=["--headless"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page with whatever it complained of and whatever it asked others for."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the first request on."""
        self.page.on("console", self._note_line)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note_request)
        self.page.add_init_script(REPORT_VIOLATIONS)

    def _note_line(self, line: Any) -> None:
        # A refusal of the API is no fault of the page; Chromium writes a line for each.
        if line.type == "error" and "Failed to load resource" not in line.text:
            self.complaints.append(line.text)

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((f"{self.origin}/", "blob:", "data:")):
            self.foreign_requests.append(request.url)


def open_page(browser: Browser, origin: str, language: str = "zh-CN", **context: Any) -> Watched:
    """The capture page on a phone of its own, not loaded yet."""
    given = {"viewport": PHONE, "locale": language, "has_touch": True, **context}
    page = browser.new_context(**given).new_page()
    return Watched(page, origin)


def stand_in_for_camera(page: Page, applicant: DemoApplicant, speaker: DigitSpeaker) -> None:
    """Have somebody sit before the page's camera and microphone.

    Nobody reads twice alike: what repeats an earlier reading is a copied recording.
    """
    readings = count(applicant.number)
    page.expose_function("actFace", lambda cues: _act(applicant.actor, cues))
    page.expose_function("sayDigits", lambda digits: _encoded(speaker.say(digits, next(readings))))
    page.add_init_script(path=STAND_IN)


def _act(actor: ClipActor, cues: list[dict[str, Any]]) -> list[str]:
    """JPEGs in base64, twelve a second; none where the clip has no such moments."""
    challenge = stored_challenge(ChallengeKind.FACE, {"cues": cues})
    if not isinstance(challenge, FaceChallenge):
        raise TypeError("a face challenge asks for a face")
    try:
        shown = actor.show(actor.perform(challenge))
    except Unplayable:
        return []
    return [_encoded(_jpeg(np.asarray(frame))) for frame in shown]


def _jpeg(frame: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "JPEG", quality=90)
    return file.getvalue()


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()

"""The capture page over the web part of a server: the API is real, and nothing is analysed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page

from app.api.caller import EXTENSION
from app.factory import create_app
from app.services import Services, migrate
from app.settings import Settings
from benchmarks.limits import MANY_PHONES, changed_policy
from demo import page_steps
from demo.browser import Watched, open_page
from tests.support.servers import served_by_gateway

STEP_MS = 20_000
NUMBERS = count(13_800_002_000)


@dataclass(frozen=True)
class Kaihu:
    """The web part of a server."""

    app: Flask
    origin: str
    codes: Path

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions[EXTENSION]
        return services


@contextmanager
def running_kaihu(folder: Path, changes: Mapping[str, str] = MANY_PHONES) -> Iterator[Kaihu]:
    settings = Settings(var=folder / "var", code_outbox=folder / "codes.jsonl")
    settings = settings.model_copy(update={"policy": changed_policy(settings, folder, changes)})
    migrate(settings)
    app = create_app(settings)
    with served_by_gateway(app) as origin:
        yield Kaihu(app, origin, settings.codes)


def visit(browser: Browser, kaihu: Kaihu, media: str = "", **context: Any) -> Watched:
    watched = open_page(browser, kaihu.origin, **context)
    watched.page.set_default_timeout(STEP_MS)
    if media:
        watched.page.add_init_script(media)
    watched.page.goto(f"{kaihu.origin}/capture")
    return watched


def sign_in(page: Page, kaihu: Kaihu, number: str = "") -> str:
    number = number or str(next(NUMBERS))
    page_steps.sign_in(page, kaihu.codes, number)
    page.wait_for_selector("#step-phone", state="hidden")
    return number


def consent(page: Page) -> None:
    page_steps.consent(page)
    page.wait_for_selector("#step-paper:not([hidden])")

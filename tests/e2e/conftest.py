"""What a browser's tests share: pages end with their test, and a failure shows what they showed.

A browser that made a test run out of time is asked for nothing more: where its driver hangs, too,
no question to it ever ends. Both are killed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress

import psutil
import pytest
from playwright.sync_api import Browser, Error, expect

from demo.server import Server

LOG_LINES = 40
SHOWN_MS = 5_000
OF_BROWSERS = ("node", "chrom")  # names begin so: playwright's driver, and what it starts

expect.set_options(timeout=20_000)  # on two cores that may have other work


@pytest.fixture(autouse=True)
def pages_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test opened: a page that lives on films, asks and waits beside the next test."""
    yield
    browser = _browser(request.node)
    for context in browser.contexts if browser else []:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what each page shows, and the end of the server's log."""
    report = yield
    hangs = _ran_out_of_time(call)
    if hangs:
        _kill_browsers()
    if call.when == "call" and report.failed:
        browser = None if hangs else _browser(item)
        pages = [page for context in browser.contexts for page in context.pages] if browser else []
        for page in pages:
            try:
                text = page.inner_text("main", timeout=SHOWN_MS)
            except Error as error:
                text = str(error)
            report.sections.append((f"{page.url} shows", text))
        server = getattr(item, "funcargs", {}).get("server")
        if isinstance(server, Server):
            lines = server.log.read_text("utf-8", errors="replace").splitlines()
            report.sections.append(("the server's log ends", "\n".join(lines[-LOG_LINES:])))
    return report


def _ran_out_of_time(call: pytest.CallInfo[None]) -> bool:
    return call.excinfo is not None and "pytest-timeout" in str(call.excinfo.value)


def _kill_browsers() -> None:
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # Chromium ends by itself without its driver
            if child.name().startswith(OF_BROWSERS):
                child.kill()


def _browser(item: pytest.Item) -> Browser | None:
    found = getattr(item, "funcargs", {}).get("browser")
    return found if isinstance(found, Browser) else None

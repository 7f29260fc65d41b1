"""Debian's Chromium for tests, which are skipped where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from demo.browser import BrowserMissing, launched_browser


@contextmanager
def running_browser(*more: str) -> Iterator[Browser]:
    """Chromium with more arguments; the test is skipped, loudly, where there is none."""
    try:
        launched = launched_browser(*more)
    except BrowserMissing:
        if os.environ.get("PAGES_REQUIRED"):
            pytest.fail("chromium is not installed, and PAGES_REQUIRED asks for it")
        pytest.skip("NO CHROMIUM: the capture page is not tested in a browser (`.ci/run` has one)")
    with launched as browser:
        yield browser

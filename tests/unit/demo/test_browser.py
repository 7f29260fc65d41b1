"""Pictures of pages are asked for again where Chromium could not take one at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error

from demo import browser
from demo.browser import PICTURE_TRIES, UNABLE, picture


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "AGAIN_S", 0.0)


def failing(times: int, message: str) -> Callable[[], bytes]:
    """Fails so many times, then gives a picture."""
    left = [Error(message)] * times

    def take() -> bytes:
        if left:
            raise left.pop()
        return b"picture"

    return take


def test_a_picture_is_asked_for_again() -> None:
    assert picture(failing(PICTURE_TRIES - 1, f"Protocol error: {UNABLE}")) == b"picture"


def test_it_is_not_asked_for_without_end() -> None:
    with pytest.raises(Error):
        picture(failing(PICTURE_TRIES, UNABLE))


def test_another_error_is_told_at_once() -> None:
    with pytest.raises(Error):
        picture(failing(1, "the page is closed"))

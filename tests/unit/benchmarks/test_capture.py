"""`kaihu bench capture` says what it lacks, before it starts anything."""

from __future__ import annotations

import sys

import click
import pytest

from app.settings import Settings
from benchmarks.capture import bench_capture
from benchmarks.visits import TITLES
from kyc.onboarding.states import Decision


def test_without_playwright_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("benchmarks.visits", "demo.browser"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in ("playwright", "playwright.sync_api"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(click.ClickException, match="pip install playwright"):
        bench_capture(Settings())


def test_without_chromium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(click.ClickException, match="install chromium"):
        bench_capture(Settings())


def test_each_decision_is_known_by_its_title() -> None:
    assert set(TITLES.values()) == set(Decision)

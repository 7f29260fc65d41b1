"""Packages that are loaded when they are used."""

from __future__ import annotations

import sys

import pytest

from app.jobs.lazy_imports import lazy_import


def test_a_package_is_loaded_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    lazy_import(["colorsys"])
    import colorsys

    assert "rgb_to_hsv" not in vars(colorsys)
    assert colorsys.rgb_to_hsv(1, 1, 1) == (0, 0, 1)
    assert "rgb_to_hsv" in vars(sys.modules["colorsys"])
    with pytest.raises(AttributeError):
        _ = colorsys.nothing_of_that_name  # type: ignore[attr-defined]


def test_what_is_imported_already_stays_as_it_is() -> None:
    lazy_import(["sys"])
    assert sys.modules["sys"] is sys

"""Pages that are made from code are what the code makes."""

from __future__ import annotations

import tomllib

from packaging.requirements import Requirement

from app.settings import ROOT, Settings
from evaluation.figures_page import figures_page


def test_the_settings_page_is_the_settings() -> None:
    assert (ROOT / "docs/settings.md").read_text("utf-8") == Settings.table()


def test_every_dependency_earns_its_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    missing = [name for name in wanted if f"| {Requirement(name).name} |" not in page]
    assert missing == []


def test_the_lock_names_packages_and_hashes_only() -> None:
    for lock in (ROOT / "locks").glob("*.lock"):
        assert "://" not in lock.read_text("utf-8")


def test_the_figures_page_is_the_baselines() -> None:
    assert (ROOT / "docs/figures.md").read_text("utf-8") == figures_page()

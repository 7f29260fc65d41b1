"""Pages that are made from code are what the code makes."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement

from app.cli.reference import data_model_page
from app.settings import ROOT, Settings
from evaluation.figures_page import figures_page

PACKAGES = "app|access|audit|core|demo|docs|evaluation|benchmarks|kyc|loans|ocr|policy|privacy"
NAMED_FILE = re.compile(
    rf"`((?:{PACKAGES}|reference|storage|tests|tools|voiceprint)/[\w/.-]+)[`:,]"
)


def test_the_settings_page_is_the_settings() -> None:
    assert (ROOT / "docs/settings.md").read_text("utf-8") == Settings.table()


def test_the_data_model_page_is_the_tables() -> None:
    assert (ROOT / "docs/data-model.md").read_text("utf-8") == data_model_page()


def test_every_file_that_a_page_names_exists() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/adr/*.md")]
    pages = [page for page in pages if page.name != "CHANGELOG.md" and "venv" not in page.parts]
    named = {
        (str(page.relative_to(ROOT)), path)
        for page in pages
        for path in NAMED_FILE.findall(page.read_text("utf-8"))
    }
    assert named
    assert sorted(pair for pair in named if not (ROOT / pair[1]).exists()) == []


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

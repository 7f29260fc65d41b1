"""Migrations import no live code, so that no change of the code can rewrite history."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mako.template import Template

from tests.support.migrations import FOLDER

PROJECT = {path.parent.name for path in FOLDER.parent.glob("*/__init__.py")} | {
    path.stem for path in FOLDER.parent.glob("*.py")
}
FROZEN = "migrations.types"


def live_imports(source: str) -> set[str]:
    """Modules of the project that the source imports, but for the frozen types."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return {
        name
        for name in found - {FROZEN}
        if name.startswith(".") or name.partition(".")[0] in PROJECT
    }


@pytest.mark.parametrize(
    "path", [*sorted((FOLDER / "versions").glob("*.py")), FOLDER / "types.py"], ids=lambda p: p.stem
)
def test_a_migration_imports_no_live_code(path: Path) -> None:
    assert live_imports(path.read_text("utf-8")) == set()


def test_the_template_of_migrations_imports_no_live_code() -> None:
    template = Template(filename=str(FOLDER / "script.py.mako"))  # noqa: S702 -- no HTML
    source = template.render(
        message="", imports="", up_revision="2", down_revision="1", upgrades="", downgrades=""
    )
    assert live_imports(source) == set()


def test_live_imports_are_found() -> None:
    assert {"storage", "kyc", "wsgi"} <= PROJECT
    source = "import storage.database\nfrom kyc import tables\nfrom . import x\nimport sqlalchemy"
    assert live_imports(source) == {"storage.database", "kyc", "."}

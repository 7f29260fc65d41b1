"""Rules of the whole code, read from its syntax."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ROOT

PRODUCT = ("core", "sandbox", "storage", "audit", "access", "privacy", "kyc", "loans", "app")
STATES = ROOT / "storage" / "states.py"
# Pure, but typed by the policy of KYC, which knows other packages.
TYPED_BY_KYC = {"kyc.analysis.likeness", "kyc.analysis.__init__"}
MOVED = {"state", "decision"}  # what `Transitions` alone writes


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def rows_made(source: str) -> Iterator[tuple[int, str]]:
    """Attributes that are set without `Transitions`; views and events may name a state."""
    tables = {"Onboarding", "Evidence", "Verification", "Application", "Offer", "Job"}
    tables |= {"Delivery"}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in tables or name == "values":
            yield from ((node.lineno, word.arg) for word in node.keywords if word.arg)


def faults(source: str) -> list[str]:
    assigned = [
        (node.lineno, node.attr)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    ]
    return [f"{line}: {name}" for line, name in [*assigned, *rows_made(source)] if name in MOVED]


@pytest.mark.parametrize(
    "path", modules(*PRODUCT), ids=lambda path: str(path.relative_to(ROOT).with_suffix(""))
)
def test_states_are_written_by_transitions_alone(path: Path) -> None:
    assert path == STATES or faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "row.state = 'open'",
        "row.decision: str = 'approved'",
        "row.state, other = a, b",
        "Onboarding(id=1, state='open')",
        "sa.update(Offer).values(state='expired')",
        "del row.state",
    ],
)
def test_a_state_that_is_written_otherwise_is_found(source: str) -> None:
    assert faults(source)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_test_imports_another() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("tests")
        for name in imports(path)
        if name.startswith("tests.") and not (name + ".").startswith("tests.support.")
        if name != "tests.support"
    ]
    assert found == []


def test_the_product_imports_no_test() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in modules(*PRODUCT)
        if any(name.partition(".")[0] == "tests" for name in imports(path))
    ]
    assert found == []


def test_what_says_that_it_is_pure_is_held_to_it() -> None:
    """A module whose first words say "Pure." stands in the import contract of the pure ones."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    held = next(
        tuple(one["source_modules"])
        for one in contracts["contracts"]
        if one["name"] == "engines and computations are pure"
    )
    assert sorted(held) == sorted(set(held))
    said = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in modules("kyc", "loans", "reference")
        if "Pure." in (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    ]
    assert said
    assert [name for name in said if not name.startswith(held) and name not in TYPED_BY_KYC] == []


def test_every_package_is_installed_with_the_others() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    folders = {path.parent for path in modules(*{name.partition(".")[0] for name in listed})}
    assert {str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders} == listed

"""Code metrics: how the code and the API's documents are built, counted from themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from access.permissions import Permission
from app.settings import ROOT, Settings
from audit.actions import Action
from benchmarks.api_documents import api_figures
from benchmarks.source import (
    PRODUCT,
    TOOLS,
    Module,
    imports_of,
    literals_outside,
    longest_function,
    modules,
)
from core.reasons import Reason
from evaluation.report import Figures
from kyc.evidence.types import TYPES


def bench_house(_settings: Settings) -> Figures:
    """Every code metric; those that need a tool run it over the working tree."""
    product, tools = modules(PRODUCT), modules(TOOLS)
    return {
        "modules": len(product),
        "largest_module_lines": max(module.lines for module in product),
        "median_module_lines": sorted(module.lines for module in product)[len(product) // 2],
        "longest_function_lines": max(longest_function(module) for module in product),
        "complex_blocks": _complex_blocks(product),
        "api_sql": _api_sql(product),
        "literals_outside_registries": literals_outside(_registries(), [*product, *tools]),
        "test_cross_imports": sum(1 for _ in cross_imports(modules(["tests"]))),
        "public_docstrings": _public_docstrings(),
        "type_errors": _type_errors(),
        **api_figures(),
    }


def cross_imports(tests: list[Module]) -> Iterator[str]:
    """Imports from one test module to another; `tests.support` is for all of them."""
    for module in tests:
        for name in imports_of(module):
            last = name.rpartition(".")[2]
            if name.startswith("tests.") and last.startswith(("test_", "conftest")):
                yield f"{module.name} imports {name}"


def _registries() -> dict[str, frozenset[str]]:
    return {
        "reasons": frozenset(Reason),
        "actions": frozenset(Action),
        "permissions": frozenset(Permission),
        "evidence": frozenset(kind.kind for kind in TYPES.all()),
    }


def _api_sql(product: list[Module]) -> int:
    """Modules of app/api that import SQLAlchemy."""
    api = [module for module in product if module.name.startswith("app/api/")]
    return sum(any(n.split(".")[0] == "sqlalchemy" for n in imports_of(m)) for m in api)


def _complex_blocks(product: list[Module]) -> int:
    """Functions and classes of cyclomatic complexity above 10 (radon's C and worse)."""
    from radon.complexity import cc_visit

    blocks: list[Any] = [block for module in product for block in cc_visit(module.text)]
    return sum(block.complexity > 10 for block in blocks)


def _public_docstrings() -> float:
    """The share of public things that have a docstring, as `make check` measures it."""
    from interrogate.config import InterrogateConfig
    from interrogate.coverage import InterrogateCoverage

    config = InterrogateConfig(
        ignore_init_method=True,
        ignore_private=True,
        ignore_semiprivate=True,
        ignore_magic=True,
        ignore_nested_functions=True,
    )
    paths = [str(ROOT / folder) for folder in (*PRODUCT, *TOOLS, "tools")]
    found: Any = InterrogateCoverage(paths=paths, conf=config).get_coverage()
    return round(float(found.perc_covered) / 100, 4)


def _type_errors() -> int:
    """What mypy finds, strict, over every folder of `pyproject.toml`."""
    mypy = Path(sys.executable).with_name("mypy")
    done = subprocess.run([mypy, "--no-error-summary"], cwd=ROOT, capture_output=True, text=True)
    return sum(": error:" in line for line in done.stdout.splitlines())

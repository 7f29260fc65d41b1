"""The source code as data: modules, imports, literals, sizes. For the code metrics."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT

PRODUCT = (
    "core", "sandbox", "storage", "audit", "access", "privacy", "ocr", "voiceprint", "kyc", "loans",
    "app",
)  # fmt: skip
TOOLS = ("demo", "evaluation", "benchmarks")
# Where the members of each registry are written down.
REGISTRIES = (
    "core/reasons.py",
    "core/actors.py",
    "audit/actions.py",
    "access/permissions.py",
    "kyc/evidence/types.py",
)


@dataclass(frozen=True)
class Module:
    """One file: its path from the root, its text, its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.text.count("\n")

    @property
    def name(self) -> str:
        """Its path with slashes, from the root."""
        return self.path.as_posix()


def modules(folders: Iterable[str]) -> list[Module]:
    """Every Python file below some folders."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [_module(file) for file in files]


def imports_of(module: Module) -> Iterator[str]:
    """The dotted names of what a module imports, wherever in it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def literals_of(module: Module) -> Iterator[str]:
    """The string constants of a module, docstrings and parts of f-strings left out."""
    ignored = {id(node) for node in _docstrings(module.tree)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr):
            ignored |= {id(part) for part in node.values}
    for node in ast.walk(module.tree):
        if id(node) in ignored or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str):
            yield node.value


def longest_function(module: Module) -> int:
    """Lines of the module's longest function, its decorators left out; 0 where there is none."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(module.tree) if isinstance(node, kinds)]
    return max(((node.end_lineno or 0) - node.lineno + 1 for node in found), default=0)


def literals_outside(registries: Mapping[str, frozenset[str]], found: Iterable[Module]) -> int:
    """How often a member of a registry is written as a string outside of it.

    A member that is also an ordinary word of the language (`review`) counts only in the kinds of
    its registry that are unmistakable: those with an underscore or a full stop.
    """
    members = {
        word for words in registries.values() for word in words if "_" in word or "." in word
    }
    return sum(
        literal in members
        for module in found
        if module.name not in REGISTRIES
        for literal in literals_of(module)
    )


def _module(file: Path) -> Module:
    text = file.read_text("utf-8")
    return Module(file.relative_to(ROOT), text, ast.parse(text))


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, holders) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value

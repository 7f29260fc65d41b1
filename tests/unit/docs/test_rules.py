"""`docs/rules.md`: every key, name and test that it gives exists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from app.settings import ROOT
from tests.support.policy import CONTENT

PAGE = ROOT / "docs/rules.md"
POLICY: dict[str, Any] = tomllib.loads(CONTENT)
NAMED = re.compile(r"`([\w/]+\.py): (\w+)`")
KEY = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+)`")
NONE = "-"


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Law, policy, code and test of each row."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in {"law", "---"}:
            law, _, policy, code, test = cells
            yield law, policy, code, test


ROWS = list(rows())


@pytest.mark.parametrize("policy", sorted({row[1] for row in ROWS} - {NONE}))
def test_a_key_is_in_the_policy(policy: str) -> None:
    keys = KEY.findall(policy)
    assert keys, "names no key"
    for key in keys:
        at: Any = POLICY
        for part in key.split("."):
            assert part in at, key
            at = at[part]


@pytest.mark.parametrize("cell", sorted({cell for row in ROWS for cell in row[2:]}))
def test_a_name_is_defined_in_its_file(cell: str) -> None:
    named = NAMED.findall(cell)
    assert named, "names nothing"
    for path, name in named:
        source = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^\s*(?:def|class) {name}\b", source, re.MULTILINE), (path, name)


def test_a_test_is_one_and_code_is_none() -> None:
    for _, _, code, test in ROWS:
        assert not code.strip("`").startswith("tests/")
        assert all(path.startswith("tests/") for path, _ in NAMED.findall(test))
        assert all(name.startswith("test_") for _, name in NAMED.findall(test))


def test_every_row_says_which_law() -> None:
    assert len(ROWS) > 20
    assert all(law for law, *_ in ROWS)

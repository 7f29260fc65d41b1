"""The template's reserve: a mapping that costs no memory until a child uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT
from sandbox.memory import RESERVED

HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
SLACK = 4 * 2**20  # bytes: what the interpreter itself maps or gives back meanwhile
MEASURE = """
from pathlib import Path
from sandbox.memory import reserve_huge_pages

def held():
    return [int(pages) * 4096 for pages in Path("/proc/self/statm").read_text().split()[:2]]

def in_huge_pages():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))

before = held()
reserve_huge_pages()
after = held()
page = b"x" * (16 * 2**20)
print(after[0] - before[0], after[1] - before[1], in_huge_pages() * 1024, len(page))
"""


@pytest.fixture(scope="module")
def measured() -> dict[str, int]:
    """What a process maps and holds by the reserve, and of a large object in huge pages; bytes."""
    command = [sys.executable, "-c", MEASURE]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    numbers = (int(number) for number in output.split())
    return dict(zip(("mapped", "used", "huge", "size"), numbers, strict=True))


def test_the_reserve_is_no_memory_until_it_is_used(measured: dict[str, int]) -> None:
    assert abs(measured["mapped"] - RESERVED) < SLACK
    assert measured["used"] < RESERVED / 16


def test_what_is_used_of_it_is_in_huge_pages(measured: dict[str, int]) -> None:
    if not HUGE_PAGES.exists() or "[never]" in HUGE_PAGES.read_text():
        pytest.skip("this kernel gives no huge pages, whatever is asked for")
    assert measured["huge"] >= measured["size"] / 2

"""What surrounds the engines: how they are loaded, and what an analysis leaves behind."""

from __future__ import annotations

import gc
import sys

import psutil
import pytest

from app.jobs.analysis_pool import Borrowed, postpone, uncollected

BLOCK = 100_000  # bytes: below what the C library asks the system for one by one


def test_garbage_is_collected_again_after_loading() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_a_failure_to_load() -> None:
    with pytest.raises(FileNotFoundError), uncollected():
        raise FileNotFoundError
    assert gc.isenabled()


def test_a_postponed_package_is_loaded_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    postpone(["colorsys"])
    import colorsys

    assert "rgb_to_hsv" not in vars(colorsys)
    assert colorsys.rgb_to_hsv(1, 1, 1) == (0, 0, 1)
    assert "rgb_to_hsv" in vars(sys.modules["colorsys"])
    with pytest.raises(AttributeError):
        _ = colorsys.nothing_of_that_name


def test_what_is_imported_already_is_not_postponed() -> None:
    postpone(["sys"])
    assert sys.modules["sys"] is sys


def _held() -> int:
    held: int = psutil.Process().memory_info().rss
    return held


def _freed_but_for_the_last(count: int) -> bytes:
    """Blocks freed below one in use, which keeps them from being given back unasked."""
    blocks = [b"\1" * BLOCK for _ in range(count)]
    return blocks[-1]


@pytest.mark.parametrize(("blocks", "is_returned"), [(2000, True), (200, False)])
def test_only_what_takes_much_room_is_given_back(blocks: int, is_returned: bool) -> None:
    borrowed = Borrowed()
    borrowed.give_back()
    in_use = _freed_but_for_the_last(blocks)
    before = _held()
    borrowed.give_back()
    assert (before - _held() > blocks * BLOCK / 2) is is_returned
    assert in_use

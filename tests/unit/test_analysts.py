"""What surrounds the engines: how they are loaded, and what an analysis leaves behind."""

from __future__ import annotations

import gc

import psutil
import pytest

from app import analysts
from app.analysts import give_back, uncollected

BLOCK = 100_000  # bytes: below what the C library asks the system for one by one


def test_garbage_is_collected_again_after_loading() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_a_failure_to_load() -> None:
    with pytest.raises(FileNotFoundError), uncollected():
        raise FileNotFoundError
    assert gc.isenabled()


def _held() -> int:
    held: int = psutil.Process().memory_info().rss
    return held


def _freed_below_what_is_in_use() -> bytes:
    """200 MB freed, but for their last block, which keeps them from being given back unasked."""
    blocks = [b"\1" * BLOCK for _ in range(2000)]
    return blocks[-1]


@pytest.mark.parametrize(("most", "is_given"), [(0, True), (2**50, False)])
def test_freed_memory_is_given_back_where_more_is_held_than_may_be_kept(
    monkeypatch: pytest.MonkeyPatch, most: int, is_given: bool
) -> None:
    monkeypatch.setattr(analysts, "KEPT", most)
    in_use = _freed_below_what_is_in_use()
    before = _held()
    give_back()
    assert (before - _held() > 1000 * BLOCK) is is_given
    assert in_use

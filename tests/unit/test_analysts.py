"""What surrounds the engines: how they are loaded, and what an analysis leaves behind."""

from __future__ import annotations

import gc

import psutil
import pytest

from app.analysts import Borrowed, uncollected

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

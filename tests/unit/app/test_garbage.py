"""What is loaded is not collected again, what is made afterwards is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.garbage import exempt_loaded


class Node:
    """Something that refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    """Let later tests collect what this one exempted."""
    yield
    gc.unfreeze()


def test_no_collection_visits_what_was_loaded() -> None:
    before = len(gc.get_objects())
    exempt_loaded()
    assert gc.get_freeze_count() > before / 2
    assert len(gc.get_objects()) < before / 10


def test_what_is_made_later_is_still_freed() -> None:
    exempt_loaded()
    made = weakref.ref(Node())
    gc.collect()
    assert made() is None

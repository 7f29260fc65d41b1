"""Freed memory is returned to the system when there is much of it."""

from __future__ import annotations

import gc

import pytest

from app.jobs.memory import garbage_collection_off
from tests.support.memory import measured_in_a_process_of_its_own


def test_garbage_is_collected_again_after_loading() -> None:
    with garbage_collection_off():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_a_failure_to_load() -> None:
    with pytest.raises(FileNotFoundError), garbage_collection_off():
        raise FileNotFoundError
    assert gc.isenabled()


@pytest.mark.parametrize(("blocks", "is_returned"), [(2000, True), (200, False)])
def test_only_what_is_much_is_returned(blocks: int, is_returned: bool) -> None:
    freed, returned = measured_in_a_process_of_its_own(blocks)
    assert (returned > freed / 2) is is_returned

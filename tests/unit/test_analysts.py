"""What surrounds the loading of the engines."""

from __future__ import annotations

import gc

import pytest

from app.analysts import uncollected


def test_garbage_is_collected_again_after_loading() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_a_failure_to_load() -> None:
    with pytest.raises(FileNotFoundError), uncollected():
        raise FileNotFoundError
    assert gc.isenabled()

"""Memory of the processes that hold the models."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import onnxruntime
import psutil

MAX_HELD = 56 * 2**20  # bytes above the least: a card's photo needs less, a licence's more
ARENA = 128 * 2**20  # bytes: enough to find the text of a page; it grows where that is not enough


@cache
def share_arena() -> None:
    """Let ONNX Runtime's networks, which run one after another, work in the same memory."""
    kind, use = onnxruntime.OrtAllocatorType, onnxruntime.OrtMemType
    memory = onnxruntime.OrtMemoryInfo("Cpu", kind.ORT_ARENA_ALLOCATOR, 0, use.DEFAULT)
    growth = onnxruntime.OrtArenaCfg({"initial_chunk_size_bytes": ARENA})
    onnxruntime.create_and_register_allocator(memory, growth)


@contextmanager
def garbage_collection_off() -> Iterator[None]:
    """Without the garbage collector, which visits all that is being loaded again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class MemoryTrimmer:
    """Returns freed memory to the system, when much of it is held."""

    def __init__(self) -> None:
        self._process, self._least = psutil.Process(), 0

    def trim(self) -> None:
        """Return what was freed, where `MAX_HELD` more is held than after the last time.

        Not always: what is returned is asked for again by the next photo, page by page.
        """
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; others return it unasked
        if trim is not None and self._process.memory_info().rss > self._least + MAX_HELD:
            trim(0)
            self._least = self._process.memory_info().rss

"""What a process gives back of the memory that it freed, measured where nothing else runs."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection

import psutil

BLOCK = 100_000  # bytes: below what the C library asks the system for one by one


def measured_in_a_process_of_its_own(blocks: int) -> tuple[int, int]:
    """Bytes that were freed, and how many of them trimming returned to the system."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_measure, args=(blocks, there))
    process.start()
    returned: int = here.recv()
    process.join()
    return blocks * BLOCK, returned


def _measure(blocks: int, pipe: Connection) -> None:
    from app.jobs.memory import MAX_HELD, MemoryTrimmer

    trimmer, process = MemoryTrimmer(), psutil.Process()
    models = b"\1" * MAX_HELD  # in use all the time, so that the first call sets the least
    trimmer.trim()
    kept = _freed_but_for_the_last(blocks)
    before = process.memory_info().rss
    trimmer.trim()
    pipe.send(before - process.memory_info().rss)
    del kept, models


def _freed_but_for_the_last(count: int) -> bytes:
    """Blocks freed below one in use, which keeps them from being given back unasked."""
    made = [b"\1" * BLOCK for _ in range(count)]
    return made[-1]

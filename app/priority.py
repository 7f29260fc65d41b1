"""What a process that holds models owes the others of its machine: processor and memory."""

from __future__ import annotations

import ctypes
import os

KEEPS = 4 << 20  # bytes: larger blocks go back to the system as soon as they are freed
KEEPS_AT_TOP = 64 << 20
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # of mallopt(3)
_NICENESS = 10


def yield_to_others() -> None:
    """Let who asks the web processes go first."""
    os.nice(_NICENESS)


def return_freed_memory() -> None:
    """Keep the C library from holding pictures' memory for the next: 130 MB of a worker.

    Left alone it learns from the first large blocks to keep all that are as large.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, KEEPS)
        mallopt(_TRIM_THRESHOLD, KEEPS_AT_TOP)

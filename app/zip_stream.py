"""A zip archive written while it is sent: one file at a time is in memory, none on disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from core.clock import CHINA
from storage.damage import DAMAGE

Entry = tuple[str, Callable[[], bytes]]


class _Outlet(io.RawIOBase):
    """What the archive writes to; it cannot seek, so that sizes follow their files."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """It is written to, and nothing else."""
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zip_stream(entries: Iterable[Entry], made_at: datetime) -> Iterator[bytes]:
    """The bytes of an archive of entries, each opened when its turn comes.

    A damaged entry is named in `unreadable.txt`, the last one; the others stay whole. Whatever else
    goes wrong (a store that is away) is raised: the archive then lacks its end and does not open.
    """
    outlet, unreadable = _Outlet(), []
    moment = made_at.astimezone(CHINA).timetuple()[:6]
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for name, opened in entries:
            try:
                content = opened()
            except DAMAGE:  # it must not keep the rest from its owner
                unreadable.append(name)
                continue
            archive.writestr(zipfile.ZipInfo(name, moment), content)
            yield outlet.taken()
        if unreadable:
            archive.writestr(zipfile.ZipInfo("unreadable.txt", moment), "\n".join(unreadable))
    yield outlet.taken()

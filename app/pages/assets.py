"""Static files below one address that is made of the contents of all of them.

ES modules import each other by relative names, so a name a file cannot hold that file's hash
without a build that rewrites imports. The folder has the hash instead: any change is a new address
for all, and each may be kept for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from app.pages.packed import Packed

PREFIX = "/assets"
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
DIGEST_LENGTH = 16


class Assets:
    """The files of a folder, read and compressed once, with those that were made at the start."""

    def __init__(self, folder: Path, made: Mapping[str, bytes] = MappingProxyType({})) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in MEDIA_TYPES)
        read = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        contents = {**read, **made}
        self.files = {
            name: Packed.of(content, MEDIA_TYPES[Path(name).suffix])
            for name, content in contents.items()
        }
        self.digest = _digest(contents)

    def address(self, name: str) -> str:
        """The address of a file. Raises `KeyError` where the folder has no such file."""
        if name not in self.files:
            raise KeyError(name)
        return f"{PREFIX}/{self.digest}/{name}"

    def find(self, digest: str, name: str) -> Packed | None:
        """The file at an address; None for another version of the folder."""
        return self.files.get(name) if digest == self.digest else None


def _digest(contents: Mapping[str, bytes]) -> str:
    """A name for the contents of a folder: of every file's name and bytes, whatever their order."""
    whole = hashlib.sha256()
    for name, content in sorted(contents.items()):
        whole.update(hashlib.sha256(name.encode()).digest())
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()[:DIGEST_LENGTH]

"""Several byte strings as one, and back. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

_LENGTH = struct.Struct("<Q")


class ContainerBroken(ValueError):
    """Bytes that `joined` did not make."""


def joined(pieces: Iterable[bytes]) -> bytearray:
    """The pieces, each after its length; of all but one there is no second copy at any time."""
    content = bytearray()
    for piece in pieces:
        content += _LENGTH.pack(len(piece))
        content += piece
    return content


def split(content: bytes | bytearray) -> Iterator[bytes]:
    """The pieces. Raises `ContainerBroken`."""
    at = 0
    while at < len(content):
        if at + _LENGTH.size > len(content):
            raise ContainerBroken
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        if at + length > len(content):
            raise ContainerBroken
        yield bytes(content[at : at + length])
        at += length

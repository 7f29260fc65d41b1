"""How a child answers: numbered parts, each a small JSON object and bytes, every length bounded.

The child may be in the hands of whoever made the file, so nothing that it sends is unpickled or
executed, and no length is believed beyond what the caller allows.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

MAX_META_BYTES = 2**20
_HEAD = struct.Struct("<BII")  # kind, bytes of the JSON object, bytes of the body


class Kind(IntEnum):
    """What a message is."""

    PART = 1
    REFUSED = 2  # the file cannot be read; `reason` says why
    END = 3


class BadAnswer(Exception):
    """A child sent what no decoder sends."""


@dataclass(frozen=True)
class Part:
    """One part of an answer: its description, and its bytes.

    `tail` are bytes that follow; a reader gets them in the body.
    """

    meta: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | bytearray | memoryview = b""
    tail: bytes | memoryview = b""


@dataclass(frozen=True)
class Message:
    """A part with its kind."""

    kind: Kind
    part: Part


def write_message(file: int, kind: Kind, part: Part) -> None:
    """Send a message down a pipe. Raises `BrokenPipeError` where nobody reads on."""
    meta = json.dumps(part.meta).encode()
    body, tail = memoryview(part.body).cast("B"), memoryview(part.tail).cast("B")
    write_all(file, memoryview(_HEAD.pack(kind, len(meta), len(body) + len(tail)) + meta))
    write_all(file, body)
    write_all(file, tail)


def write_all(file: int, content: memoryview) -> None:
    """Write everything, however much is taken at a time."""
    while content:
        content = content[os.write(file, content) :]


def read_message(file: int, max_body: int) -> Message | None:
    """The next message, or None where the child has ended before it.

    Raises `BadAnswer` for a message of another form, or larger than it may be.
    """
    head = _read_exactly(file, _HEAD.size)
    if head is None:
        return None
    kind, meta_bytes, body_bytes = _HEAD.unpack(head)
    if kind not in tuple(Kind) or meta_bytes > MAX_META_BYTES or body_bytes > max_body:
        raise BadAnswer("a message is not of this form")
    meta, body = _read_exactly(file, meta_bytes), _read_exactly(file, body_bytes)
    if meta is None or body is None:
        return None
    return Message(Kind(kind), Part(_parsed(meta), body))


def _parsed(meta: bytearray) -> Mapping[str, Any]:
    try:
        parsed = json.loads(meta)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("a description is no JSON") from error
    if not isinstance(parsed, dict):
        raise BadAnswer("a description is no object")
    return parsed


def _read_exactly(file: int, count: int) -> bytearray | None:
    content = bytearray(count)
    left = memoryview(content)
    read: Callable[[int, list[memoryview]], int] = os.readv
    while left:
        taken = read(file, [left])
        if taken == 0:
            return None
        left = left[taken:]
    return content

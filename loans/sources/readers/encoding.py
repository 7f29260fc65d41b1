"""Text of statements: UTF-8, UTF-16 or GB18030, or lines of several of them in one file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO

from loans.sources.readers.refusal import RefusalCode, StatementRefused

CHUNK = 1 << 18
HEAD = 4_096  # bytes by which UTF-16 without a mark is known
UTF_16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CHINESE_IN_UTF_8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")
CHINESE = re.compile("[\u4e00-\u9fff]{2}")


def text_lines(file: IO[bytes], max_line_chars: int) -> Iterator[str]:
    """The physical lines of a text that is read from its beginning, without their ends.

    Raises `StatementRefused` for a line longer than `max_line_chars`.
    """
    head = file.read(CHUNK)
    parts = chain([head], iter(lambda: file.read(CHUNK), b""))
    if utf_16 := _utf_16(head[:HEAD]):
        chunks = _decoded(parts, utf_16)
    else:
        chunks = (_text_of(chunk) for chunk in _whole_lines(parts, max_line_chars * 4))
    return _lines(chunks, max_line_chars)


def _utf_16(head: bytes) -> str | None:
    if encoding := UTF_16_MARKS.get(head[:2]):
        return encoding
    if len(head) >= 8 and b"\x00" in head:  # without a mark: ASCII among it has bytes of zero
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) // 8:
            return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _decoded(parts: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for part in parts:
        yield decoder.decode(part)
    yield decoder.decode(b"", final=True)


def _whole_lines(parts: Iterator[bytes], max_line_bytes: int) -> Iterator[bytes]:
    """Chunks that end where a line ends: no character of UTF-8 or GB18030 holds a line feed."""
    rest = b""
    for chunk in parts:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
            if len(rest) > max_line_bytes + CHUNK:
                raise StatementRefused(RefusalCode.TOO_LARGE)
    if rest:
        yield rest


def _text_of(chunk: bytes) -> str:
    try:
        return chunk.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if CHINESE_IN_UTF_8.search(chunk) is None:
        return chunk.decode("gb18030", errors="replace")
    return "".join(_line_of(line) for line in chunk.splitlines(keepends=True))


def _line_of(line: bytes) -> str:
    """A line of a file that may hold several encodings: UTF-8 only where that gives Chinese."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace")
    if text.isascii() or CHINESE.search(text):
        return text
    return line.decode("gb18030", errors="replace")


def _lines(chunks: Iterator[str], max_line_chars: int) -> Iterator[str]:
    rest = ""
    first = True
    for chunk in chunks:
        if first:
            chunk, first = chunk.removeprefix("\ufeff"), False
        lines = (rest + chunk).replace("\r\n", "\n").split("\n")
        rest = lines.pop()
        for line in lines:
            if len(line) > max_line_chars:
                raise StatementRefused(RefusalCode.TOO_LARGE)
            if "\r" in line:
                yield from line.split("\r")
            else:
                yield line
        if len(rest) > max_line_chars:
            raise StatementRefused(RefusalCode.TOO_LARGE)
    yield from rest.split("\r") if rest else ()

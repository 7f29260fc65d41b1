"""Whisper with the few words of its vocabulary that are asked or answered here.

An answer in digits takes fifteen of 51,865 words (`recogniser.py`). The network reads the rows of
all of them for each digit that it writes, more than it computes in between. What it makes of the
fifteen is the same without the others.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Final

# By their places in the vocabulary of Whisper's multilingual networks.
WORDS: Final = {
    **{15 + digit: str(digit) for digit in range(10)},
    50257: "<|endoftext|>",
    50258: "<|startoftranscript|>",
    50260: "<|zh|>",
    50359: "<|transcribe|>",
    50363: "<|notimestamps|>",
}
VERSION: Final = 6  # of CTranslate2's files
EMBEDDINGS: Final = "decoder/embeddings/weight"  # of the words; the output's are the same


def keep_words(network: bytes) -> bytes:
    """A network's file, in CTranslate2's format, with the rows of `WORDS` alone.

    Raises ValueError for a file of another version, or without such rows.
    """
    file = BytesIO(network)
    head = _taken(file, "<I")
    if head != (VERSION,):
        raise ValueError(f"version {head[0]} of CTranslate2's format")
    name = _text(file)
    revision, count = _taken(file, "<II")
    parts = [struct.pack("<I", VERSION), _packed(name), struct.pack("<II", revision, count)]
    kept = [_variable(file) for _ in range(count)]
    if not any(found for _, found in kept):
        raise ValueError(f"no {EMBEDDINGS}")
    return b"".join([*parts, *(part for part, _ in kept), file.read()])


def keep_vocabulary(vocabulary: bytes) -> bytes:
    """A vocabulary's file, a word a line, with `WORDS` alone, in the order of their rows.

    Raises ValueError where another word has the place of one.
    """
    words = vocabulary.decode("utf-8").splitlines()
    if [words[place] for place in WORDS] != [*WORDS.values()]:
        raise ValueError("not the vocabulary of a multilingual network")
    return "".join(f"{word}\n" for word in WORDS.values()).encode("utf-8")


def _variable(file: BytesIO) -> tuple[bytes, bool]:
    """The next variable as it is to be written, and whether it held the words' rows."""
    name = _text(file)
    (rank,) = _taken(file, "<B")
    shape = _taken(file, f"<{rank}I")
    kind, size = _taken(file, "<BI")
    content = file.read(size)
    is_words = name == EMBEDDINGS
    if is_words:
        row = size // shape[0]
        content = b"".join(content[place * row : (place + 1) * row] for place in WORDS)
        shape = len(WORDS), *shape[1:]
    head = struct.pack(f"<B{rank}IBI", rank, *shape, kind, len(content))
    return _packed(name) + head + content, is_words


def _text(file: BytesIO) -> str:
    (length,) = _taken(file, "<H")
    return file.read(length)[:-1].decode("utf-8")  # it ends with a zero


def _packed(text: str) -> bytes:
    content = text.encode("utf-8") + b"\0"
    return struct.pack("<H", len(content)) + content


def _taken(file: BytesIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))

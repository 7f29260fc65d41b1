"""Real files changed as somebody would who wants a decoder to fail: by chance, and by their form.

Each function takes a file and chance, and returns another file. `mutated` chooses among those that
fit the file's kind.
"""

from __future__ import annotations

import random
import re
import struct
import zlib
from collections.abc import Callable, Sequence

Mutation = Callable[[bytes, random.Random], bytes]
MAX_BYTES = 10 * 2**20  # of a file: what is larger is refused unread
HEADER = 512
# Lengths, counts and sizes that programs reckon with wrongly.
EDGES = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
PICTURE_SIDES = (0, 1, 299, 2000, 7700, 16383, 30000, 65535)
BOX = re.compile(rb"moov|trak|mdia|minf|stbl|meta|iprp|ipco|udta|edts")
TABLE = re.compile(
    rb"stts|stsz|stsc|stco|ctts|elst|stss|tkhd|mvhd|mdhd|ispe|iloc|iinf|infe|avcC|hvcC"
)
PDF_NUMBER = re.compile(rb"(?<![\d.])\d{1,10}(?![\d.])")
PDF_REFERENCE = re.compile(rb"(\d+) 0 R")
JPEG_FRAME = re.compile(rb"\xff[\xc0\xc1\xc2]..\x08", re.DOTALL)
EBML_IDS = (b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\xae", b"\xe0", b"\xb0", b"\xba", b"\xa3")


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Some bits are others."""
    changed = bytearray(content)
    reach = _reach(content, chance)
    for _ in range(chance.choice((1, 4, 32, 256))):
        changed[chance.randrange(reach)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwritten(content: bytes, chance: random.Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(content)
    reach = _reach(content, chance)
    for _ in range(chance.choice((1, 4, 32, 256))):
        changed[chance.randrange(reach)] = chance.randrange(256)
    return bytes(changed)


def truncated(content: bytes, chance: random.Random) -> bytes:
    """The end is missing, or the beginning, or something between."""
    first, second = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    return chance.choice((content[:second], content[first:], content[:first] + content[second:]))


def edged(content: bytes, chance: random.Random) -> bytes:
    """Numbers of two or four bytes are such as programs reckon with wrongly."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 8))):
        form = chance.choice(("<H", ">H", "<I", ">I"))
        size = struct.calcsize(form)
        place = chance.randrange(max(1, _reach(content, chance) - size))
        number = chance.choice(EDGES) & (256**size - 1)
        changed[place : place + size] = struct.pack(form, number)
    return bytes(changed)


def repeated(content: bytes, chance: random.Random) -> bytes:
    """A piece of the file comes many times."""
    place = chance.randrange(len(content))
    piece = content[place : place + chance.choice((4, 64, 1024, 65536))]
    room = max(1, (MAX_BYTES - len(content)) // max(1, len(piece)))
    times = min(room, chance.choice((2, 16, 1000, 100_000)))
    return content[:place] + piece * times + content[place:]


def inflated_boxes(content: bytes, chance: random.Random) -> bytes:
    """ISO/IEC 14496-12: numbers of some tables and headers are others, counts first."""
    changed = bytearray(content)
    found = [match.end() for match in TABLE.finditer(content)]
    for place in chance.sample(found, min(len(found), chance.choice((1, 2, 6)))):
        place += 4 * chance.randrange(6)
        changed[place : place + 4] = struct.pack(">I", chance.choice(EDGES))
    return bytes(changed)


def nested_boxes(content: bytes, chance: random.Random) -> bytes:
    """ISO/IEC 14496-12: a box within boxes of its name, thousands deep."""
    found = [match.start() - 4 for match in BOX.finditer(content) if match.start() >= 4]
    if not found:
        return repeated(content, chance)
    place = chance.choice(found)
    name, (size,) = content[place + 4 : place + 8], struct.unpack_from(">I", content, place)
    box = content[place : place + size]
    depth = chance.choice((2, 50, 3000))
    around = b"".join(
        struct.pack(">I", len(box) + 8 * level) + name for level in range(depth, 0, -1)
    )
    return content[:place] + around + content[place:]


def resized_png(content: bytes, chance: random.Random) -> bytes:
    """PNG: the header says another size, depth or colour, with the right checksum."""
    width, height, depth, colour, *rest = struct.unpack_from(">IIBBBBB", content, 16)
    width = chance.choice((width, *PICTURE_SIDES))
    height = chance.choice((height, *PICTURE_SIDES))
    depth, colour = chance.choice((depth, 1, 8, 16)), chance.choice((colour, 0, 2, 3, 4, 6))
    rest[2] = chance.choice((0, 1))
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, *rest)
    return content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:]


def repeated_png_chunk(content: bytes, chance: random.Random) -> bytes:
    """PNG: one whole chunk comes many times."""
    starts, place = [], 8
    while place + 12 <= len(content):
        starts.append(place)
        place += 12 + int(struct.unpack_from(">I", content, place)[0])
    place = chance.choice(starts)
    (size,) = struct.unpack_from(">I", content, place)
    chunk = content[place : place + 12 + size]
    times = min(chance.choice((1, 30, 20_000)), max(1, (MAX_BYTES - len(content)) // len(chunk)))
    return content[:place] + chunk * times + content[place:]


def resized_jpeg(content: bytes, chance: random.Random) -> bytes:
    """JPEG: the frame says another size, other sampling, or that it is progressive."""
    changed = bytearray(content)
    found = [match.start() for match in JPEG_FRAME.finditer(content)]
    if not found:
        return edged(content, chance)
    place = chance.choice(found)
    changed[place + 1] = chance.choice((0xC0, 0xC1, 0xC2))
    struct.pack_into(">H", changed, place + 5, chance.choice(PICTURE_SIDES))
    struct.pack_into(">H", changed, place + 7, chance.choice(PICTURE_SIDES))
    changed[place + 11] = chance.choice((changed[place + 11], 0x11, 0x44, 0x14))
    return bytes(changed)


def repeated_scan(content: bytes, chance: random.Random) -> bytes:
    """JPEG: all from a scan's header on comes many times."""
    place = content.rfind(b"\xff\xda")
    if place < 0:
        return repeated(content, chance)
    scan = content[place : place + chance.choice((14, 200, 5000))]
    times = min(chance.choice((3, 300, 30_000)), (MAX_BYTES - len(content)) // len(scan))
    return content[:place] + scan * max(1, times) + content[place:]


def renumbered_pdf(content: bytes, chance: random.Random) -> bytes:
    """PDF: numbers are huge, negative or none."""
    found = list(PDF_NUMBER.finditer(content))
    changed = bytearray(content)
    for match in sorted(chance.sample(found, min(len(found), 4)), key=lambda one: -one.start()):
        number = chance.choice((b"0", b"-1", b"2147483647", b"1e30", b"14400", b"99999999999"))
        changed[match.start() : match.end()] = number
    return bytes(changed)


def looped_pdf(content: bytes, chance: random.Random) -> bytes:
    """PDF: references lead to other objects, also to those that they are part of."""
    numbers = sorted(set(PDF_REFERENCE.findall(content)))
    if not numbers:
        return renumbered_pdf(content, chance)

    def other(match: re.Match[bytes]) -> bytes:
        return match[0] if chance.random() < 0.7 else chance.choice(numbers) + b" 0 R"

    return PDF_REFERENCE.sub(other, content)


def nested_pdf(content: bytes, chance: random.Random) -> bytes:
    """PDF: lists and dictionaries thousands deep in a value."""
    found = list(re.finditer(rb"/(MediaBox|Resources|Kids|Contents|Filter|Parent)", content))
    if not found:
        return renumbered_pdf(content, chance)
    place = chance.choice(found).end()
    depth = chance.choice((10, 1000, 200_000))
    opening, closing = chance.choice(((b"[", b"]"), (b"<</A ", b">>")))
    return content[:place] + opening * depth + closing * depth + content[place:]


def misdescribed_wav(content: bytes, chance: random.Random) -> bytes:
    """WAV: the format's header says another codec, rate, width, or number of channels."""
    place = content.find(b"fmt ")
    if place < 0:
        return edged(content, chance)
    changed = bytearray(content)
    place += 8
    number = chance.choice((*EDGES, 8000, 96_000, 192_000, 384_000))
    form, offset = chance.choice((("<H", 0), ("<H", 2), ("<I", 4), ("<H", 12), ("<H", 14)))
    struct.pack_into(form, changed, place + offset, number & (256 ** struct.calcsize(form) - 1))
    return bytes(changed)


def misdescribed_ebml(content: bytes, chance: random.Random) -> bytes:
    """Matroska, WebM: what follows the name of some element is another size and content."""
    changed = bytearray(content)
    name = chance.choice(EBML_IDS)
    found = [match.end() for match in re.finditer(re.escape(name), content)][:40]
    for place in chance.sample(found, min(3, len(found))):
        changed[place : place + 4] = chance.choice(
            (b"\x01\xff\xff\xff", b"\xff\xff\xff\xff", bytes(4))
        )
    return bytes(changed) if found else edged(content, chance)


ANY: tuple[Mutation, ...] = (flipped, overwritten, truncated, edged, repeated)
BY_FORM: dict[str, tuple[Mutation, ...]] = {
    ".png": (resized_png, repeated_png_chunk),
    ".jpg": (resized_jpeg, repeated_scan),
    ".pdf": (renumbered_pdf, looped_pdf, nested_pdf),
    ".wav": (misdescribed_wav,),
    ".webm": (misdescribed_ebml,),
    **dict.fromkeys((".mp4", ".mov", ".m4a", ".heic"), (inflated_boxes, nested_boxes)),
}


def mutated(content: bytes, suffix: str, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A file changed once, sometimes twice; or its beginning before the end of one of `others`."""
    if chance.random() < 0.1:
        other = chance.choice(others)
        return content[: _reach(content, chance)] + other[chance.randrange(len(other)) :]
    for _ in range(chance.choice((1, 1, 1, 2))):
        own = BY_FORM.get(suffix, ())
        content = chance.choice(own if own and chance.random() < 0.5 else ANY)(content, chance)
        if len(content) < HEADER:
            break
    return content


def _reach(content: bytes, chance: random.Random) -> int:
    """Half of the time the whole file, else its beginning, where headers are."""
    return len(content) if chance.random() < 0.5 else min(len(content), HEADER)

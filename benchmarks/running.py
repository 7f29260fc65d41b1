"""A service of its own for a bench: processes, database and files that end with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.serve import free_port
from app.settings import Settings
from benchmarks.limits import policy_for_many
from demo.server import started_server


@contextmanager
def running_service(settings: Settings, **changed: Any) -> Iterator[Settings]:
    """Settings of a service that is ready, with limits for many people; `changed` of them differ.

    Its people go to this service, whatever `KAIHU_PUBLIC_URL` says of another.
    """
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        var = Path(folder)
        given = {"models": settings.models, "policy": policy_for_many(settings, var)}
        running = Settings(var=var, port=free_port(), public_url="", **(given | changed))
        with started_server(running, var / "server.log") as server:
            server.await_ready()
            yield running

"""A web process: gunicorn's worker, with uvicorn's HTTP and our limits of connections."""

from __future__ import annotations

import os
import resource
import signal
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from app.web.connection import BoundedConnection

STOP_S = 5  # for requests under way when the process is stopped
CHECK_S = 1


class Worker(UvicornWorker):  # type: ignore[misc]  # it carries no types
    """Serves `app.web.asgi`; ends when its supervisor is gone."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "http": BoundedConnection,
        "loop": "uvloop",
        "ws": "none",
        "lifespan": "off",
        "access_log": False,  # the application logs each request, without personal data
        "server_header": False,
        "timeout_graceful_shutdown": STOP_S,
        "timeout_notify": CHECK_S,
    }

    def init_process(self) -> None:
        """Have as many open files as the system allows, then serve."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        super().init_process()

    async def callback_notify(self) -> None:
        """Tell the supervisor that all is well; without one, end."""
        await super().callback_notify()
        if os.getppid() != self.ppid:
            signal.raise_signal(signal.SIGTERM)

"""Destroyed faces leave the memory of a process that waits for work."""

from __future__ import annotations

import threading

import structlog

from app.jobs.lifecycle import PASSING
from app.services import Services
from kyc.risk.duplicate_faces import forget_destroyed_faces

log = structlog.get_logger()

EVERY_S = 5.0


class DestroyedFaceRemover:
    """Drops destroyed faces every few seconds, in a thread of its own, while it has `busy`."""

    def __init__(self, services: Services, busy: threading.Lock) -> None:
        """`busy` is held by whoever searches or adds faces meanwhile."""
        self._services, self._busy = services, busy
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Return once the thread has ended."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                with self._busy, self._services.reading() as context:
                    forget_destroyed_faces(context)
            except PASSING as error:
                log.warning("destroyed faces are not dropped yet", error=type(error).__name__)
            except Exception:  # a defect; without the thread nothing would be dropped any more
                log.exception("destroyed faces are not dropped")

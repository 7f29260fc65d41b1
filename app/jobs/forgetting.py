"""Faces that were destroyed leave the memory of a process that waits for work."""

from __future__ import annotations

import threading

import structlog

from app.services import Services
from kyc.risk.duplicate_faces import forget_destroyed_faces

log = structlog.get_logger()

EVERY_S = 5.0


class FaceForgetting:
    """Drops destroyed faces every few seconds, from a thread, while nobody holds `busy`."""

    def __init__(self, services: Services, busy: threading.Lock) -> None:
        self._services, self._busy = services, busy
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Return once nothing is looked for."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                with self._busy, self._services.reading() as context:
                    forget_destroyed_faces(context)
            except Exception:  # whatever is away may be there the next time
                log.exception("destroyed faces are not dropped")

"""A whole service for the benches of lending, and owners who may borrow from it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from app.model_store import manifest_of
from app.serve import Service, free_port
from app.services import Services, open_services
from app.settings import Settings
from benchmarks.limits import MANY_PHONES, changed_policy
from benchmarks.owners import approved_phone
from demo.phone import Phone
from demo.server import started_server
from kyc.analysis.manifest import ModelManifest


@dataclass(frozen=True)
class LendingService:
    """A running service, and the database that it works on."""

    settings: Settings
    service: Service
    services: Services
    _numbers: Iterator[int] = field(default_factory=count)

    def owners(self, number: int) -> list[Phone]:
        """The phones of so many new owners, signed in and approved.

        Raises SystemExit where the policy decides otherwise.
        """
        return [
            approved_phone(self.settings, self.services, next(self._numbers)) for _ in range(number)
        ]


@contextmanager
def lending_service(
    settings: Settings, changes: Mapping[str, str] | None = None
) -> Iterator[LendingService]:
    """A service for many phones, whose policy has some more of its text changed."""
    with tempfile.TemporaryDirectory(prefix="kaihu-bench-") as folder:
        var = Path(folder)
        rules = changed_policy(settings, var, {**MANY_PHONES, **(changes or {})})
        running = settings.model_copy(update={"var": var, "policy": rules, "port": free_port()})
        with started_server(running, var / "server.log") as server:
            server.await_ready()
            services = open_services(running)
            services.parts.resources.add(ModelManifest, manifest_of(running.models))
            yield LendingService(running, server.service, services)
            services.database.dispose()

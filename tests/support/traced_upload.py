"""A program: an owner sends a licence, and its job is worked off, with traces on.

Arguments: a folder, a phone number, the collector's address (empty: traces off).
"""

from __future__ import annotations

import sys
from pathlib import Path

from opentelemetry import trace

from app.factory import create_app
from app.services import migrate, open_services
from app.settings import Settings
from kyc.evidence.types import LICENCE
from tests.support.clock import MovableClock
from tests.support.jobs import work_off
from tests.support.web import begin, send, sign_in_owner


def main(folder: str, phone: str, collector: str) -> None:
    """Play, and send what was traced."""
    settings = Settings(var=Path(folder), trace_url=collector)
    migrate(settings)
    clock = MovableClock()
    services = open_services(settings, clock)
    client = create_app(settings, clock).test_client()
    web = sign_in_owner(client, settings, phone)
    assert send(web, begin(web), LICENCE.kind)[0] == 202
    assert work_off(services) == 1
    shutdown = getattr(trace.get_tracer_provider(), "shutdown", None)
    if shutdown is not None:
        shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])

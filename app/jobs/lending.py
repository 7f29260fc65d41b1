"""The lending process: reads what owners send of their business, decides applications, writes
contracts. It holds no model.

Its threads may wait for the risk scorer and for records of other systems, with no transaction open;
nobody else waits with them.
"""

from __future__ import annotations

from app.court_list import open_court_list
from app.jobs.worker import Worker, in_threads, run_until_stopped
from app.logging import configure_logging
from app.records import open_record_client
from app.scorer import open_scorers
from app.services import open_services, remember_policy
from app.settings import Settings
from app.tracing import start_tracing
from loans.contracts import ContractFont
from loans.credit.scorer import Scorers
from loans.known.build import ProfileBuilder
from loans.lists.court_client import CourtList
from loans.sources.confined import ConfinedReaders
from loans.sources.record_client import RecordClient
from storage.handlers import Lane

FONT = "demo/NotoSansSC.ttf"  # below `models`
HEARTBEAT = "lending.heartbeat"  # below `var`
LENDING_THREADS = 8  # each may wait for the scorer
# Between two looks for work: whoever applies waits so long at most until it is begun.
LENDING_PAUSES_S = 0.1, 0.4


def run_lending(settings: Settings) -> None:
    """Work until SIGTERM. Raises `app.scorer.ScorerUnset`."""
    configure_logging()
    start_tracing(settings, "lending")
    services = open_services(settings)
    resources = services.parts.resources
    resources.add(Scorers, open_scorers(services))
    records = open_record_client(services)
    if records is not None:
        resources.add(RecordClient, records)
    resources.add(ConfinedReaders, ConfinedReaders())
    resources.add(ProfileBuilder, ProfileBuilder())
    resources.add(ContractFont, ContractFont(settings.models / FONT))
    court = open_court_list(services)
    if court is not None:
        resources.add(CourtList, court)
    remember_policy(services)
    runner = in_threads(services, Lane.LENDING, LENDING_THREADS, LENDING_PAUSES_S)
    run_until_stopped(Worker(settings.var / HEARTBEAT, [runner]))

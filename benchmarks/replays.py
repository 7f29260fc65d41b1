"""A thousand applications, as unlike as owners' are, decided by the service and decided again."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import sqlalchemy as sa

from app.cli.shared import operator
from app.services import Services
from app.settings import Settings
from benchmarks.lending import lending_service
from demo.phone import Answer, Need, Phone
from evaluation.report import Figures
from loans.credit.replay import replay_application
from loans.models import CreditDecision
from loans.states import ApplicationState

OWNERS = 20
APPLICATIONS_EACH = int(os.environ.get("KAIHU_BENCH_REPLAYS", "1000")) // OWNERS
AT_ONCE = 4
PURPOSES = ("stock_of_goods", "renovation", "payroll", "rent")
TENORS = (6, 12)  # that each product has
MAX_STEPS = 40  # of 5,000 yuan
STEP_FEN = 500_000
# One owner applies as often as fifty would.
MANY_APPLICATIONS: Mapping[str, str] = {
    "pause_days = 7 ": "pause_days = 0 ",
    "max_applications = 3 ": "max_applications = 1000 ",
}


def bench_replays(settings: Settings) -> Figures:
    """How many decisions come out the same from their records."""
    with lending_service(settings, MANY_APPLICATIONS) as running:
        phones = running.owners(OWNERS)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(_apply_often, phones, range(OWNERS)):
                pass
        return _replayed(running.services)


def _apply_often(phone: Phone, number: int) -> None:
    """Apply, wait, withdraw what was offered, and apply for something else."""
    chance = random.Random(number)
    declared = {purpose: _declared(phone, purpose) for purpose in PURPOSES}
    for _ in range(APPLICATIONS_EACH):
        need = _need(chance)
        made = phone.apply(declared[need.purpose], need, stated=_trade(chance))
        view = phone.application(_id(made), wait=True)
        if view["state"] == ApplicationState.OFFERED:
            phone.withdraw(view["id"])
        elif view["state"] != ApplicationState.DECLINED:
            raise SystemExit(f"an application was not decided: {view}")


def _declared(phone: Phone, purpose: str) -> str:
    return _id(phone.declare(Need(purpose, STEP_FEN * MAX_STEPS, TENORS[0])))


def _id(answer: Answer) -> str:
    if "id" not in answer:
        raise SystemExit(f"an owner was told {answer}")
    return str(answer["id"])


def _need(chance: random.Random) -> Need:
    amount_fen = STEP_FEN * chance.randint(2, MAX_STEPS)
    return Need(chance.choice(PURPOSES), amount_fen, chance.choice(TENORS))


def _trade(chance: random.Random) -> Mapping[str, int] | None:
    """A month's trade, good or bad; one owner of three tells none."""
    if chance.random() < 1 / 3:
        return None
    takings_fen = chance.randint(500_000, 40_000_000)
    costs_fen = int(takings_fen * chance.uniform(0.5, 1.1))
    return {"takings_fen": takings_fen, "costs_fen": costs_fen, "instalments_fen": 0}


def _replayed(services: Services) -> Figures:
    with services.reading() as context:
        query = sa.select(CreditDecision.application_id).distinct()
        decided: list[UUID] = list(context.session.scalars(query))
    same = 0
    for application in decided:
        with services.transaction(operator()) as context:
            same += all(one.same for one in replay_application(context, application))
    return {"replayed": len(decided), "replayed_same": same}

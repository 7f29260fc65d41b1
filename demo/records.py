"""What other systems know of the demo's firms, told by the reference service of records."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

from app.records import own_public_key
from app.reference_service import ReferenceService
from app.serve import free_port
from app.services import migrate, open_services
from app.settings import ROOT, Settings
from core.clock import SystemClock, business_day
from demo.documents import Business, Person
from demo.personas import LAPSED, LAPSED_OWNER, NOODLES, ONLINE, OWNER, REPLAYED_OWNER, RIVAL

ACQUIRED_DAYS = 400
GRACE_S = 15
FEE_BP = 38  # of a payment by code: a usual price of acquirers


@contextmanager
def record_service(settings: Settings) -> Iterator[Settings]:
    """The same settings with a service of records that knows the demo's firms; ends with the block.

    Raises `app.reference_service.ServiceUnusable`.
    """
    migrate(settings)
    keyring, folder = open_services(settings).parts.keyring, settings.var / "records"
    data = folder / "firms.json"
    service = ReferenceService("records", folder, free_port(), data=str(data))
    public_key = service.prepare(own_public_key(keyring))
    data.write_text(json.dumps(demo_firms(business_day(SystemClock().now()))), "utf-8")
    process = subprocess.Popen(service.command, cwd=ROOT, env=service.environment())
    try:
        told = {"records_url": service.url, "records_public_key": public_key}
        yield settings.model_copy(update=told)
    finally:
        process.terminate()
        process.wait(GRACE_S)


def demo_firms(today: date) -> dict[str, Any]:
    """Records of the demo's firms, as of today; the lapsed one is no longer in operation."""
    return {
        NOODLES.code: {
            "registry": _registered(NOODLES, OWNER, "存续（在营、开业、在册）", today),
            "acquiring": _acquired(today, NOODLES.serial),
            "reviews": {"stars": 4.6, "count": 213, "complaints_90d": 1, "as_of": str(today)},
        },
        ONLINE.code: {"registry": _registered(ONLINE, OWNER, "存续", today)},
        RIVAL.code: {"registry": _registered(RIVAL, REPLAYED_OWNER, "存续", today)},
        LAPSED.code: {"registry": _registered(LAPSED, LAPSED_OWNER, "注销", today)},
    }


def _registered(business: Business, principal: Person, status: str, today: date) -> dict[str, Any]:
    number = principal.number
    return {
        "name": business.name,
        "code": business.code,
        "status": status,
        "principal": business.principal,
        "principal_number": f"{number[:3]}{'*' * 11}{number[-4:]}",
        "as_of": str(today),
    }


def _acquired(today: date, seed: int) -> dict[str, Any]:
    """A noodle shop's takings by code: more on Saturdays and Sundays, none on some Mondays."""
    drawn, first = Random(seed), today - timedelta(days=ACQUIRED_DAYS)
    days = []
    for number in range(ACQUIRED_DAYS):
        day = first + timedelta(days=number)
        if day.weekday() == 0 and drawn.random() < 0.5:
            continue
        guests = drawn.randint(30, 60) + (25 if day.weekday() >= 5 else 0)
        gross = sum(drawn.randint(1_200, 3_200) for _ in range(guests))
        fee = gross * FEE_BP // 10_000
        each = {"day": str(day), "channel": "wechat", "gross_fen": gross, "fee_fen": fee}
        days.append({**each, "count": guests})
    yesterday = str(today - timedelta(days=1))
    return {"first_day": str(first), "last_day": yesterday, "days": days, "as_of": str(today)}

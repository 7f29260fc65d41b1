"""An owner of the demo borrows: applies, waits, looks at the offers, accepts one by voice."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.serve import SCORER
from core.clock import business_day
from demo.material import Material
from demo.phone import Answer, Need, Phone
from demo.server import Server
from demo.statements import Trade, bank_statement, deliveries, rents, wallet_bill
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import OwnerUnverified
from loans.states import ApplicationState

LATER = 2  # seed of how a voice sounds another time
TRADE_DAYS = 300
RENT_FEN, DELIVERY_FEN, OPENING_FEN = 450_000, 10_000, 5_000_000
DEAD_S = 3.0  # how long the scorer stays away


@dataclass(frozen=True)
class Borrowed:
    """How it went: the offers, whether one was refused without a voice, and what was accepted."""

    offers: list[Answer]
    unconfirmed: str
    accepted: Answer
    contract: bytes

    @property
    def as_expected(self) -> bool:
        """Whether a loan was had by voice alone, with its contract."""
        return (
            1 <= len(self.offers) <= 3
            and self.unconfirmed == OwnerUnverified.code
            and bool(self.accepted.get("accepted_at"))
            and self.contract.startswith(b"%PDF-")
        )


def borrow(phone: Phone, material: Material, decided: Answer) -> Borrowed:
    """Accept the first offer of a decided application."""
    offers = decided["offers"]
    if not offers:
        return Borrowed([], "", {}, b"")
    first = offers[0]["id"]
    unconfirmed = str(phone.accept(first, None).get("code"))
    confirmed = phone.confirm(
        VerificationPurpose.OFFER, lambda digits: material.speaker.say(digits, LATER)
    )
    accepted = phone.accept(first, confirmed["id"])
    return Borrowed(offers, unconfirmed, accepted, phone.contract(decided["id"]))


def show_trade(phone: Phone, owner: str) -> Answer:
    """Send ten months of a bill and a statement, have records asked for: what is known then."""
    first = business_day(datetime.now(UTC)) - timedelta(days=TRADE_DAYS)
    bill = wallet_bill(Trade(owner, first, TRADE_DAYS))
    paid = rents(first, TRADE_DAYS // 30, RENT_FEN)
    paid += deliveries(first, TRADE_DAYS // 7, DELIVERY_FEN)
    statement = bank_statement(owner, sorted(paid), OPENING_FEN)
    phone.send_file("wechat", "微信支付账单.csv", bill)
    phone.send_file("bank", "银行流水.csv", statement)
    for asked in ("registry", "reviews"):
        phone.consent_to(asked)
    return phone.profile()


def apply_with_trade(phone: Phone, owner: str, need: Need) -> tuple[Answer, bool]:
    """Apply, withdraw, show the trade, apply again.

    The second application, and whether more was offered for it, with why in words.
    """
    thin = apply_and_wait(phone, need)
    phone.withdraw(thin["id"])
    show_trade(phone, owner)
    thick = apply_and_wait(phone, need)
    for why in thick["limit_advice"]:
        phone.note("why", why)
    before, now = (_largest_fen(one) for one in (thin, thick))
    return thick, bool(now > before and thick["limit_advice"])


def _largest_fen(application: Answer) -> int:
    return max((offer["principal_fen"] for offer in application["offers"]), default=0)


def apply_while_scorer_is_dead(phone: Phone, server: Server, need: Need) -> bool:
    """Kill the scorer, apply, bring it back; whether the application was decided after all."""
    os.killpg(server.service.pid_of(SCORER), signal.SIGKILL)
    phone.note("the risk scorer", "killed")
    received = phone.apply(phone.declare(need)["id"], need)
    time.sleep(DEAD_S)
    waiting = phone.application(received["id"], wait=False)["state"]
    server.service.restart_ended()
    phone.note("the risk scorer", "started again")
    decided = phone.application(received["id"], wait=True)
    states = (waiting, decided["state"])
    return states == (ApplicationState.SCORING, ApplicationState.OFFERED)


def apply_and_wait(phone: Phone, need: Need) -> Answer:
    """The application once it is decided."""
    return phone.apply(phone.declare(need)["id"], need, wait=True)

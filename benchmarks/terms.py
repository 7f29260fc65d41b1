"""`kaihu bench terms`: schedules, rates of return and prices of many random loans.

Each is checked by arithmetic of its own: dates from the months' lengths, the ceiling by present
value, rates of return by two other solvers, prices by the sum of their parts. Contracts too.
"""

from __future__ import annotations

import calendar
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy_financial
from scipy.optimize import brentq
from scipy.stats import spearmanr

from app.policy import load
from app.settings import Settings
from core.money import BasisPoints, Fen
from demo.material import FONT, demo_folder
from evaluation.report import Figures
from loans.policy import LoanPolicy
from loans.terms.contract import Borrower, Confirmation, Contract, contract_pdf
from loans.terms.cost import internal_rate, payments_by_period
from loans.terms.options import Bound, Limit, Option, Pricing, TooCostly, make_offers, price_loan
from loans.terms.product import product_for
from loans.terms.rate import PriceRules, Risk
from loans.terms.schedule import (
    DayCount,
    Repayment,
    Schedule,
    Terms,
    as_rate,
    make_schedule,
    monthly_periods,
)

LOANS, OFFERS, OWNERS, VARIATIONS, CONTRACTS = 10_000, 100_000, 1_000, 1_000, 5
A_STEP = 100_000  # 1,000 yuan, as people ask
PURPOSES = ("stock_of_goods", "payroll", "renovation", "equipment", "franchise_fee", "rent")
FIRST_DAY, DAYS = date(2026, 1, 1), 1461  # four years, so that a 29 February is among them
MONTHS_A_YEAR = 12


def bench_terms(settings: Settings) -> Figures:
    """All figures of loans' terms."""
    policy = load(settings.policy).section(LoanPolicy)
    return {
        **_schedules(random.Random(1)),
        **_ceiling(policy.pricing, random.Random(2)),
        **_prices(policy, random.Random(3)),
        **_price_by_response(policy, random.Random(4)),
        **_contract(policy, demo_folder(settings.models) / FONT),
    }


@dataclass(frozen=True)
class _Loan:
    principal: Fen
    rate_bp: BasisPoints
    months: int
    paid_out: date
    way: Repayment

    def schedule(self) -> Schedule:
        periods = monthly_periods(self.paid_out, self.months, DayCount.THIRTY_360)
        return make_schedule(self.principal, as_rate(self.rate_bp), periods, self.way)


def _random_loans(chance: random.Random) -> Iterator[_Loan]:
    for _ in range(LOANS):
        principal = Fen(chance.randint(1_000_000, 100_000_000))
        rate_bp, months = BasisPoints(chance.randint(0, 2400)), chance.randint(1, 60)
        paid_out = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        for way in Repayment:
            tenor = months if way.amortises else min(months, MONTHS_A_YEAR)
            yield _Loan(principal, rate_bp, tenor, paid_out, way)


def _schedules(chance: random.Random) -> Figures:
    wrong, made, gap, spent = 0, 0, 0.0, 0.0
    for loan in _random_loans(chance):
        started = time.process_time()
        schedule = loan.schedule()
        spent += time.process_time() - started
        made += 1
        wrong += not _is_right(loan, schedule)
        gap = max(gap, _irr_gap(loan.principal, schedule))
    return {
        "schedules": made,
        "schedule_wrong": wrong,
        "schedule_cpu_ms": 1000 * spent / made,
        "irr_gap_max": f"{gap:.1e}",
    }


def _is_right(loan: _Loan, schedule: Schedule) -> bool:
    """Whether it adds up to the fen, its dates are right, and no part is negative."""
    owed, total_interest = int(loan.principal), 0
    for part in schedule:
        if min(part.principal_fen, part.interest_fen) < 0 or part.fee_fen:
            return False
        if part.due != _months_after(loan.paid_out, part.period):
            return False
        months = loan.months if loan.way is Repayment.BULLET else 1
        exact = owed * loan.rate_bp * months / 120_000
        if abs(part.interest_fen - exact) > 0.5 + 1e-6:
            return False
        owed -= part.principal_fen
        total_interest += part.interest_fen
    last = schedule[-1]
    paid = sum(part.total_fen for part in schedule)
    return owed == 0 and last.period == loan.months and paid == loan.principal + total_interest


def _months_after(day: date, months: int) -> date:
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _irr_gap(principal: Fen, schedule: Schedule) -> float:
    """How far the rate a month is from those of two other solvers."""
    _, *payments = payments_by_period(schedule)
    found = internal_rate(principal, payments)
    months = np.arange(1, len(payments) + 1)

    def worth(rate: float) -> float:
        return float(np.sum(payments / (1 + rate) ** months)) - principal

    others = (
        brentq(worth, -0.1, 1.0, xtol=1e-15),
        numpy_financial.irr([-principal, *payments]),
    )
    return max(abs(found - float(other)) for other in others)


def _ceiling(rules: PriceRules, chance: random.Random) -> Figures:
    """Random loans of any risk with guarantee fees: what is offered, and at which cost."""
    above = pressed = offered = highest = 0
    spent = 0.0
    for _ in range(OFFERS):
        way = chance.choice(list(Repayment))
        months = chance.choice((3, 6, 12, 24, 36) if way.amortises else (3, 6, 12))
        terms = Terms(Fen(chance.randint(1_000_000, 50_000_000)), months, way)
        risk = Risk(
            chance.uniform(0.002, 0.45),
            BasisPoints(chance.randint(3000, 7500)),
            BasisPoints(chance.randint(0, 400)),
        )
        paid_out = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        started = time.process_time()
        try:
            option = price_loan(terms, risk, paid_out, rules)
        except TooCostly:
            continue
        finally:
            spent += time.process_time() - started
        offered += 1
        above += _costs_more_than(rules.ceiling_bp, option)
        pressed += _is_pressed(option, rules)
        highest = max(highest, option.cost.irr_bp)
    return {
        "priced": OFFERS,
        "offered": offered,
        "above_ceiling": above,
        "pressed_to_ceiling": pressed,
        "highest_irr_bp": highest,
        "price_cpu_ms": 1000 * spent / OFFERS,
    }


def _costs_more_than(ceiling_bp: BasisPoints, option: Option) -> bool:
    """Whether the payments are worth more than the principal at the ceiling's monthly rate."""
    _, *payments = payments_by_period(option.schedule)
    monthly = (1 + ceiling_bp / 10_000) ** (1 / MONTHS_A_YEAR) - 1
    months = np.arange(1, len(payments) + 1)
    return bool(np.sum(payments / (1 + monthly) ** months) > option.terms.principal_fen + 1e-6)


def _is_pressed(option: Option, rules: PriceRules) -> bool:
    """Whether the rate is anything but its parts, rounded up to a step and not below the floor."""
    parts = sum(
        getattr(option.rate, field.name)
        for field in fields(option.rate)
        if field.name != "annual_rate_bp"
    )
    whole = -(-parts // rules.step_bp) * rules.step_bp
    return bool(option.rate.annual_rate_bp != max(whole, rules.floor_bp))


def _prices(policy: LoanPolicy, chance: random.Random) -> Figures:
    """Owners as they come: most are good risks, amounts are what small businesses ask for."""
    rates: list[int] = []
    pds: list[float] = []
    nothing = 0
    for _ in range(OWNERS):
        pd = min(0.4, chance.lognormvariate(np.log(0.04), 0.8))
        product = product_for(chance.choice(PURPOSES), policy.products)
        if product is None:
            raise SystemExit("a purpose has no product")
        most = min(product.max_fen, 30_000_000)
        asked = Terms(
            Fen(chance.randint(product.min_fen // A_STEP, most // A_STEP) * A_STEP),
            chance.choice(product.tenors),
            product.ways[0],
        )
        limit = Limit(product.max_fen, Bound.PRODUCT)
        offers = make_offers(asked, limit, Pricing(product, pd, FIRST_DAY, policy.pricing))
        if not offers.options:
            nothing += 1
            continue
        rates.append(offers.options[0].rate.annual_rate_bp)
        pds.append(pd)
    return {
        "owners": OWNERS,
        "owners_without_offer": nothing,
        "prices": len(set(rates)),
        "price_rank": float(spearmanr(rates, pds).statistic),
    }


def _price_by_response(policy: LoanPolicy, chance: random.Random) -> Figures:
    """One owner, met in a thousand ways: what was met is no input, so that nothing of it is told.

    `Pricing` refuses each of these as an argument; that is checked too.
    """
    product = product_for("stock_of_goods", policy.products)
    if product is None:
        raise SystemExit("the purpose has no product")
    asked = Terms(Fen(8_000_000), 12, Repayment.EQUAL_INSTALMENTS)
    prices: set[int] = set()
    for _ in range(VARIATIONS):
        circumstances = _circumstances(chance)
        pricing = Pricing(product, 0.05, FIRST_DAY, policy.pricing)
        prices.add(pricing.price(asked).rate.annual_rate_bp)
        for name, value in circumstances.items():
            try:
                Pricing(product, 0.05, FIRST_DAY, policy.pricing, **{name: value})
            except TypeError:
                continue
            prices.add(-1)
    return {"price_by_response": len(prices)}


def _contract(policy: LoanPolicy, font: Path) -> Figures:
    """How long a contract takes once the library is imported, and whether its bytes repeat."""
    product = product_for("renovation", policy.products)
    if product is None:
        raise SystemExit("the purpose has no product")
    terms = Terms(Fen(12_345_600), 24, Repayment.EQUAL_INSTALMENTS)
    contract = Contract(
        number="1",
        rules=policy.contract,
        product=product,
        borrower=Borrower("张伟", "110101199001011234", "13800000001", "面馆", "92"),
        purpose="店面装修扩张",
        payees=(),
        option=Pricing(product, 0.05, FIRST_DAY, policy.pricing).price(terms),
        paid_out=FIRST_DAY,
        ceiling_bp=policy.pricing.ceiling_bp,
        confirmed_by=Confirmation.VOICE,
        confirmation="1",
        confirmed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    made = {contract_pdf(contract, font)}
    spent = []
    for _ in range(CONTRACTS):
        started = time.process_time()
        made.add(contract_pdf(contract, font))
        spent.append(time.process_time() - started)
    return {"contract_cpu_ms_p50": 1000 * statistics.median(spent), "contract_versions": len(made)}


def _circumstances(chance: random.Random) -> Mapping[str, object]:
    return {
        "response": chance.random(),
        "phone": chance.choice(("iPhone17,1", "Redmi 12C", "HUAWEI Mate 80")),
        "channel": chance.choice(("app", "sms", "branch", "call")),
        "hour": chance.randrange(24),
    }

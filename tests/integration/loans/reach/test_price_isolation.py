"""Same risk, same price: whatever somebody's response score, phone, channel or hour is.

PIPL art. 24: no unreasonable difference in price; 算法推荐管理规定 (2022), art. 21: 不得利用算法
对价格等交易条件实施不合理的差别待遇.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.services import Services
from loans.credit.application import ApplicationView
from loans.reach.lane import ContactLane
from loans.reach.preferences import SetPreferences, set_preferences
from loans.reach.signals import Channel, Intent, LaneSignals
from tests.support.factories import applicant, decided, declared, onboarded
from tests.support.findings import OWNER, numbered
from tests.support.lending import SAFE, FixedScorer
from tests.support.reach import FixedLane, contacted

KEENEST = LaneSignals(
    tuple(Intent(kind, 0.1) for kind in ("business_loan", "wages", "rent")), 32, (9, 14, 19)
)


def terms(view: ApplicationView) -> list[tuple[Any, ...]]:
    """All that is offered, without what names the application."""
    return [
        (
            one.principal_fen,
            one.tenor_months,
            one.annual_rate_bp,
            one.irr_bp,
            one.guarantee_bp,
            one.repayment,
            one.rate_parts,
        )
        for one in view.offers
    ]


def asked_price(services: Services, phone: str, number: int) -> tuple[list[Any], FixedScorer]:
    """The terms that somebody is offered, and the scorer that was asked."""
    owner, scorer = applicant(services, phone), FixedScorer(SAFE)
    onboarded(owner, replace(numbered(number), founded=OWNER.founded).findings())
    return terms(decided(owner, declared(owner), scorer)), scorer


@pytest.mark.parametrize("channel", list(Channel))
def test_same_risk_has_the_same_price(services: Services, channel: Channel) -> None:
    plain, asked = asked_price(services, "13800000031", 31)
    keen = applicant(services, "19912345678")
    lane = FixedLane({keen.id: KEENEST})
    services.parts.resources.add(ContactLane, lane)
    with keen.acting() as context:
        set_preferences(context, SetPreferences(frozenset({channel}), 9, 20, False))
    contacted(services, keen.id)
    reached, asked_again = asked_price(services, "19912345678", 32)
    assert plain == reached != []
    (one,), (other,) = asked.asked, asked_again.asked
    assert one["features"] == other["features"]
    assert {**one, "application": ""} == {**other, "application": ""}

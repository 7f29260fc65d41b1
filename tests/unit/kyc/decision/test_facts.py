"""What documents say, by name."""

from __future__ import annotations

from datetime import date

from kyc.decision.facts import read_card, read_licence
from tests.support.findings import OWNER


def test_a_card_of_both_sides() -> None:
    card = read_card(OWNER.front().facts, OWNER.back().facts)
    assert (card.name, card.number, card.authority) == (OWNER.name, OWNER.number, "某局")
    assert card.identity is not None
    assert card.identity.birth == date(1988, 3, 14)


def test_a_licence() -> None:
    licence = read_licence(OWNER.licence().facts)
    assert (licence.name, licence.principal, licence.code) == (
        OWNER.firm,
        OWNER.principal,
        OWNER.code,
    )
    assert licence.founded == date(2018, 4, 12)


def test_what_was_not_read_is_empty() -> None:
    card, licence = read_card({}, {}), read_licence({"成立日期": "不清楚"})
    assert (card.name, card.number, card.address, card.authority) == ("", "", "", "")
    assert card.identity is None
    assert (licence.name, licence.founded) == ("", None)

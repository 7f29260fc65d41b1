"""Firms and people who are made up are always the same, and what is measured on them counts."""

from __future__ import annotations

import numpy as np

from evaluation.profile import calibration_error, evaluate_profile
from evaluation.simulation.people import draw_people
from evaluation.simulation.records import simulate
from evaluation.simulation.sales import BEGIN, END, draw_firm
from tests.support.policy import POLICY


def test_a_seed_draws_the_same_firms_and_people() -> None:
    one, again = simulate(draw_firm(3, 7), 7), simulate(draw_firm(3, 7), 7)
    assert (one.statements, one.invoices, one.traced_fen) == (
        again.statements,
        again.invoices,
        again.traced_fen,
    )
    assert draw_people(20, 7) == draw_people(20, 7)
    assert draw_people(20, 7) != draw_people(20, 8)


def test_a_firm_hands_in_three_sources_of_half_a_year() -> None:
    for number in range(6):
        firm = simulate(draw_firm(number, 1), 1)
        assert len(set(firm.sources)) == 3
        assert firm.sources[0] == "bank"
        days = [row.at for statement in firm.statements for row in statement.rows]
        assert {day.year for day in days} == {2026}
        assert min(day.month for day in days) >= BEGIN.month
        assert max(day.month for day in days) < END.month
        assert sum(firm.traced_fen.values()) > 0


def test_without_a_source_its_evidence_is_gone() -> None:
    person = draw_people(1, 1)[0]
    without = person.evidence("licence")
    assert set(person.evidence()) - set(without) == set(person.by_source["licence"])


def test_figures_have_their_names_and_are_shares() -> None:
    figures = evaluate_profile(POLICY, firms=8, people=400)
    for name in ("turnover.within_5pct", "owner.auc", "owner.ece", "owner.auc_one_missing"):
        assert 0 <= figures[name] <= 1
    assert (
        figures["owner.auc_one_missing"]
        == figures[f"owner.auc_without_{figures['owner.worst_missing']}"]
    )
    assert figures["turnover.within_5pct"] > 0.5
    assert figures["owner.auc"] > 0.9


def test_calibration_is_the_mean_gap_of_bins() -> None:
    outcomes = np.array([False, True] * 50)
    assert calibration_error(np.full(100, 0.5), outcomes) == 0
    assert np.isclose(calibration_error(np.full(100, 0.9), outcomes), 0.4)

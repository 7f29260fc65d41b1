"""Intervals where people are drawn, not pairs."""

from __future__ import annotations

import numpy as np

from evaluation.by_person import interval_by_person
from evaluation.rates import wilson

PEOPLE = np.array([f"person {number // 4}" for number in range(80)])  # four photos each
SAME = (PEOPLE[:, None] == PEOPLE) & ~np.eye(80, dtype=bool)


def test_no_error_has_no_interval() -> None:
    assert interval_by_person(PEOPLE, np.zeros_like(SAME), SAME) == [0.0, 0.0]


def test_errors_of_few_people_are_less_sure_than_their_pairs_say() -> None:
    wrong = SAME & (PEOPLE[0] == PEOPLE)[:, None]  # everything of one person is missed
    least, most = interval_by_person(PEOPLE, wrong, SAME)
    of_pairs = wilson(6, 120)
    assert least == 0.0
    assert most > of_pairs[1]
    assert least <= 6 / 120 <= most


def test_errors_of_everybody_are_sure() -> None:
    assert interval_by_person(PEOPLE, SAME, SAME) == [1.0, 1.0]


def test_pairs_of_two_people_count_as_often_as_both_were_drawn() -> None:
    others = PEOPLE[:, None] != PEOPLE
    wrong = others & ((PEOPLE[0] == PEOPLE)[:, None] | (PEOPLE[0] == PEOPLE))
    least, most = interval_by_person(PEOPLE, wrong, others)
    assert least < wrong.sum() / others.sum() < most

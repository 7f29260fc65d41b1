"""Digits drawn at random."""

from __future__ import annotations

from voiceprint.challenge import draw_all_digits, draw_digits


def test_all_ten_digits_are_asked_for() -> None:
    assert sorted(draw_all_digits()) == list("0123456789")


def test_so_many_digits_are_drawn() -> None:
    assert len(draw_digits(6)) == 6
    assert draw_digits(6).isdigit()
    assert draw_digits(0) == ""

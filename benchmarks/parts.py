"""What can be benchmarked. A new part is a function here that imports its module when called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from evaluation.report import Figures


def _engines(settings: Settings) -> Figures:
    from benchmarks.engines import bench_engines

    return bench_engines(settings)


def _onboarding(settings: Settings) -> Figures:
    from benchmarks.service import bench_onboarding

    return bench_onboarding(settings)


def _load(settings: Settings) -> Figures:
    from benchmarks.service import bench_load

    return bench_load(settings)


def _kills(settings: Settings) -> Figures:
    from benchmarks.kills import bench_kills

    return bench_kills(settings)


def _groups(settings: Settings) -> Figures:
    from benchmarks.groups import bench_groups

    return bench_groups(settings)


def _house(settings: Settings) -> Figures:
    from benchmarks.house import bench_house

    return bench_house(settings)


def _hostile(settings: Settings) -> Figures:
    from benchmarks.hostile import bench_hostile

    return bench_hostile(settings)


def _audit(settings: Settings) -> Figures:
    from benchmarks.audit import bench_audit

    return bench_audit(settings)


def _lists(settings: Settings) -> Figures:
    from benchmarks.lists import bench_lists

    return bench_lists(settings)


def _terms(settings: Settings) -> Figures:
    from benchmarks.terms import bench_terms

    return bench_terms(settings)


def _statements(settings: Settings) -> Figures:
    from benchmarks.statements import bench_statements

    return bench_statements(settings)


def _scorer(_settings: Settings) -> Figures:
    from benchmarks.scorer import bench_scorer

    return bench_scorer()


def _loans(settings: Settings) -> Figures:
    from benchmarks.loans import bench_loans

    return bench_loans(settings)


def _capture(settings: Settings) -> Figures:
    from benchmarks.capture import bench_capture

    return bench_capture(settings)


BENCHMARKS: Mapping[str, Callable[[Settings], Figures]] = {
    "engines": _engines,
    "onboarding": _onboarding,
    "load": _load,
    "capture": _capture,
    "kills": _kills,
    "groups": _groups,
    "house": _house,
    "hostile": _hostile,
    "audit": _audit,
    "terms": _terms,
    "statements": _statements,
    "lists": _lists,
    "scorer": _scorer,
    "loans": _loans,
}

"""Which part measures what."""

from __future__ import annotations

from app.settings import Settings
from evaluation.report import Figures


def bench(part: str, settings: Settings) -> Figures:
    if part == "engines":
        from benchmarks.engines import bench_engines

        return bench_engines(settings)
    if part == "kills":
        from benchmarks.kills import bench_kills

        return bench_kills(settings)
    if part == "groups":
        from benchmarks.groups import bench_groups

        return bench_groups(settings)
    from benchmarks.service import bench_load, bench_onboarding

    return bench_onboarding(settings) if part == "onboarding" else bench_load(settings)

"""`/metrics` for Prometheus, read from the database: true for all processes, whichever answers."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from app.services import Services
from core.errors import NotFound
from kyc.decision.models import Check
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from storage.context import Context
from storage.queue import Job, JobState

WINDOW = timedelta(hours=1)
SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


def install_metrics(app: Flask, services: Services) -> None:
    """Serve `/metrics` to callers with the settings' token; without a token to nobody."""
    registry = CollectorRegistry()
    registry.register(KaihuMetrics(services))
    expected = f"Bearer {services.settings.metrics_token}"

    @app.get("/metrics")
    def metrics() -> Response:
        given = request.headers.get("Authorization", "")
        known = hmac.compare_digest(given.encode(), expected.encode())
        if not (services.settings.metrics_token and known):
            raise NotFound
        return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


class KaihuMetrics(Collector):
    """Queue, stages, reasons and decisions of the last hour."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        with self._services.reading() as context:
            yield from _queue(context)
            yield from _checks(context)
            yield from _decisions(context)


def _queue(context: Context) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("kaihu_jobs", "Jobs by state", labels=["state"])
    counted = sa.select(Job.state, sa.func.count()).group_by(Job.state)
    for state, count in context.session.execute(counted):
        jobs.add_metric([state], count)
    yield jobs
    queued = sa.select(sa.func.min(Job.created_at)).where(Job.state == JobState.QUEUED)
    oldest = context.session.scalar(queued)
    age = (context.now() - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily("kaihu_queue_age_seconds", "Age of the oldest job unbegun", value=age)


def _checks(context: Context) -> Iterator[Metric]:
    stages = HistogramMetricFamily(
        "kaihu_analysis_seconds", "Analyses of the last hour, by kind", labels=["kind"]
    )
    reasons = GaugeMetricFamily("kaihu_reasons", "Reasons of the last hour", labels=["reason"])
    durations: dict[str, list[float]] = {}
    found: Counter[str] = Counter()
    recent = sa.select(Check).where(Check.at >= context.now() - WINDOW)
    for check in context.session.scalars(recent):
        found.update(check.reasons)
        if check.evidence_id is not None:
            durations.setdefault(check.kind, []).append(check.duration_ms / 1000)
    for kind, seconds in sorted(durations.items()):
        stages.add_metric([kind], _buckets(seconds), sum(seconds))
    for reason, count in sorted(found.items()):
        reasons.add_metric([reason], count)
    yield stages
    yield reasons


def _decisions(context: Context) -> Iterator[Metric]:
    recent = sa.select(Onboarding).where(Onboarding.decided_at >= context.now() - WINDOW)
    decided = list(context.session.scalars(recent))
    mix = GaugeMetricFamily(
        "kaihu_decisions", "Policy decisions of the last hour", labels=["decision"]
    )
    for decision, count in sorted(Counter(str(one.automatic or "") for one in decided).items()):
        mix.add_metric([decision], count)
    yield mix
    seconds = [
        (one.decided_at - one.started_at).total_seconds() for one in decided if one.decided_at
    ]
    spread = HistogramMetricFamily(
        "kaihu_start_to_decision_seconds", "Onboardings of the last hour, owners' own time included"
    )
    spread.add_metric([], _buckets(seconds), sum(seconds))
    yield spread
    waiting = sa.select(sa.func.count()).where(
        Onboarding.decision == Decision.REVIEW, Onboarding.state == OnboardingState.DECIDED
    )
    cases = context.session.scalar(waiting.select_from(Onboarding)) or 0
    yield GaugeMetricFamily("kaihu_reviews_waiting", "Cases that wait for a person", value=cases)


def _buckets(seconds: Iterable[float]) -> list[tuple[str, float]]:
    values = list(seconds)
    bounded = [(str(limit), float(sum(v <= limit for v in values))) for limit in SECONDS]
    return [*bounded, ("+Inf", float(len(values)))]

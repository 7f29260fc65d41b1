"""`/metrics` for Prometheus, read from the database: true for all processes, whoever is asked."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session
from storage.failures import NotFound

from app.services import House
from kyc.onboarding.models import Check, Onboarding
from storage.database import utc_now
from storage.queue import Job

WINDOW = timedelta(hours=1)
SECONDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


def install_metrics(app: Flask, house: House) -> None:
    """Serve `/metrics` to whoever bears the settings' token; without a token to nobody."""
    registry = CollectorRegistry()
    registry.register(HouseMetrics(house))
    expected = f"Bearer {house.settings.metrics_token}"

    @app.get("/metrics")
    def metrics() -> Response:
        given = request.headers.get("Authorization", "")
        known = hmac.compare_digest(given.encode(), expected.encode())
        if not (house.settings.metrics_token and known):
            raise NotFound
        return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


class HouseMetrics(Collector):
    """Queue, stages, reasons and decisions of the last hour."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        since = utc_now() - WINDOW
        with self._house.database.reading() as session:
            yield from _queue(session)
            yield from _checks(session, since)
            yield from _decisions(session, since)


def _queue(session: Session) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("kaihu_jobs", "Jobs by state", labels=["state"])
    counted = sa.select(Job.state, sa.func.count()).group_by(Job.state)
    for state, count in session.execute(counted):
        jobs.add_metric([state], count)
    yield jobs
    oldest = session.scalar(sa.select(sa.func.min(Job.created_at)).where(Job.state == "queued"))
    age = (utc_now() - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily("kaihu_queue_age_seconds", "Age of the oldest job unbegun", value=age)


def _checks(session: Session, since: datetime) -> Iterator[Metric]:
    stages = HistogramMetricFamily(
        "kaihu_analysis_seconds", "Analyses of the last hour, by kind", labels=["kind"]
    )
    reasons = GaugeMetricFamily("kaihu_reasons", "Reasons of the last hour", labels=["reason"])
    taken: dict[str, list[float]] = {}
    found: Counter[str] = Counter()
    for check in session.scalars(sa.select(Check).where(Check.at >= since)):
        found.update(check.reasons)
        if check.evidence_id is not None:
            taken.setdefault(check.kind, []).append(check.duration_ms / 1000)
    for kind, seconds in sorted(taken.items()):
        stages.add_metric([kind], _buckets(seconds), sum(seconds))
    for reason, count in sorted(found.items()):
        reasons.add_metric([reason], count)
    yield stages
    yield reasons


def _decisions(session: Session, since: datetime) -> Iterator[Metric]:
    decided = list(session.scalars(sa.select(Onboarding).where(Onboarding.decided_at >= since)))
    mix = GaugeMetricFamily(
        "kaihu_decisions",
        "Policy decisions of the last hour",
        labels=["decision"],
    )
    for decision, count in sorted(Counter(one.automatic or "" for one in decided).items()):
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
    waiting = sa.select(sa.func.count()).where(Onboarding.decision == "review")
    cases = session.scalar(waiting.select_from(Onboarding)) or 0
    yield GaugeMetricFamily("kaihu_reviews_waiting", "Cases that wait for a person", value=cases)


def _buckets(seconds: Iterable[float]) -> list[tuple[str, float]]:
    values = list(seconds)
    bounded = [(str(limit), float(sum(v <= limit for v in values))) for limit in SECONDS]
    return [*bounded, ("+Inf", float(len(values)))]

"""The retention of what the web layer keeps, and the day's run over the rules of all packages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from access.models import Attempts, UsedProof
from app.idempotency import KEPT_H
from app.models import IdempotencyKey
from app.services import Services
from app.webhooks.models import Delivery, DeliveryState
from core.clock import CHINA
from core.data_classes import Retention
from privacy.policy import RetentionPolicy
from privacy.retention import RETENTION, RetentionRule, count_due, delete_due
from privacy.retention_rules import deleting
from storage.context import Context


def _answers(context: Context) -> sa.Select[Any]:
    old = context.now() - timedelta(hours=KEPT_H)
    return sa.select(IdempotencyKey).where(IdempotencyKey.made_at < old)


def _deliveries(context: Context) -> sa.Select[Any]:
    old = context.now() - timedelta(days=context.rules(RetentionPolicy).job_days)
    return sa.select(Delivery).where(
        Delivery.state != DeliveryState.WAITING, Delivery.due_at <= old
    )


def _proofs(context: Context) -> sa.Select[Any]:
    return sa.select(UsedProof).where(UsedProof.expires_at <= context.now())


def _attempts(context: Context) -> sa.Select[Any]:
    return sa.select(Attempts).where(Attempts.expires_at <= context.now())


for rule in (
    RetentionRule("answers", Retention.DAY, _answers, deleting("answers")),
    RetentionRule("deliveries", Retention.JOB, _deliveries, deleting("deliveries")),
    RetentionRule("proofs", Retention.PROOF, _proofs, deleting("proofs")),
    RetentionRule("attempts", Retention.ATTEMPTS, _attempts, deleting("attempts")),
):
    RETENTION.register(rule)


def due_now(services: Services) -> dict[str, int]:
    """How much of each kind is due, by the name of its rule."""
    with services.reading() as context:
        return count_due(context)


def delete_all_due(services: Services) -> dict[str, int]:
    """Destroy everything that is due, a batch a transaction; returns how much, by rule."""
    done: dict[str, int] = {}
    for rule in RETENTION.all():
        done[rule.name] = 0
        while (count := _batch(services, rule)) > 0:
            done[rule.name] += count
    return done


class DailyRetention:
    """Applies the rules once a day in China, a batch at a time, so that nothing waits for it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._done_on: date | None = None
        self._left: list[RetentionRule] = []

    def run_due(self) -> bool:
        """Destroy at most one batch; whether there was anything."""
        if not self._left and not self._begins():
            return False
        rule = self._left[0]
        if _batch(self._services, rule) == 0:
            self._left.pop(0)
        return True

    def _begins(self) -> bool:
        """Whether the day's run begins now."""
        parts = self._services.parts
        now = parts.clock.now().astimezone(CHINA)
        if (
            self._done_on == now.date()
            or now.hour < parts.policy.section(RetentionPolicy).from_hour
        ):
            return False
        self._done_on = now.date()
        self._left = list(RETENTION.all())
        return True


def _batch(services: Services, rule: RetentionRule) -> int:
    with services.transaction() as context:
        return delete_due(context, rule)

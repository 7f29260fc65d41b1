"""What is kept is kept so long and no longer: rules by kind, applied in small batches.

Each package registers its rules. A rule finds what is due, never of somebody under a legal hold,
and destroys it through `privacy.destruction`, whose event proves what went: counts, and a digest
over the ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.data_classes import Retention
from privacy.policy import RetentionPolicy
from storage.context import Context


@dataclass(frozen=True)
class RetentionRule:
    """How one kind of thing is kept.

    `due` is a query of rows whose time is over; `delete` destroys some of them. `keeps` is the
    retention that tables name (`core.data_classes`), None for files that end before their rows.
    """

    name: str
    keeps: Retention | None
    due: Callable[[Context], sa.Select[Any]]
    delete: Callable[[Context, Sequence[Any]], None]


class RetentionRules:
    """The rules of all packages."""

    def __init__(self) -> None:
        self._rules: dict[str, RetentionRule] = {}

    def register(self, rule: RetentionRule) -> None:
        """Raises ValueError for a name that is registered already."""
        if rule.name in self._rules:
            raise ValueError(f"retention rule {rule.name} is registered already")
        self._rules[rule.name] = rule

    def all(self) -> tuple[RetentionRule, ...]:
        """Every rule, in the order of registration."""
        return tuple(self._rules.values())


RETENTION = RetentionRules()


def count_due(context: Context) -> dict[str, int]:
    """How much of each kind is due now, by the name of its rule."""
    return {rule.name: _count(context, rule) for rule in RETENTION.all()}


def delete_due(context: Context, rule: RetentionRule) -> int:
    """Destroy one batch of what is due; returns how much it was."""
    batch = context.rules(RetentionPolicy).batch
    query = rule.due(context).limit(batch).with_for_update(skip_locked=True)
    rows = context.session.scalars(query).unique().all()
    if rows:
        rule.delete(context, rows)
        context.session.flush()
    return len(rows)


def _count(context: Context, rule: RetentionRule) -> int:
    due = rule.due(context).order_by(None).subquery()
    return context.session.scalar(sa.select(sa.func.count()).select_from(due)) or 0

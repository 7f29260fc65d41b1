"""The retention of accounts, sign-ins, jobs and destructions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from access.models import AccessSession, Applicant, RefreshToken, SignInAttempt, Staff
from core.data_classes import Retention
from privacy.destruction import Doomed, destroy
from privacy.erasure import erase_records
from privacy.held import not_held
from privacy.models import Destruction, DestructionCause
from privacy.policy import DAYS_A_YEAR, RetentionPolicy
from privacy.retention import RETENTION, RetentionRule
from storage.context import Context
from storage.queue import Job

CODE_KEPT = timedelta(days=1)  # after it expired


def deleting(name: str) -> Callable[[Context, Sequence[Any]], None]:
    """A `delete` that deletes rows and proves it."""

    def delete(context: Context, rows: Sequence[Any]) -> None:
        named = tuple(f"{row.__tablename__}:{sa.inspect(row).identity}" for row in rows)
        for row in rows:
            context.session.delete(row)
        destroy(context, Doomed(DestructionCause.RETENTION, name, rows=named))

    return delete


def _days_ago(context: Context, days: float) -> Any:
    return context.now() - timedelta(days=days)


def _closed_accounts(context: Context) -> sa.Select[Any]:
    return sa.select(Applicant).where(
        Applicant.erased_at.is_(None),
        Applicant.records_until <= context.now(),
        not_held(Applicant.id),
    )


def _erase_accounts(context: Context, owners: Sequence[Applicant]) -> None:
    for owner in owners:
        erase_records(context, owner)


def _sessions(context: Context) -> sa.Select[Any]:
    days = context.rules(RetentionPolicy).session_days
    over = sa.func.coalesce(AccessSession.ended_at, AccessSession.expires_at)
    return sa.select(AccessSession).where(over <= _days_ago(context, days))


def _delete_sessions(context: Context, rows: Sequence[AccessSession]) -> None:
    ids = [row.id for row in rows]
    context.session.execute(sa.delete(RefreshToken).where(RefreshToken.session_id.in_(ids)))
    deleting("sessions")(context, rows)


def _codes(context: Context) -> sa.Select[Any]:
    return sa.select(SignInAttempt).where(SignInAttempt.expires_at <= context.now() - CODE_KEPT)


def _staff(context: Context) -> sa.Select[Any]:
    years = context.rules(RetentionPolicy).staff_years
    return sa.select(Staff).where(Staff.disabled_at <= _days_ago(context, years * DAYS_A_YEAR))


def _jobs(context: Context) -> sa.Select[Any]:
    days = context.rules(RetentionPolicy).job_days
    return sa.select(Job).where(Job.finished_at <= _days_ago(context, days))


def _destructions(context: Context) -> sa.Select[Any]:
    days = context.rules(RetentionPolicy).job_days
    return sa.select(Destruction).where(Destruction.done_at <= _days_ago(context, days))


def _delete_quietly(context: Context, rows: Sequence[Any]) -> None:
    """Each destruction has its event in the log; another for its row would have a row again."""
    for row in rows:
        context.session.delete(row)


for rule in (
    RetentionRule("closed_accounts", Retention.ACCOUNT, _closed_accounts, _erase_accounts),
    RetentionRule("sessions", Retention.SESSION, _sessions, _delete_sessions),
    RetentionRule("sign_in_codes", Retention.SIGN_IN, _codes, deleting("sign_in_codes")),
    RetentionRule("staff", Retention.STAFF, _staff, deleting("staff")),
    RetentionRule("jobs", Retention.JOB, _jobs, deleting("jobs")),
    RetentionRule("destructions", Retention.JOB, _destructions, _delete_quietly),
):
    RETENTION.register(rule)

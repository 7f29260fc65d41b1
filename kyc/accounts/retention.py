"""The retention of what owners sent: files end before the records of what they showed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core.data_classes import Retention
from kyc.evidence.models import Evidence, Template, Upload
from kyc.evidence.types import FACE_VIDEO
from kyc.onboarding import destruction
from kyc.onboarding.models import Handover, Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.verification.models import Verification
from privacy.destruction import Doomed, destroy
from privacy.held import not_held
from privacy.models import DestructionCause
from privacy.policy import RetentionPolicy
from privacy.retention import RETENTION, RetentionRule
from privacy.retention_rules import CODE_KEPT, deleting
from storage.context import Context

BY_TIME = DestructionCause.RETENTION


def _face_videos(context: Context) -> sa.Select[Any]:
    days = context.rules(RetentionPolicy).face_video_days
    settled = sa.func.coalesce(Onboarding.reviewed_at, Onboarding.decided_at)
    return (
        sa.select(Evidence)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            Evidence.kind == FACE_VIDEO.kind,
            Evidence.file_destroyed_at.is_(None),
            Onboarding.decision.in_((Decision.APPROVED, Decision.DECLINED)),
            settled <= context.now() - timedelta(days=days),
            not_held(Onboarding.applicant_id),
        )
    )


def _delete_videos(context: Context, rows: Sequence[Evidence]) -> None:
    destruction.destroy_files(context, rows, BY_TIME, "face_videos")


def _call_recordings(context: Context) -> sa.Select[Any]:
    days = context.rules(RetentionPolicy).call_recording_days
    return sa.select(Verification).where(
        Verification.content_blind.is_not(None),
        Verification.file_destroyed_at.is_(None),
        Verification.asked_at <= context.now() - timedelta(days=days),
        not_held(Verification.applicant_id),
    )


def _delete_recordings(context: Context, rows: Sequence[Verification]) -> None:
    for row in rows:
        row.file_destroyed_at = context.now()
    files = tuple(row.id for row in rows)
    destroy(context, Doomed(BY_TIME, "call_recordings", files=files))


def _undecided(context: Context) -> sa.Select[Any]:
    """Onboardings that ended without an account, of which something is left."""
    rules, now = context.rules(RetentionPolicy), context.now()
    ended = sa.and_(
        Onboarding.state.in_((OnboardingState.EXPIRED, OnboardingState.WITHDRAWN)),
        sa.or_(Onboarding.decision.is_(None), Onboarding.decision == Decision.REVIEW),
        Onboarding.expires_at <= now - timedelta(days=rules.undecided_days),
    )
    settled = sa.func.coalesce(Onboarding.reviewed_at, Onboarding.decided_at)
    declined = sa.and_(
        Onboarding.decision == Decision.DECLINED,
        settled <= now - timedelta(days=rules.declined_days),
    )
    sent = sa.select(Evidence.id).where(Evidence.onboarding_id == Onboarding.id)
    template = sa.exists().where(
        Template.evidence_id == Evidence.id, Evidence.onboarding_id == Onboarding.id
    )
    left = sa.or_(
        sa.exists(sent.where(Evidence.file_destroyed_at.is_(None))),
        sa.exists(sent.where(Evidence.facts.is_not(None))),
        template,
    )
    over = sa.or_(ended, declined)
    return sa.select(Onboarding).where(over, left, not_held(Onboarding.applicant_id))


def _delete_undecided(context: Context, rows: Sequence[Onboarding]) -> None:
    for onboarding in rows:
        destruction.destroy_biometrics(context, onboarding, BY_TIME)
        destruction.destroy_documents(context, onboarding, BY_TIME)


def _uploads(context: Context) -> sa.Select[Any]:
    return (
        sa.select(Upload)
        .join(Onboarding, Onboarding.id == Upload.onboarding_id)
        .where(Upload.expires_at <= context.now(), not_held(Onboarding.applicant_id))
    )


def _delete_uploads(context: Context, rows: Sequence[Upload]) -> None:
    destruction.destroy_uploads(context, rows, BY_TIME)


def _handovers(context: Context) -> sa.Select[Any]:
    return sa.select(Handover).where(Handover.expires_at <= context.now() - CODE_KEPT)


for rule in (
    RetentionRule("face_videos", None, _face_videos, _delete_videos),
    RetentionRule("call_recordings", None, _call_recordings, _delete_recordings),
    RetentionRule("not_approved", Retention.CONSENT, _undecided, _delete_undecided),
    RetentionRule("uploads", Retention.UPLOAD, _uploads, _delete_uploads),
    RetentionRule("handovers", Retention.SIGN_IN, _handovers, deleting("handovers")),
):
    RETENTION.register(rule)

"""What onboarding destroys when an account is closed, and when its records go.

An account that was approved is a customer's: the law has documents, facts and checks kept. Of one
whose face was refused the keyed hash of its identity number and the reasons stay as long as a
declined onboarding's papers would have (PIPL, articles 19 and 47: the purpose is not yet reached).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kyc.decision.models import Check
from kyc.decision.refusals import face_refused_at
from kyc.evidence.models import Evidence, IssuedChallenge, Upload
from kyc.onboarding import destruction
from kyc.onboarding.consents import withdraw_everything
from kyc.onboarding.handovers import forget_unused
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.verification.models import Verification
from kyc.verification.withdrawal import destroy_recordings
from privacy.destruction import Doomed, destroy
from privacy.models import DestructionCause
from privacy.policy import DAYS_A_YEAR, RetentionPolicy
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context
from storage.keys.names import KeyPurpose

ERASURE = DestructionCause.ERASURE


def records_until(context: Context, applicant_id: UUID) -> datetime | None:
    """Until when records are kept: of a customer for years, of a refused face for days.

    Else whoever was refused would close the account, and be nobody when they come again.
    """
    rules = context.rules(RetentionPolicy)
    approved = sa.select(Onboarding.id).where(
        Onboarding.applicant_id == applicant_id, Onboarding.decision == Decision.APPROVED
    )
    if context.session.scalar(approved.limit(1)) is not None:
        return context.now() + timedelta(days=rules.customer_records_years * DAYS_A_YEAR)
    refused = face_refused_at(context, applicant_id)
    return None if refused is None else refused + timedelta(days=rules.declined_days)


def destroy_what_no_law_keeps(context: Context, applicant_id: UUID) -> None:
    """Consents end, and with them biometrics, recordings, and what was never decided."""
    withdraw_everything(context, applicant_id)
    for onboarding in _onboardings(context, applicant_id):
        forget_unused(context, onboarding.id)
        destruction.destroy_biometrics(context, onboarding, ERASURE, (KeyPurpose.BIOMETRICS,))
        uploads = sa.select(Upload).where(Upload.onboarding_id == onboarding.id)
        rows = context.session.scalars(uploads).all()
        destruction.destroy_uploads(context, rows, ERASURE)
        if onboarding.decision != Decision.APPROVED:
            destruction.destroy_documents(context, onboarding, ERASURE)
    destroy_recordings(context, applicant_id, ERASURE)


def destroy_records(context: Context, applicant_id: UUID) -> None:
    """Photos, facts, measurements, and the indexes by which a person could be found again."""
    session = context.session
    rows = []
    for onboarding in _onboardings(context, applicant_id):
        destruction.destroy_documents(context, onboarding, ERASURE)
        onboarding.number_blind = onboarding.code_blind = onboarding.number_end_blind = None
        rows.append(f"onboardings:{onboarding.id}")
        sent = sa.select(Evidence).where(Evidence.onboarding_id == onboarding.id)
        for evidence in session.scalars(sent):
            evidence.content_blind = f"erased:{evidence.id}"
        for check in session.scalars(sa.select(Check).where(Check.onboarding_id == onboarding.id)):
            check.measurements = {}
            rows.append(f"checks.measurements:{check.id}")
        asked = sa.select(IssuedChallenge).where(IssuedChallenge.onboarding_id == onboarding.id)
        for challenge in session.scalars(asked):
            challenge.asked = {}
    calls = sa.select(Verification).where(Verification.applicant_id == applicant_id)
    for call in session.scalars(calls):
        call.digits = call.cues = call.content_blind = None
        call.measurements = {}
        rows.append(f"calls:{call.id}")
    destroy(context, Doomed(ERASURE, "records", applicant_id, tuple(rows)))


def _onboardings(context: Context, applicant_id: UUID) -> list[Onboarding]:
    own = sa.select(Onboarding).where(Onboarding.applicant_id == applicant_id)
    return list(context.session.scalars(own.order_by(Onboarding.id).with_for_update()))


ERASURES.register(
    ErasureHandler(
        records_until=records_until, close=destroy_what_no_law_keeps, erase=destroy_records
    )
)

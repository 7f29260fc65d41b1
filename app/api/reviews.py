"""Reviewers: the queue, one case at a time, its evidence with measurements, and verdicts."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask_restx import Namespace, Resource

from access.permissions import Permission
from access.step_up import StepUpRequired
from app.api.endpoint import writes
from app.presenters.review import present_case, present_cases, present_verdict
from app.schemas.common import DoneResponse
from app.schemas.reviews import CaseResponse, CasesResponse, VerdictRequest, VerdictResponse
from core.errors import NotFound
from kyc.review.cases import (
    CaseConflict,
    CaseNotClaimed,
    CaseTaken,
    claim_case,
    list_cases,
    release_case,
    view_evidence,
)
from kyc.review.verdicts import (
    CaseListed,
    GiveVerdict,
    OwnerNotSeen,
    SecondReviewerMissing,
    give_verdict,
)
from storage.context import Context
from storage.media import StoreUnavailable

BYTES = "application/octet-stream"


class Queue(Resource):
    """Cases that wait for a person."""

    @writes("list_cases", Permission.REVIEW_READ, answer=CasesResponse)
    def get(self, context: Context) -> CasesResponse:
        """List the cases that wait, the longest waiting first.

        Claim one that is not `taken`.
        """
        return present_cases(list_cases(context))


class Claim(Resource):
    """The claim of a case."""

    @writes(
        "claim_case",
        Permission.REVIEW_DECIDE,
        answer=CaseResponse,
        status=201,
        errors=(NotFound, CaseTaken, CaseConflict),
    )
    def post(self, context: Context, onboarding_id: UUID) -> CaseResponse:
        """Claim a case, or keep it.

        Until `claimed_until` nobody else can have it: give a verdict, claim it again for more time,
        or release it.
        """
        return present_case(claim_case(context, onboarding_id))

    @writes(
        "release_case",
        Permission.REVIEW_DECIDE,
        answer=DoneResponse,
        errors=(NotFound, CaseNotClaimed),
    )
    def delete(self, context: Context, onboarding_id: UUID) -> DoneResponse:
        """Release a case.

        It goes back to the queue.
        """
        release_case(context, onboarding_id)
        return DoneResponse()


class Media(Resource):
    """What an applicant sent."""

    @writes(
        "view_evidence",
        Permission.EVIDENCE_VIEW,
        answer=Response,
        content=BYTES,
        errors=(NotFound, CaseNotClaimed, StoreUnavailable),
    )
    def get(self, context: Context, onboarding_id: UUID, evidence_id: UUID) -> Response:
        """Download what the applicant sent.

        For the reviewer who holds the case; each download is an audit event.
        """
        content = view_evidence(context, onboarding_id, evidence_id)
        # An applicant's bytes: a browser neither shows nor stores them, nor guesses their type.
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, mimetype=BYTES, headers=headers)


class Verdicts(Resource):
    """Verdicts of a case."""

    @writes(
        "give_verdict",
        Permission.REVIEW_DECIDE,
        body=VerdictRequest,
        answer=VerdictResponse,
        status=201,
        errors=(
            NotFound,
            CaseNotClaimed,
            SecondReviewerMissing,
            CaseListed,
            OwnerNotSeen,
            StepUpRequired,
        ),
    )
    def post(self, context: Context, body: VerdictRequest, onboarding_id: UUID) -> VerdictResponse:
        """Give a verdict.

        The applicant never sees the note. Approving against a sign of fraud needs
        `POST /staff/step-up` first; approving where the owner asked for a person needs `seen`.
        Where `settled` is false another reviewer has to give a verdict too.
        """
        command = GiveVerdict(onboarding_id, body.judgement, body.note, body.seen)
        return present_verdict(give_verdict(context, command))


def reviews_namespace() -> Namespace:
    """Routes below `/reviews`."""
    namespace = Namespace("Review", path="/reviews", description="Cases that wait for a person.")
    namespace.add_resource(Queue, "")
    namespace.add_resource(Claim, "/<uuid:onboarding_id>/claim")
    namespace.add_resource(Media, "/<uuid:onboarding_id>/evidence/<uuid:evidence_id>")
    namespace.add_resource(Verdicts, "/<uuid:onboarding_id>/verdicts")
    return namespace

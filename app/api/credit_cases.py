"""Reviewers of applications: the queue, one application at a time, verdicts."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from access.step_up import StepUpRequired
from app.api.endpoint import writes
from app.presenters.credit_case import (
    present_credit_case,
    present_credit_cases,
    present_credit_verdict,
)
from app.schemas.common import DoneResponse
from app.schemas.credit_cases import (
    CreditCaseResponse,
    CreditCasesResponse,
    CreditVerdictRequest,
    CreditVerdictResponse,
)
from core.errors import NotFound
from loans.credit.review import (
    CreditCaseConflict,
    CreditCaseListed,
    CreditCaseNotClaimed,
    CreditCaseTaken,
    JudgeApplication,
    SecondCreditReviewerMissing,
    claim_application,
    judge_application,
    list_applications,
    release_application,
)
from storage.context import Context


class CreditQueue(Resource):
    """Applications that wait for a person."""

    @writes("list_applications", Permission.REVIEW_READ, answer=CreditCasesResponse)
    def get(self, context: Context) -> CreditCasesResponse:
        """List the applications that wait for a person, the longest waiting first.

        Claim one that is not `taken`.
        """
        return present_credit_cases(list_applications(context), context.now())


class CreditClaim(Resource):
    """The claim of an application."""

    @writes(
        "claim_application",
        Permission.REVIEW_DECIDE,
        answer=CreditCaseResponse,
        status=201,
        errors=(NotFound, CreditCaseTaken, CreditCaseConflict),
    )
    def post(self, context: Context, application_id: UUID) -> CreditCaseResponse:
        """Claim an application, or keep it.

        Until `claimed_until` nobody else can have it: give a verdict, claim it again for more time,
        or release it.
        """
        return present_credit_case(claim_application(context, application_id))

    @writes(
        "release_application",
        Permission.REVIEW_DECIDE,
        answer=DoneResponse,
        errors=(NotFound, CreditCaseNotClaimed),
    )
    def delete(self, context: Context, application_id: UUID) -> DoneResponse:
        """Release an application.

        It goes back to the queue.
        """
        release_application(context, application_id)
        return DoneResponse()


class CreditVerdicts(Resource):
    """Verdicts on applications."""

    @writes(
        "judge_application",
        Permission.REVIEW_DECIDE,
        body=CreditVerdictRequest,
        answer=CreditVerdictResponse,
        status=201,
        errors=(
            *(NotFound, CreditCaseNotClaimed, SecondCreditReviewerMissing, CreditCaseListed),
            StepUpRequired,
        ),
    )
    def post(
        self, context: Context, body: CreditVerdictRequest, application_id: UUID
    ) -> CreditVerdictResponse:
        """Give a verdict on an application that you hold.

        `go_on`: what speaks against it does not, and the rules decide. Against a sign of fraud two
        reviewers have to agree. The note is for staff.
        """
        command = JudgeApplication(application_id, body.judgement, body.note)
        return present_credit_verdict(judge_application(context, command))


def credit_cases_namespace() -> Namespace:
    """Routes below `/credit-cases`."""
    namespace = Namespace(
        "Credit cases",
        path="/credit-cases",
        description="Reviewers: applications that a person looks at.",
    )
    one = "/<uuid:application_id>"
    namespace.add_resource(CreditQueue, "")
    namespace.add_resource(CreditClaim, f"{one}/claim")
    namespace.add_resource(CreditVerdicts, f"{one}/verdicts")
    return namespace

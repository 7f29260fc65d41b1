"""Lists: compliance proposes entries and removals, reviewers confirm them and clear hits."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from access.step_up import StepUpRequired
from app.api.caller import words
from app.api.endpoint import writes
from app.presenters.lists import (
    present_entries,
    present_hit,
    present_hits,
    present_lists,
    present_proposal,
    present_proposals,
)
from app.schemas.lists import (
    ListEntriesQuery,
    ListEntriesResponse,
    ListEntryRequest,
    ListHitResponse,
    ListHitsResponse,
    ListProposalResponse,
    ListProposalsResponse,
    ListRemovalRequest,
    ListsResponse,
    ProposalVerdictRequest,
)
from core.errors import NotFound
from kyc.lists.entries import (
    DecideProposal,
    ListChangeWaiting,
    ListEntryOver,
    ListValueInvalid,
    ProposalDecided,
    ProposedByYourself,
    ProposeEntry,
    ProposeRemoval,
    decide_proposal,
    propose_entry,
    propose_removal,
)
from kyc.lists.reading import read_entries, read_lists, read_proposals
from kyc.review.cases import CaseConflict
from kyc.review.hits import HitRefuses, clear_hit, read_hits
from storage.context import Context


class Lists(Resource):
    """The lists."""

    @writes("read_lists", Permission.LIST_PROPOSE, answer=ListsResponse)
    def get(self, context: Context) -> ListsResponse:
        """Read which lists there are, what a hit on each does, and how many entries they have."""
        return present_lists(read_lists(context))


class Entries(Resource):
    """The entries of a list."""

    @writes(
        "read_list_entries",
        Permission.LIST_PROPOSE,
        body=ListEntriesQuery,
        answer=ListEntriesResponse,
        errors=(NotFound,),
    )
    def get(self, context: Context, body: ListEntriesQuery, code: str) -> ListEntriesResponse:
        """Read a page of a list, the newest first.

        Whom an entry names is not shown: it is kept as a keyed index alone.
        """
        return present_entries(read_entries(context, code, body.before))

    @writes(
        "propose_list_entry",
        Permission.LIST_PROPOSE,
        body=ListEntryRequest,
        answer=ListProposalResponse,
        status=201,
        errors=(NotFound, ListValueInvalid, ListEntryOver, ListChangeWaiting),
    )
    def post(self, context: Context, body: ListEntryRequest, code: str) -> ListProposalResponse:
        """Propose an entry.

        It does nothing until a reviewer confirms it: `POST /list-proposals/{id}/verdict`.
        """
        command = ProposeEntry(
            list_code=code,
            kind=body.kind,
            value=body.value,
            source=body.source,
            reason=body.reason,
            valid_until=body.valid_until,
            born=body.born,
            number=body.number,
        )
        return present_proposal(propose_entry(context, command))


class Removals(Resource):
    """Removals of entries."""

    @writes(
        "propose_list_removal",
        Permission.LIST_PROPOSE,
        body=ListRemovalRequest,
        answer=ListProposalResponse,
        status=201,
        errors=(NotFound, ListChangeWaiting),
    )
    def post(self, context: Context, body: ListRemovalRequest) -> ListProposalResponse:
        """Propose that an entry goes.

        It stays in force until a reviewer confirms that.
        """
        command = ProposeRemoval(body.entry_id, body.reason)
        return present_proposal(propose_removal(context, command))


class Proposals(Resource):
    """What waits for another person."""

    @writes("read_list_proposals", Permission.LIST_CONFIRM, answer=ListProposalsResponse)
    def get(self, context: Context) -> ListProposalsResponse:
        """Read what is proposed and waits, the oldest first."""
        return present_proposals(read_proposals(context))


class ProposalVerdict(Resource):
    """The verdict on a proposal."""

    @writes(
        "decide_list_proposal",
        Permission.LIST_CONFIRM,
        body=ProposalVerdictRequest,
        answer=ListProposalResponse,
        status=201,
        errors=(NotFound, ProposalDecided, ProposedByYourself, StepUpRequired),
    )
    def post(
        self, context: Context, body: ProposalVerdictRequest, proposal_id: UUID
    ) -> ListProposalResponse:
        """Confirm or reject a proposal of another person; `POST /staff/step-up` first.

        Accounts that a confirmed entry names are found within seconds: `GET /list-hits`.
        """
        command = DecideProposal(proposal_id, body.confirmed)
        return present_proposal(decide_proposal(context, command))


class Hits(Resource):
    """Accounts that entries name."""

    @writes("read_list_hits", Permission.REVIEW_READ, answer=ListHitsResponse)
    def get(self, context: Context) -> ListHitsResponse:
        """Read the hits that nobody has cleared, each with entry, source and reason."""
        return present_hits(read_hits(context), words())


class Clearance(Resource):
    """That a person looked at a hit."""

    @writes(
        "clear_list_hit",
        Permission.REVIEW_DECIDE,
        answer=ListHitResponse,
        status=201,
        errors=(NotFound, CaseConflict, HitRefuses, StepUpRequired),
    )
    def post(self, context: Context, hit_id: UUID) -> ListHitResponse:
        """Let an account go on although an entry names it; `POST /staff/step-up` first.

        A hit on a list of those who are not served ends with its entry alone.
        """
        return present_hit(clear_hit(context, hit_id), words())


def lists_namespace() -> Namespace:
    """Routes of lists, their changes and their hits."""
    namespace = Namespace("Lists", path="/", description="Who is not served, or looked at first.")
    namespace.add_resource(Lists, "/lists")
    namespace.add_resource(Entries, "/lists/<string:code>/entries")
    namespace.add_resource(Removals, "/list-removals")
    namespace.add_resource(Proposals, "/list-proposals")
    namespace.add_resource(ProposalVerdict, "/list-proposals/<uuid:proposal_id>/verdict")
    namespace.add_resource(Hits, "/list-hits")
    namespace.add_resource(Clearance, "/list-hits/<uuid:hit_id>/clearance")
    return namespace

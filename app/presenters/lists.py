"""Lists, their changes and their hits, for staff."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.words import Words
from app.schemas.lists import (
    ListEntriesResponse,
    ListEntryResponse,
    ListHitResponse,
    ListHitsResponse,
    ListProposalResponse,
    ListProposalsResponse,
    ListResponse,
    ListsResponse,
    WaitingChangeResponse,
)
from kyc.lists.models import ListEntry, ListProposal
from kyc.lists.reading import ListSize, WaitingChange
from kyc.review.hits import OpenHit


def present_lists(lists: Sequence[ListSize]) -> ListsResponse:
    """Every list with its size."""
    return ListsResponse(
        lists=[
            ListResponse(
                code=one.known.code,
                effect=one.known.effect,
                law=one.known.source,
                in_force=one.in_force,
                proposed=one.proposed,
            )
            for one in lists
        ]
    )


def present_entries(entries: Sequence[ListEntry]) -> ListEntriesResponse:
    """A page of entries."""
    return ListEntriesResponse(entries=[_entry(one) for one in entries])


def present_proposal(proposal: ListProposal) -> ListProposalResponse:
    """A proposal."""
    return ListProposalResponse.model_validate(proposal)


def present_proposals(waiting: Sequence[WaitingChange]) -> ListProposalsResponse:
    """What waits for another person."""
    return ListProposalsResponse(
        proposals=[
            WaitingChangeResponse(proposal=present_proposal(one.proposal), entry=_entry(one.entry))
            for one in waiting
        ]
    )


def present_hit(open_hit: OpenHit, words: Words) -> ListHitResponse:
    """A hit with what explains it, in codes and in words."""
    hit, found = open_hit.hit, open_hit.found
    return ListHitResponse(
        id=hit.id,
        applicant_id=hit.applicant_id,
        onboarding_id=hit.onboarding_id,
        state=hit.state,
        found_at=hit.found_at,
        entry_id=found.entry_id,
        list_code=found.list_code,
        kind=found.kind,
        effect=found.effect,
        reason=found.reason,
        source=found.source,
        outcome=hit.outcome,
        writing=hit.writing,
        birth=hit.birth,
        number=hit.number,
        explanation=words.list_hit(found.judgement),
    )


def present_hits(hits: Sequence[OpenHit], words: Words) -> ListHitsResponse:
    """Hits that nobody has cleared."""
    return ListHitsResponse(hits=[present_hit(one, words) for one in hits])


def _entry(entry: ListEntry) -> ListEntryResponse:
    return ListEntryResponse.model_validate(entry)

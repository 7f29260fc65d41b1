"""Entries are proposed by one person and confirmed by another; so is their removal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from access.step_up import require_step_up
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from kyc.lists.models import (
    Change,
    Listed,
    ListEntry,
    ListProposal,
    ListReason,
    RemovalReason,
)
from kyc.lists.names.attributes import firm_code, number_end
from kyc.lists.naming import keep_listed_name, listed_name
from kyc.lists.policy import ListsPolicy
from kyc.lists.states import ENTRY, PROPOSAL, EntryState, ProposalState
from kyc.lists.told import Told
from ocr.identifiers import is_valid_credit_code, read_identity_number
from storage.context import Context
from storage.queue import enqueue

RESCREEN = "rescreen_list_entry"  # the kind of job; who is open is a matter of packages above
PHONE = re.compile(r"1[3-9][0-9]{9}")
NUMBER_END = re.compile(r"[0-9]{3}[0-9X]")


class ListValueInvalid(Invalid):
    """No identity number, credit code, phone or name, or one whose check digit is wrong."""

    code = "list_value_invalid"


class ListEntryOver(Invalid):
    """The last day of validity is past."""

    code = "list_entry_over"


class ListChangeWaiting(Conflict):
    """The same is on the list already, or proposed."""

    code = "list_change_waiting"


class ProposalDecided(Conflict):
    """Somebody has confirmed or rejected it already."""

    code = "proposal_decided"


class ProposedByYourself(Conflict):
    """Who proposes does not confirm."""

    code = "proposed_by_yourself"


@dataclass(frozen=True)
class ProposeEntry:
    """Whom to list, where and why; `source` refers to what it rests on and names nobody.

    `born` and `number` stand beside a name: of a person the birth date and the identity number or
    its end, of a firm the code.
    """

    list_code: str
    kind: Listed
    value: str
    source: str
    reason: ListReason
    valid_until: date | None = None
    born: date | None = None
    number: str = ""


@dataclass(frozen=True)
class ProposeRemoval:
    """An entry in force, and why it is to go."""

    entry_id: UUID
    reason: RemovalReason


@dataclass(frozen=True)
class DecideProposal:
    """A proposal, confirmed or rejected."""

    proposal_id: UUID
    confirmed: bool


def propose_entry(context: Context, command: ProposeEntry) -> ListProposal:
    """Propose an entry; it does nothing until another person confirms it.

    Raises `NotFound` for a list that there is not, `ListValueInvalid`, `ListEntryOver`,
    `ListChangeWaiting`.
    """
    require(context, Permission.LIST_PROPOSE)
    if context.rules(ListsPolicy).list_of(command.list_code) is None:
        raise NotFound
    told = _told(command)
    value = command.value if told is not None else _normal(command.kind, command.value)
    if command.valid_until is not None and command.valid_until < context.today():
        raise ListEntryOver
    entry = ListEntry(
        id=new_id(),
        list_code=command.list_code,
        kind=command.kind,
        value_blind=context.blind_index.of(command.kind.indexed, value),
        source=command.source,
        reason=command.reason,
        valid_until=command.valid_until,
        made_at=context.now(),
    )
    if _is_there(context, entry, told):
        raise ListChangeWaiting
    ENTRY.begin(entry, EntryState.PROPOSED)
    context.session.add(entry)
    context.session.flush()
    if told is not None:
        keep_listed_name(context, entry, told)
    return _propose(context, entry, Change.ADDITION)


def propose_removal(context: Context, command: ProposeRemoval) -> ListProposal:
    """Propose that an entry goes; it stays in force until another person confirms that.

    Raises `NotFound` unless it is in force, `ListChangeWaiting`.
    """
    require(context, Permission.LIST_PROPOSE)
    entry = context.session.get(ListEntry, command.entry_id, with_for_update=True)
    if entry is None or entry.state is not EntryState.IN_FORCE:
        raise NotFound
    waiting = sa.select(ListProposal.id).where(
        ListProposal.entry_id == entry.id, ListProposal.state == ProposalState.WAITING
    )
    if context.session.scalar(waiting) is not None:
        raise ListChangeWaiting
    return _propose(context, entry, Change.REMOVAL, command.reason)


def decide_proposal(context: Context, command: DecideProposal) -> ListProposal:
    """Confirm or reject what another person proposed; needs a step-up.

    Whom a confirmed entry names among the accounts is found by a job.

    Raises `NotFound`, `ProposalDecided`, `ProposedByYourself`, `access.step_up.StepUpRequired`.
    """
    require(context, Permission.LIST_CONFIRM)
    proposal = context.session.get(ListProposal, command.proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound
    if proposal.state is not ProposalState.WAITING:
        raise ProposalDecided
    if proposal.proposed_by == _who(context):
        raise ProposedByYourself
    require_step_up(context)
    entry = context.session.get_one(ListEntry, proposal.entry_id, with_for_update=True)
    confirmed = ProposalState.CONFIRMED if command.confirmed else ProposalState.REJECTED
    PROPOSAL.move(proposal, confirmed)
    proposal.decided_by, proposal.decided_at = _who(context), context.now()
    _apply(context, entry, proposal)
    record(
        context,
        Action.LIST_CHANGE_DECIDED,
        proposal.id,
        entry=str(entry.id),
        list=entry.list_code,
        change=proposal.change,
        state=proposal.state,
    )
    return proposal


def _apply(context: Context, entry: ListEntry, proposal: ListProposal) -> None:
    confirmed = proposal.state is ProposalState.CONFIRMED
    if proposal.change is Change.ADDITION:
        ENTRY.move(entry, EntryState.IN_FORCE if confirmed else EntryState.REJECTED)
        if confirmed:
            enqueue(context, RESCREEN, entry.id)
    elif confirmed:
        ENTRY.move(entry, EntryState.REMOVED)


def _propose(
    context: Context, entry: ListEntry, change: Change, reason: RemovalReason | None = None
) -> ListProposal:
    proposal = ListProposal(
        id=new_id(),
        entry_id=entry.id,
        change=change,
        removal_reason=reason,
        proposed_by=_who(context),
        proposed_at=context.now(),
    )
    PROPOSAL.begin(proposal, ProposalState.WAITING)
    context.session.add(proposal)
    record(
        context,
        Action.LIST_CHANGE_PROPOSED,
        proposal.id,
        entry=str(entry.id),
        list=entry.list_code,
        change=change,
        kind=entry.kind,
        why=reason or entry.reason,
    )
    return proposal


def _is_there(context: Context, entry: ListEntry, told: Told | None) -> bool:
    """Whether the same value is on the same list and in force, or proposed.

    Namesakes with another birth date or number are others.
    """
    in_force = sa.and_(
        ListEntry.state == EntryState.IN_FORCE,
        sa.or_(ListEntry.valid_until.is_(None), ListEntry.valid_until >= context.today()),
    )
    same = sa.select(ListEntry.id).where(
        ListEntry.list_code == entry.list_code,
        ListEntry.kind == entry.kind,
        ListEntry.value_blind == entry.value_blind,
        sa.or_(ListEntry.state == EntryState.PROPOSED, in_force),
    )
    return any(
        told is None or listed_name(context, one) in (None, told)
        for one in context.session.scalars(same)
    )


def _told(command: ProposeEntry) -> Told | None:
    """The name that an entry is about, None for one of a number. Raises `ListValueInvalid`."""
    if command.kind not in (Listed.NAME, Listed.FIRM_NAME):
        if command.born is not None or command.number:
            raise ListValueInvalid
        return None
    told = Told(command.kind, command.value.strip(), command.born, _beside(command))
    if not told.says_a_name or (command.born and command.kind is Listed.FIRM_NAME):
        raise ListValueInvalid
    return told


def _beside(command: ProposeEntry) -> str:
    """The number beside a name, as it is compared. Raises `ListValueInvalid`."""
    if not command.number:
        return ""
    if command.kind is Listed.FIRM_NAME:
        code = firm_code(command.number)
        if not is_valid_credit_code(code):
            raise ListValueInvalid
        return code
    end = number_end(command.number)
    if NUMBER_END.fullmatch(end) is None:
        raise ListValueInvalid
    return end


def _normal(kind: Listed, value: str) -> str:
    """A value as documents are read. Raises `ListValueInvalid`."""
    text = "".join(value.split()).upper()
    if kind is Listed.PERSON:
        number = read_identity_number(text)
        valid = number is not None and number.check_digit_valid
    elif kind is Listed.FIRM:
        valid = is_valid_credit_code(text)
    else:
        valid = PHONE.fullmatch(text) is not None
    if not valid:
        raise ListValueInvalid
    return text


def _who(context: Context) -> str:
    return f"{context.actor.kind}:{context.actor.id}"

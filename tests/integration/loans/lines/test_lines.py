"""A credit line from its offer to its end, and all that may stop a draw on it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from access.authorisation import NotAllowed
from app.jobs.maintenance import Maintenance
from app.services import Services, remember_policy
from audit.actions import Action
from audit.state import STATE
from core.actors import Role, staff
from core.errors import BusinessError, NotFound
from core.ids import new_id
from kyc.identity import IdentityDeclined, IdentityInReview, NotServed
from kyc.lists.models import Listed
from kyc.review.hits import clear_hit, read_hits
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import OwnerUnverified
from loans.applicants import AmountOutsideLimits, ExposureExceeded, PurposeNotLent
from loans.credit.limits import StatedTrade
from loans.credit.replay import replay_application
from loans.declaration.declare import PayeesTooMany, PurposeForbidden, PurposeUnknown
from loans.lines.confirmation import ConfirmDraw, confirm_draw
from loans.lines.draws import (
    AskForDraw,
    DrawsUsed,
    DrawTooCostly,
    DrawUnavailable,
    LineExceeded,
    PaidTo,
    PayeesMismatch,
    PayeesNeeded,
    ask_for_draw,
    withdraw_draw,
)
from loans.lines.ending import LineOwed, close_line
from loans.lines.models import CreditLine, Draw
from loans.lines.own import draw_schedule, own_draw, own_draws, own_line
from loans.lines.standing import LineOver, LineSuperseded
from loans.policy import LoanPolicy
from loans.states import DrawState, LineState
from loans.terms.options import Bound
from loans.terms.product import ProductCode
from loans.terms.schedule import Repayment
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from storage.handlers import Lane
from tests.support.changes import (
    Change,
    declined_since,
    in_review_since,
    put_on_a_list,
    withdrawn,
)
from tests.support.clock import MovableClock
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    applied,
    confirmed,
    decided,
    declared,
    onboarded,
    stepped_up,
)
from tests.support.findings import OWNER, another
from tests.support.jobs import work_off_by_performing
from tests.support.lending import FixedScorer, lend
from tests.support.lines import LIMIT, asked, draw_of, drawn, line_of, said_yes, with_line
from tests.support.log import events
from tests.support.policy import changed_policy
from tests.support.watchlist import REVIEWER, entered

PAYEE = PaidTo("样例市鲜蔬批发部", "6222020000000000123", 1_000_000)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


@pytest.fixture
def line(owner: Applicant) -> UUID:
    """Their credit line."""
    return with_line(owner)


def test_an_accepted_offer_of_a_line_opens_it(services: Services, owner: Applicant) -> None:
    view = line_of(owner, with_line(owner))
    line, rules = view.line, services.parts.policy.section(LoanPolicy)
    assert (line.state, line.limit_fen, view.left_fen) == (LineState.OPEN, LIMIT, LIMIT)
    assert line.annual_rate_bp >= sum(line.rate_parts.values())
    assert (view.tenors, line.max_tenor_months) == ((3, 6, 12), 12)
    assert rules.lines.valid_months == 12
    assert line.valid_until == line.opened_at.date().replace(
        year=line.opened_at.year + 1
    ) - timedelta(days=1)
    (event,) = events(services, Action.LINE_OPENED)
    assert (event.loan_id, event.onboarding_id) == (line.application_id, line.onboarding_id)
    assert event.applicant_id == owner.id


def test_a_loan_opens_no_line(services: Services, owner: Applicant) -> None:
    application = applied(owner, declared(owner))
    lend(services)
    assert not events(services, Action.LINE_OPENED)
    with owner.acting() as context:
        assert context.session.get(CreditLine, application) is None


def test_a_line_is_had_for_its_purposes_alone(owner: Applicant) -> None:
    declaration = declared(owner, purpose="renovation")
    with pytest.raises(PurposeNotLent):
        applied(owner, declaration, product=ProductCode.CREDIT_LINE)


def test_a_line_is_held_to_what_the_business_needs(owner: Applicant) -> None:
    """Of 20,000 yuan spent a month, turned four times a year, 63,000 are tied up."""
    trade = StatedTrade(takings_fen=6_000_000, costs_fen=2_000_000, instalments_fen=0)
    view = decided(
        owner,
        declared(owner),
        amount_fen=10_000_000,
        stated=trade,
        product=ProductCode.CREDIT_LINE,
    )
    assert view.outcome is not None
    assert view.outcome.bound_by is Bound.NEED
    assert view.offers[0].principal_fen == 6_300_000


def test_a_draw_is_priced_dated_and_confirmed(
    services: Services, owner: Applicant, line: UUID
) -> None:
    draw = asked(owner, line, 1_000_000, repayment=Repayment.INTEREST_FIRST)
    view = line_of(owner, line)
    assert (draw.state, view.drawn_fen, view.left_fen) == (DrawState.OPEN, 1_000_000, 4_000_000)
    schedule = draw_schedule(draw)
    assert sum(part.principal_fen for part in schedule) == 1_000_000
    assert sum(part.interest_fen for part in schedule) == draw.interest_fen
    assert schedule[0].total_fen == draw.instalment_fen
    assert [part.due for part in schedule] == sorted({part.due for part in schedule})
    assert draw.annual_rate_bp == view.line.annual_rate_bp <= draw.simple_rate_bp
    assert draw.simple_rate_bp <= draw.irr_bp <= 2_400
    taken = said_yes(owner, draw.id)
    assert (taken.state, line_of(owner, line).left_fen) == (DrawState.CONFIRMED, 4_000_000)
    for action in (Action.DRAW_ASKED, Action.DRAW_CONFIRMED):
        (event,) = events(services, action)
        assert (event.loan_id, event.applicant_id) == (view.line.application_id, owner.id)
        assert event.onboarding_id == view.line.onboarding_id
        assert event.data["principal_fen"] == 1_000_000


def test_a_stolen_phone_draws_no_money(owner: Applicant, line: UUID) -> None:
    draw = asked(owner, line)
    of_offer = confirmed(owner, VerificationPurpose.OFFER)
    for voice in (None, of_offer, new_id()):
        with owner.acting() as context, pytest.raises(OwnerUnverified):
            confirm_draw(context, ConfirmDraw(draw.id, voice))
    said_yes(owner, draw.id)
    with pytest.raises(DrawUnavailable):
        said_yes(owner, draw.id)


CHANGES: list[tuple[Change, type[BusinessError]]] = [
    (withdrawn(ConsentKind.TERMS), ConsentMissing),
    (put_on_a_list(Indexed.IDENTITY_NUMBER, OWNER.number), NotServed),
    (put_on_a_list(Indexed.CREDIT_CODE, OWNER.code), NotServed),
    (declined_since, IdentityDeclined),
    (in_review_since, IdentityInReview),
]


@pytest.mark.parametrize(("change", "refusal"), CHANGES)
def test_every_draw_asks_again(
    services: Services, owner: Applicant, change: Change, refusal: type[BusinessError]
) -> None:
    line = with_line(owner)
    draw, voice = asked(owner, line), confirmed(owner, VerificationPurpose.DRAW)
    change(owner, line_of(owner, line).line.onboarding_id)
    with pytest.raises(refusal):
        asked(owner, line)
    with owner.acting() as context, pytest.raises(refusal):
        confirm_draw(context, ConfirmDraw(draw.id, voice))
    assert draw_of(services, draw.id).state is DrawState.OPEN
    frozen = line_of(owner, line).line.state is LineState.FROZEN
    assert frozen is (refusal is NotServed)


def test_a_hit_freezes_a_line_until_a_person_clears_it(
    services: Services, owner: Applicant, line: UUID
) -> None:
    draw = asked(owner, line)
    entered(services, Listed.PHONE, PHONE)
    for _ in range(2):
        work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert line_of(owner, line).line.state is LineState.FROZEN
    with pytest.raises(NotServed):
        asked(owner, line)
    with pytest.raises(NotServed):
        said_yes(owner, draw.id)
    (event,) = events(services, Action.LINE_FROZEN)
    assert (event.data["why"], event.applicant_id) == ("list_hit", owner.id)
    with services.transaction(REVIEWER, stepped_up(services, REVIEWER)) as context:
        (hit,) = read_hits(context)
        clear_hit(context, hit.hit.id)
    said_yes(owner, draw.id)
    assert line_of(owner, line).line.state is LineState.OPEN
    assert len(events(services, Action.LINE_UNFROZEN)) == 1


def test_a_line_follows_person_and_firm_and_no_papers(owner: Applicant, line: UUID) -> None:
    onboarded(owner)
    draw = asked(owner, line)
    moved = replace(OWNER, code="91110000600007272X")
    onboarded(owner, moved.findings())
    with pytest.raises(LineSuperseded):
        asked(owner, line)
    with pytest.raises(LineSuperseded):
        said_yes(owner, draw.id)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"amount_fen": 99_999}, AmountOutsideLimits),
        ({"amount_fen": 0}, AmountOutsideLimits),
        ({"amount_fen": -1}, AmountOutsideLimits),
        ({"amount_fen": LIMIT + 1}, LineExceeded),
        ({"tenor_months": 24}, AmountOutsideLimits),
        ({"tenor_months": 0}, AmountOutsideLimits),
        ({"purpose": "stocks"}, PurposeForbidden),
        ({"purpose": "renovation"}, PurposeNotLent),
        ({"purpose": "a boat"}, PurposeUnknown),
        ({"payees": (PAYEE, PAYEE)}, PayeesMismatch),
        ({"payees": (replace(PAYEE, amount_fen=999_999),)}, PayeesMismatch),
        ({"payees": (PAYEE,) * 11}, PayeesTooMany),
    ],
)
def test_what_the_line_does_not_have_is_not_drawn(
    services: Services,
    owner: Applicant,
    line: UUID,
    changed: dict[str, Any],
    refusal: type[BusinessError],
) -> None:
    with pytest.raises(refusal):
        asked(owner, line, **{"amount_fen": 1_000_000, **changed})
    assert line_of(owner, line).drawn_fen == 0
    assert len(events(services, Action.DRAW_REFUSED)) == (refusal is PurposeForbidden)


def test_a_rate_for_six_months_lends_for_no_longer(owner: Applicant) -> None:
    line = with_line(owner, tenor_months=6)
    assert line_of(owner, line).tenors == (3, 6)
    with pytest.raises(AmountOutsideLimits):
        asked(owner, line, tenor_months=12)
    assert asked(owner, line, tenor_months=6).tenor_months == 6


def test_large_draws_are_paid_to_those_who_are_named(owner: Applicant, line: UUID) -> None:
    key = "self_payment_max_fen = "
    policy = changed_policy(f"{key}50_000_000", f"{key}2_000_000")
    command = AskForDraw(line, 2_000_001, 6, "rent")
    with owner.acting() as context:
        ruled = replace(context, policy=policy)
        with pytest.raises(PayeesNeeded):
            ask_for_draw(ruled, command)
        ask_for_draw(ruled, replace(command, amount_fen=2_000_000))
        named = (replace(PAYEE, amount_fen=2_000_001),)
        ask_for_draw(ruled, replace(command, payees=named))


def test_all_draws_together_stay_within_the_limit(
    services: Services, owner: Applicant, line: UUID, clock: MovableClock
) -> None:
    drawn(owner, line, 3_000_000)
    waiting = asked(owner, line, 2_000_000)
    with pytest.raises(LineExceeded):
        asked(owner, line, 100_000)
    with owner.acting() as context:
        assert withdraw_draw(context, waiting.id).state is DrawState.WITHDRAWN
        assert withdraw_draw(context, waiting.id).state is DrawState.WITHDRAWN
    assert len(events(services, Action.DRAW_WITHDRAWN)) == 1
    forgotten = asked(owner, line, 2_000_000)
    minutes = services.parts.policy.section(LoanPolicy).lines.draw_valid_min
    clock.advance(timedelta(minutes=minutes))
    with pytest.raises(DrawUnavailable):
        said_yes(owner, forgotten.id)
    drawn(owner, line, 2_000_000)
    assert line_of(owner, line).left_fen == 0
    Maintenance(services).expire()
    assert draw_of(services, forgotten.id).state is DrawState.EXPIRED
    with owner.acting() as context, pytest.raises(DrawUnavailable):
        withdraw_draw(context, forgotten.id)


def test_of_draws_at_once_as_many_succeed_as_there_is_room_for(
    owner: Applicant, line: UUID
) -> None:
    def tried(_: int) -> bool:
        try:
            asked(owner, line, 2_000_000)
        except LineExceeded:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(tried, range(4)))
    assert done.count(True) == 2
    assert line_of(owner, line).left_fen == 1_000_000


def test_a_draw_is_confirmed_once_however_often_at_once(
    services: Services, owner: Applicant, line: UUID
) -> None:
    draw = asked(owner, line).id
    voices = [confirmed(owner, VerificationPurpose.DRAW) for _ in range(2)]

    def tried(voice: UUID) -> bool:
        try:
            with owner.acting() as context:
                confirm_draw(context, ConfirmDraw(draw, voice))
        except DrawUnavailable:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tried, voices)) == [False, True]
    assert len(events(services, Action.DRAW_CONFIRMED)) == 1


def test_a_line_of_a_day_has_so_many_draws(
    services: Services, owner: Applicant, line: UUID, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(LoanPolicy).lines
    for _ in range(rules.max_draws):
        draw = asked(owner, line)
        with owner.acting() as context:
            withdraw_draw(context, draw.id)
    with pytest.raises(DrawsUsed):
        asked(owner, line)
    clock.advance(timedelta(hours=rules.window_h))
    asked(owner, line)


def test_the_ceiling_holds_for_every_draw(services: Services, owner: Applicant) -> None:
    """A rate that fits within the ceiling as a bullet does not as instalments."""
    line = with_line(owner)
    with services.transaction() as context:
        row = context.session.get_one(CreditLine, line)
        row.annual_rate_bp = 2_350
    with pytest.raises(DrawTooCostly):
        asked(owner, line, tenor_months=12)
    bullet = asked(owner, line, tenor_months=12, repayment=Repayment.BULLET)
    assert bullet.irr_bp <= 2_400


def test_a_line_ends_with_its_last_day(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    line = with_line(owner)
    drawn(owner, line, 1_000_000)
    last = line_of(owner, line).line.valid_until
    days = (last - line_of(owner, line).line.opened_at.date()).days
    clock.advance(timedelta(days=days))
    waiting = asked(owner, line, 1_000_000)
    clock.advance(timedelta(days=1))
    with pytest.raises(LineOver):
        asked(owner, line)
    assert Maintenance(services).expire()
    view = line_of(owner, line)
    assert (view.line.state, view.left_fen) == (LineState.EXPIRED, 0)
    assert draw_of(services, waiting.id).state is DrawState.EXPIRED
    with owner.acting() as context, pytest.raises(LineOver):
        close_line(context, line)
    assert len(events(services, Action.LINE_EXPIRED)) == 1


def test_a_line_is_closed_by_who_owes_nothing(
    services: Services, owner: Applicant, line: UUID
) -> None:
    waiting = asked(owner, line)
    with owner.acting() as context:
        assert close_line(context, line).line.state is LineState.CLOSED
        assert close_line(context, line).line.state is LineState.CLOSED
    assert draw_of(services, waiting.id).state is DrawState.EXPIRED
    assert len(events(services, Action.LINE_CLOSED)) == 1
    with pytest.raises(LineOver):
        asked(owner, line)


def test_a_line_on_which_something_is_owed_stays(owner: Applicant, line: UUID) -> None:
    drawn(owner, line)
    with owner.acting() as context, pytest.raises(LineOwed):
        close_line(context, line)


def test_a_person_is_lent_their_lines_limit_and_then_what_they_owe(
    services: Services, clock: MovableClock
) -> None:
    policy = services.parts.policy.section(LoanPolicy)
    largest = policy.credit.limits.thin_file[-1].max_fen
    owner = applicant(services)
    onboarded(owner)
    lines = []
    for _ in range(policy.max_fen // largest):
        lines.append(with_line(owner, largest))
        clock.advance(timedelta(days=1))
    with pytest.raises(ExposureExceeded):
        applied(owner, declared(owner))
    drawn(owner, lines[0], 1_000_000)
    with owner.acting() as context:
        close_line(context, lines[1])
    applied(owner, declared(owner))


def test_an_expired_line_counts_with_what_is_owed(services: Services, clock: MovableClock) -> None:
    policy = services.parts.policy.section(LoanPolicy)
    largest = policy.credit.limits.thin_file[-1].max_fen
    owner = applicant(services)
    onboarded(owner)
    for _ in range(policy.max_fen // largest):
        drawn(owner, with_line(owner, largest), largest - policy.min_fen // 4)
        clock.advance(timedelta(days=1))
    declaration = declared(owner)
    clock.advance(timedelta(days=366))
    with pytest.raises(ExposureExceeded):  # a quarter of the least loan is free of each line
        applied(owner, declaration)


def test_what_is_anothers_is_not_found(services: Services, owner: Applicant, line: UUID) -> None:
    other = applicant(services, "13800000002")
    onboarded(other, another(7).findings())
    draw = asked(owner, line)
    tries: list[Callable[[Any], object]] = [
        lambda context: own_line(context, line),
        lambda context: own_draws(context, line),
        lambda context: own_draw(context, draw.id),
        lambda context: close_line(context, line),
        lambda context: ask_for_draw(context, AskForDraw(line, 1_000_000, 6, "rent")),
        lambda context: confirm_draw(context, ConfirmDraw(draw.id, None)),
        lambda context: withdraw_draw(context, draw.id),
        lambda context: withdraw_draw(context, new_id()),
        lambda context: own_line(context, new_id()),
    ]
    for attempt in tries:
        with other.acting() as context, pytest.raises(NotFound):
            attempt(context)


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.COMPLIANCE])
def test_staff_draws_nothing(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        for attempt in (
            lambda: ask_for_draw(context, AskForDraw(new_id(), 1, 1, "rent")),
            lambda: confirm_draw(context, ConfirmDraw(new_id(), None)),
            lambda: close_line(context, new_id()),
            lambda: own_line(context, new_id()),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_rows_are_held_to_the_log(services: Services, owner: Applicant, line: UUID) -> None:
    draw = drawn(owner, line)
    lend(services)

    def differences() -> list[str]:
        with services.reading() as context:
            return [one for compare in STATE.comparisons() for one in compare(context)]

    assert differences() == []
    with services.transaction() as context:
        context.session.get_one(CreditLine, line).limit_fen = 2 * LIMIT
        row = context.session.get_one(Draw, draw.id)
        row.principal_fen, row.state = 1, DrawState.WITHDRAWN
    assert len(differences()) == 3


def test_the_decision_on_a_line_comes_out_the_same_again(
    services: Services, owner: Applicant
) -> None:
    remember_policy(services)
    line = line_of(owner, with_line(owner, scorer=FixedScorer(0.04))).line
    with services.transaction() as context:
        (again,) = replay_application(context, line.application_id)
    assert again.same
    assert again.decided.offers[0].annual_rate_bp == line.annual_rate_bp

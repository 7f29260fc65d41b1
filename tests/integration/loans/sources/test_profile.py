"""What was read adds up to a profile, which is shown, contested, and lent by."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.services import Services
from audit.actions import Action
from core.actors import Role
from core.errors import NotFound
from core.reasons import Reason
from loans.credit.application import ApplicationView, withdraw_application
from loans.credit.pause import AppliedTooSoon
from loans.known.models import ObjectionState
from loans.known.objections import (
    Contest,
    DecideObjection,
    ObjectionOpen,
    ObjectionOver,
    contest,
    decide_objection,
    open_objections,
)
from loans.known.show import ProfileView, credit_features, own_profile, verified_trade
from loans.policy import LoanPolicy
from loans.sources.consent import withdraw_source_consent
from loans.sources.files import delete_file
from loans.sources.kinds import SourceKind
from loans.states import ApplicationState
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    decided,
    declared,
    onboarded,
    staff_member,
)
from tests.support.findings import OWNER
from tests.support.lending import RISKY, FixedScorer
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.sources import (
    FEATURE,
    agree,
    contested,
    read_all,
    send_file,
    with_feature,
)
from tests.support.statements import bank_statement, wallet_bill

RULES = POLICY.section(LoanPolicy).known_by
DAYS, TAKINGS_FEN = 300, 160_000


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def tell_trade(owner: Applicant) -> tuple[UUID, ...]:
    """Have ten months of takings read from a wallet and a bank; returns the consents."""
    with owner.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    consents = (*agree(owner, SourceKind.WECHAT), *agree(owner, SourceKind.BANK))
    send_file(owner, SourceKind.WECHAT, wallet_bill(OWNER.name, first, DAYS, TAKINGS_FEN))
    send_file(owner, SourceKind.BANK, bank_of(OWNER.name, first))
    read_all(owner.services)
    return consents


def bank_of(name: str, first: date) -> bytes:
    """Rent by month, and goods by week."""
    rent = [(first + timedelta(days=30 * n), -400_000, "房东王某房租") for n in range(9)]
    goods = [
        (first + timedelta(days=7 * n), -5_000, "利民粮油批发部货款") for n in range(DAYS // 7)
    ]
    return bank_statement(name, sorted(rent + goods), 4_000_000)


def sales_of(first: date, days: int) -> list[tuple[date, int, str]]:
    """A firm that pays each day."""
    return [(first + timedelta(days=n), 90_000, f"样例{n}号商贸有限公司") for n in range(days)]


def profile(owner: Applicant) -> ProfileView:
    with owner.acting() as context:
        return own_profile(context)


def test_takings_of_a_wallet_are_turnover(services: Services, owner: Applicant) -> None:
    assert profile(owner).features == {}
    tell_trade(owner)
    view = profile(owner)
    assert not view.is_moving
    a_month = view.features[FEATURE]
    expected = 3 * (TAKINGS_FEN + 400) * 30
    assert float(a_month.value) == pytest.approx(expected, rel=0.06)
    assert view.known["thickness"]["points"] > 0
    assert view.known["thickness"]["next_source"] is not None
    (built, *_) = events(services, Action.PROFILE_BUILT)
    assert str(a_month.value) not in str(built.data)


def test_the_same_takings_sent_twice_count_once(owner: Applicant) -> None:
    tell_trade(owner)
    before = profile(owner).features[FEATURE].value
    with owner.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    again = wallet_bill(OWNER.name, first, DAYS, TAKINGS_FEN) + b"\r\n"
    send_file(owner, SourceKind.WECHAT, again)
    read_all(owner.services)
    assert profile(owner).features[FEATURE].value == before


def loan(owner: Applicant, fen: int = 20_000_000) -> ApplicationView:
    return decided(owner, declared(owner), FixedScorer(), amount_fen=fen)


def test_an_owner_who_shows_takings_is_offered_more(owner: Applicant) -> None:
    thin = loan(owner)
    with owner.acting() as context:
        withdraw_application(context, thin.application.id)
    tell_trade(owner)
    thick = loan(owner)
    assert thin.outcome is not None
    assert thick.outcome is not None
    assert thick.outcome.raised_from_fen == thin.outcome.max_fen
    assert thick.outcome.max_fen > thin.outcome.max_fen
    assert thick.offers[0].principal_fen > thin.offers[0].principal_fen


def test_what_is_withdrawn_is_not_lent_by(owner: Applicant) -> None:
    for consent in tell_trade(owner):
        with owner.acting() as context:
            withdraw_source_consent(context, consent)
    with owner.acting() as context:
        assert verified_trade(context, owner.id) is None
    read_all(owner.services)
    assert profile(owner).features == {}


def test_trade_of_long_ago_is_not_lent_by(owner: Applicant, clock: MovableClock) -> None:
    tell_trade(owner)
    with owner.acting() as context:
        assert verified_trade(context, owner.id) is not None
    clock.advance(timedelta(days=RULES.trade_days + 1))
    with owner.acting() as context:
        assert verified_trade(context, owner.id) is None


def test_what_is_contested_is_not_used_until_a_person_decided(
    services: Services, owner: Applicant
) -> None:
    tell_trade(owner)
    with owner.acting() as context:
        objection = contest(context, Contest(FEATURE, "十月少算了一笔")).id
    assert profile(owner).contested == {FEATURE}
    with owner.acting() as context:
        trade = verified_trade(context, owner.id)
        assert trade is not None
        assert not trade.raises
    with pytest.raises(ObjectionOpen), owner.acting() as context:
        contest(context, Contest(FEATURE, "again"))
    reviewer = staff_member(services, Role.REVIEWER)
    with services.transaction(reviewer) as context:
        (seen,) = open_objections(context)
        assert (seen.text, seen.objection.id) == ("十月少算了一笔", objection)
        decided = decide_objection(context, DecideObjection(objection, upheld=False))
        assert decided.state is ObjectionState.REJECTED
    with owner.acting() as context:
        trade = verified_trade(context, owner.id)
        assert trade is not None
        assert trade.raises
    with pytest.raises(ObjectionOver), owner.acting() as context:
        contest(context, Contest(FEATURE, "the same again"))
    with pytest.raises(ObjectionOver), services.transaction(reviewer) as context:
        decide_objection(context, DecideObjection(objection, upheld=True))


def test_another_value_may_be_contested(services: Services, owner: Applicant) -> None:
    objection = contested(owner)
    with services.transaction(staff_member(services, Role.REVIEWER)) as context:
        decide_objection(context, DecideObjection(objection, upheld=False))
    with_feature(owner, fen=6_000_001)
    with owner.acting() as context:
        assert contest(context, Contest(FEATURE, "it is wrong")).state is ObjectionState.OPEN


def test_what_was_found_wrong_is_not_lent_by(services: Services, owner: Applicant) -> None:
    tell_trade(owner)
    with owner.acting() as context:
        objection = contest(context, Contest(FEATURE, "it is wrong")).id
    with services.transaction(staff_member(services, Role.REVIEWER)) as context:
        decide_objection(context, DecideObjection(objection, upheld=True))
    with owner.acting() as context:
        assert verified_trade(context, owner.id) is None
        assert FEATURE not in credit_features(context, owner.id)
    assert loan(owner).application.state is ApplicationState.OFFERED


def test_who_contests_waits_for_people_before_the_scorer(
    services: Services, owner: Applicant
) -> None:
    tell_trade(owner)
    with owner.acting() as context:
        contest(context, Contest(FEATURE, "it is wrong"))
    scorer = FixedScorer()
    application = decided(owner, declared(owner), scorer).application
    assert application.state is ApplicationState.REVIEW
    assert application.reasons == [Reason.PROFILE_CONTESTED]
    assert scorer.asked == []
    with services.reading() as context:
        rules = context.rules(LoanPolicy).review
        assert Reason.PROFILE_CONTESTED in rules.four_eyes


def test_what_no_credit_is_judged_by_keeps_nobody_waiting(owner: Applicant) -> None:
    with_feature(owner, "balance_mean")
    with owner.acting() as context:
        contest(context, Contest("balance_mean", "it is wrong"))
    assert loan(owner).application.state is ApplicationState.OFFERED


def test_deleting_what_is_known_ends_no_pause(owner: Applicant) -> None:
    tell_trade(owner)
    assert decided(owner, declared(owner), FixedScorer(RISKY)).application.reasons
    for file in profile(owner).files:
        with owner.acting() as context:
            delete_file(context, file.source, file.id)
        read_all(owner.services)
        with pytest.raises(AppliedTooSoon):
            applied(owner, declared(owner))


def test_only_what_is_known_is_contested(owner: Applicant) -> None:
    with pytest.raises(NotFound), owner.acting() as context:
        contest(context, Contest(FEATURE, "nothing is known"))


def test_a_bill_with_a_broken_balance_is_not_counted(owner: Applicant) -> None:
    agree(owner, SourceKind.BANK)
    with owner.services.reading() as context:
        last = context.today()
    moves = sales_of(last - timedelta(days=60), 60)
    content = bank_statement(OWNER.name, moves, 1_000_000).decode("gb18030")
    lines = content.split("\n")
    lines[20] = lines[20].replace(lines[20].split(",")[3], "1.00")
    send_file(owner, SourceKind.BANK, "\n".join(lines).encode("gb18030"))
    read_all(owner.services)
    assert FEATURE not in profile(owner).features
    send_file(owner, SourceKind.BANK, content.encode("gb18030"))
    read_all(owner.services)
    assert FEATURE in profile(owner).features


def test_a_bill_with_a_row_of_a_day_to_come_is_not_counted(owner: Applicant) -> None:
    agree(owner, SourceKind.WECHAT)
    with owner.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    bill = wallet_bill(OWNER.name, first, DAYS + 2, TAKINGS_FEN)
    send_file(owner, SourceKind.WECHAT, bill)
    read_all(owner.services)
    view = profile(owner)
    (file,) = view.files
    (fault,) = (each for each in file.faults if each["code"] == "future_rows")
    assert fault["count"] >= 3
    assert {row["code"] for row in file.refused} == {"future"}
    assert FEATURE not in view.features


@pytest.mark.parametrize(
    ("printed", "faults"), [("", ["owner_unknown"]), ("***", ["owner_unknown"]), (OWNER.name, [])]
)
def test_a_bank_statement_that_names_nobody_raises_nothing(
    owner: Applicant, printed: str, faults: list[str]
) -> None:
    agree(owner, SourceKind.BANK)
    with owner.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    content = bank_statement(printed, sales_of(first, DAYS), 1_000_000)
    send_file(owner, SourceKind.BANK, content)
    read_all(owner.services)
    view = profile(owner)
    assert [fault["code"] for fault in view.files[0].faults] == faults
    assert FEATURE in view.features
    with owner.acting() as context:
        assert (verified_trade(context, owner.id) is None) == bool(faults)


def test_dates_are_chinas(owner: Applicant) -> None:
    tell_trade(owner)
    as_of = profile(owner).features[FEATURE].as_of
    with owner.services.reading() as context:
        assert as_of == context.today() - timedelta(days=1)
    assert isinstance(as_of, date)

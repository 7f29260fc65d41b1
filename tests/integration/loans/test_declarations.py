"""What owners declare: checked, compared with the licence, kept with its promise, sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from access.models import Applicant as Account
from app.services import Services
from audit.actions import Action
from core.errors import BusinessError
from loans.applicants import AmountOutsideLimits
from loans.codes import Role
from loans.declaration.declare import (
    IndustryUnknown,
    OccupationUnknown,
    Payee,
    PayeesTooMany,
    PromiseOutdated,
    PurposeForbidden,
    PurposeUnknown,
    PurposeUntold,
)
from loans.declaration.evidence import Consistency, Difference
from loans.declaration.promise import promise
from loans.models import (
    PAYEE_ACCOUNT,
    PAYEE_NAME,
    PURPOSE_TEXT,
    Declaration,
    DeclaredPayee,
)
from loans.policy import LoanPolicy
from loans.sources.consent import ConsentToSource, consent_to_source
from loans.sources.kinds import SourceKind, Use
from loans.sources.signals import NewSignal, SignalKind, receive_signals
from storage.context import Context
from storage.sealed import SealedField
from tests.support.factories import Applicant, applicant, declared, onboarded
from tests.support.findings import OWNER
from tests.support.log import events
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)
PAYEES = (Payee("样例市鲜蔬批发部", "6222020000000000123"), Payee("王师傅"))


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account; the licence is that of an eating place."""
    known = applicant(services)
    onboarded(known)
    return known


def kept(owner: Applicant, **changed: Any) -> Declaration:
    declaration = declared(owner, **changed)
    with owner.acting() as context:
        return context.session.get_one(Declaration, declaration)


def payees_of(context: Context, declaration: Declaration) -> tuple[Payee, ...]:
    """The payees of a declaration, opened."""
    owner = context.session.get_one(Account, declaration.applicant_id)
    rows = sa.select(DeclaredPayee).where(DeclaredPayee.declaration_id == declaration.id)

    def opened(field: SealedField, row: DeclaredPayee, sealed: bytes | None) -> str | None:
        if sealed is None:
            return None
        return field.open(context.keyring, owner, row.id, sealed).decode()

    return tuple(
        Payee(opened(PAYEE_NAME, row, row.name) or "", opened(PAYEE_ACCOUNT, row, row.account))
        for row in context.session.scalars(rows.order_by(DeclaredPayee.id))
    )


def test_all_that_is_declared_is_kept(services: Services, owner: Applicant) -> None:
    owner = replace(owner, origin=replace(owner.origin, device="thumbprint"))
    declaration = kept(owner, payees=PAYEES, purpose="other", purpose_text="给冷库交电费押金")
    text = promise(RULES.declared.promise, "zh")
    assert (declaration.occupation, declaration.industry) == ("10600", "62")
    assert declaration.section == "H"
    assert (declaration.role, declaration.purpose) == (Role.OWNER, "other")
    assert (declaration.amount_fen, declaration.tenor_months) == (5_000_000, 12)
    assert declaration.consistency is Consistency.CONSISTENT
    assert declaration.evidence == []
    assert declaration.promise_sha256 == text.sha256
    assert (declaration.promise_version, declaration.promise_language) == (text.version, "zh")
    assert declaration.device == "thumbprint"
    with owner.acting() as context:
        assert payees_of(context, declaration) == PAYEES
    (event,) = events(services, Action.DECLARATION_MADE)
    assert event.data["promise"] == text.sha256
    assert event.data["payees"] == len(PAYEES)


def test_names_and_accounts_are_sealed(services: Services, owner: Applicant) -> None:
    kept(owner, payees=PAYEES, purpose_text="付给王师傅")
    with services.reading() as context:
        rows = context.session.scalars(sa.select(DeclaredPayee)).all()
        (declaration,) = context.session.scalars(sa.select(Declaration)).all()
    held = b"".join([*(row.name + (row.account or b"") for row in rows)])
    assert "王师傅".encode() not in held + (declaration.purpose_text or b"")
    assert b"6222020000000000123" not in held
    with owner.acting() as context:
        account = context.session.get_one(Account, owner.id)
        sealed = declaration.purpose_text or b""
        assert PURPOSE_TEXT.open(context.keyring, account, declaration.id, sealed).decode() == (
            "付给王师傅"
        )


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"purpose": "world_domination"}, PurposeUnknown),
        ({"purpose": "other"}, PurposeUntold),
        ({"purpose": "other", "purpose_text": "  "}, PurposeUntold),
        ({"occupation": "catering"}, OccupationUnknown),
        ({"occupation": "70000"}, OccupationUnknown),
        ({"occupation": "10000"}, OccupationUnknown),
        ({"industry": "98"}, IndustryUnknown),
        ({"industry": "H"}, IndustryUnknown),
        ({"amount_fen": 999_999}, AmountOutsideLimits),
        ({"amount_fen": 30_000_001}, AmountOutsideLimits),
        ({"amount_fen": 10**30}, AmountOutsideLimits),
        ({"purpose": "equipment", "tenor_months": 6}, AmountOutsideLimits),
        ({"purpose": "equipment", "amount_fen": 1_999_999}, AmountOutsideLimits),
        ({"amount_fen": -5_000_000}, AmountOutsideLimits),
        ({"tenor_months": 0}, AmountOutsideLimits),
        ({"tenor_months": 13}, AmountOutsideLimits),
        ({"payees": (Payee("王师傅"),) * 11}, PayeesTooMany),
        ({"promise_version": "2020-01-01"}, PromiseOutdated),
        ({"promise_sha256": "0" * 64}, PromiseOutdated),
    ],
)
def test_what_is_not_valid_is_refused_and_not_kept(
    services: Services, owner: Applicant, changed: dict[str, Any], refusal: type[BusinessError]
) -> None:
    with pytest.raises(refusal):
        declared(owner, **changed)
    assert events(services, Action.DECLARATION_MADE) == []


@pytest.mark.parametrize("purpose", RULES.forbidden_purposes)
def test_a_forbidden_purpose_is_refused_with_an_event(
    services: Services, owner: Applicant, purpose: str
) -> None:
    with pytest.raises(PurposeForbidden):
        declared(owner, purpose=purpose)
    (event,) = events(services, Action.DECLARATION_REFUSED)
    assert event.data["purpose"] == purpose
    assert events(services, Action.DECLARATION_MADE) == []


def test_another_industry_than_the_licences_is_kept_with_its_evidence(owner: Applicant) -> None:
    declaration = kept(owner, industry="54")
    assert declaration.consistency is Consistency.UNCLEAR
    (found,) = declaration.evidence or []
    assert found["difference"] == Difference.INDUSTRY_DIFFERS
    assert found["declared"] == "54"
    assert "面馆" in found["known"]


def test_words_of_a_forbidden_purpose_are_a_finding_and_no_refusal(owner: Applicant) -> None:
    declaration = kept(owner, purpose="other", purpose_text="先炒股再进货")
    assert declaration.consistency is Consistency.CONTRADICTING
    assert [one["known"] for one in declaration.evidence or []] == ["money_to_securities"]


def test_the_bounds_are_those_of_the_products_for_the_purpose(owner: Applicant) -> None:
    assert kept(owner, purpose="equipment", amount_fen=50_000_000, tenor_months=36).tenor_months
    with pytest.raises(AmountOutsideLimits) as refused:
        declared(owner, purpose="payroll", amount_fen=30_000_001)
    assert refused.value.parameters == {
        "min_yuan": "10,000",
        "max_yuan": "300,000",
        "tenors": "3 / 6 / 12",
    }


def test_a_promise_may_be_read_in_either_language(owner: Applicant) -> None:
    text = promise(RULES.declared.promise, "en")
    assert kept(owner, promise_sha256=text.sha256).promise_language == "en"


def test_a_firm_may_be_declared_by_its_shareholder(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner, replace(OWNER, firm_type="有限责任公司(自然人独资)").findings())
    assert kept(owner, role=Role.SHAREHOLDER).consistency is Consistency.CONSISTENT


def searching(owner: Applicant, use: Use, words: tuple[str, ...]) -> None:
    """Somebody who searched within the last days, and consented to one use of it."""
    version = RULES.known_by.kinds[SourceKind.SIGNALS].version
    with owner.acting() as context:
        consent_to_source(context, ConsentToSource(SourceKind.SIGNALS, use, version))
        days = [context.now() - timedelta(days=1 + day) for day in range(len(words))]
        pairs = zip(days, words, strict=True)
        receive_signals(context, [NewSignal(SignalKind.SEARCH, at, text) for at, text in pairs])


BETS = ("今晚欧冠盘口", "百家乐看路", "时时彩倍投计划")


def test_searches_are_compared_where_their_owner_consented(owner: Applicant) -> None:
    searching(owner, Use.PURPOSE, BETS)
    declaration = kept(owner, payees=PAYEES)
    assert declaration.consistency is Consistency.UNCLEAR
    assert [one["difference"] for one in declaration.evidence or []] == [
        Difference.SEARCHES_FORBIDDEN
    ]


@pytest.mark.parametrize(
    ("use", "words"), [(Use.CONTACT, BETS), (Use.PURPOSE, BETS[:2]), (Use.PURPOSE, ("进货",) * 5)]
)
def test_other_searches_and_other_consents_say_nothing(
    owner: Applicant, use: Use, words: tuple[str, ...]
) -> None:
    searching(owner, use, words)
    assert kept(owner, payees=PAYEES).consistency is Consistency.CONSISTENT

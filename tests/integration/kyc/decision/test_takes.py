"""Photos of one paper add up: what one hides another shows, and no flag is forgotten."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import Applicant as Account
from app.services import Services, remember_policy
from audit.actions import Action
from core.reasons import Reason
from kyc.analysis.findings import DocumentFinding, Finding, TemplateKind
from kyc.analysis.takes import Merging
from kyc.decision.models import Check
from kyc.decision.replay import replay
from kyc.decision.takes import OPEN_FIELDS, TAKES, merged_again
from kyc.evidence.models import Evidence
from kyc.evidence.repository import open_facts, open_own_facts, open_template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import ID_CARD_FRONT, LICENCE
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from ocr.document_types import CREDIT_CODE, ID_NUMBER
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from tests.support.factories import Applicant, applicant, reread, started, submitted
from tests.support.findings import BLURRED, OWNER, face
from tests.support.jobs import work_off
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.takes import LICENCE_FIELDS, card_take, licence_take

TYPE_HIDDEN = ("类型", "营业期限")


def sent(owner: Applicant, onboarding: UUID, kind: str, finding: Finding) -> UUID:
    """A piece of evidence that was analysed with a finding."""
    evidence = submitted(owner, onboarding, kind)
    work_off(owner.services, {kind: finding})
    return evidence


def taken(owner: Applicant, onboarding: UUID, *findings: DocumentFinding) -> list[UUID]:
    """Photos of a licence, one after the other."""
    return [sent(owner, onboarding, LICENCE.kind, finding) for finding in findings]


def check_of(services: Services, evidence: UUID) -> Check:
    with services.reading() as context:
        return context.session.scalars(sa.select(Check).where(Check.evidence_id == evidence)).one()


def said(services: Services, evidence: UUID, *, alone: bool = False) -> dict[str, str]:
    with services.reading() as context:
        row = context.session.get_one(Evidence, evidence)
        onboarding = context.session.get_one(Onboarding, row.onboarding_id)
        owner = context.session.get_one(Account, onboarding.applicant_id)
        return (open_own_facts if alone else open_facts)(context, owner, row)


def state_of(services: Services, evidence: UUID) -> EvidenceState:
    with services.reading() as context:
        return context.session.get_one(Evidence, evidence).state


def test_a_second_photo_completes_the_first(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    first, second = taken(
        owner,
        onboarding,
        licence_take(Reason.GLARE, without=TYPE_HIDDEN),
        licence_take(Reason.BLURRED, without=("名称",)),
    )
    assert state_of(services, first) is EvidenceState.RETRY
    assert state_of(services, second) is EvidenceState.ACCEPTED
    together, alone = said(services, second), said(services, second, alone=True)
    assert together["名称"] == LICENCE_FIELDS["名称"]
    assert together["营业期限"] == LICENCE_FIELDS["营业期限"]
    assert "名称" not in alone
    assert "类型" not in said(services, first)
    measured = check_of(services, second).measurements
    assert measured[TAKES]["fields"]["名称"] == [str(first)]
    assert measured[TAKES]["fields"]["类型"] == [str(second)]
    assert measured[TAKES]["counted"] == [str(first), str(second)]
    assert measured[OPEN_FIELDS] == {"missing": [], "doubtful": [], "differing": []}
    (read,) = events(services, Action.FACTS_UNSEALED)
    assert (read.data["purpose"], read.subject) == ("takes", str(second))


def test_the_decision_rests_on_what_both_say(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    taken(owner, onboarding, licence_take(Reason.GLARE, without=(CREDIT_CODE,)))
    assert reread(services, onboarding).code_blind is None
    findings = {
        **OWNER.findings(),
        LICENCE.kind: licence_take(Reason.GLARE, without=("经营者",)),
        ID_CARD_FRONT.kind: card_take(),
    }
    for kind in POLICY.section(OnboardingPolicy).required:
        submitted(owner, onboarding, kind)
    work_off(services, findings)
    row = reread(services, onboarding)
    assert (row.decision, row.reasons) == (Decision.APPROVED, [])
    with services.reading() as context:
        code = context.blind_index.of(Indexed.CREDIT_CODE, LICENCE_FIELDS[CREDIT_CODE])
    assert row.code_blind == code


def test_what_both_say_is_the_same_again(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    place = {"住所": "北京市东城区某街二号"}
    *_, newest = taken(
        owner,
        onboarding,
        licence_take(Reason.GLARE, without=TYPE_HIDDEN),
        licence_take(changed=place, without=("成立日期",)),
    )
    with services.transaction() as context:
        row = context.session.get_one(Evidence, newest)
        account = context.session.get_one(Account, owner.id)
        again = merged_again(context, account, row, Merging.of(context.policy), context.today())
    check = check_of(services, newest)
    assert again.texts == said(services, newest)
    assert list(again.reasons) == check.reasons == [Reason.FIELDS_DIFFER]
    assert check.measurements[TAKES]["differing"] == {
        name: list(takes) for name, takes in again.differing.items()
    }


def test_another_paper_completes_nothing(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    elsewhere = {CREDIT_CODE: "91500103073244823G", "名称": "另一面馆"}
    _, second = taken(
        owner,
        onboarding,
        licence_take(Reason.GLARE, without=TYPE_HIDDEN, changed=elsewhere),
        licence_take(Reason.GLARE, without=("名称",)),
    )
    assert state_of(services, second) is EvidenceState.RETRY
    assert "名称" not in said(services, second)


def test_photos_that_contradict_each_other_go_to_a_person(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    number = {"住所": "北京市东城区某街二号"}
    _, second = taken(owner, onboarding, licence_take(), licence_take(changed=number))
    assert state_of(services, second) is EvidenceState.REVIEW
    check = check_of(services, second)
    assert check.reasons == [Reason.FIELDS_DIFFER]
    assert list(check.measurements[TAKES]["differing"]) == ["住所"]
    assert number["住所"] not in str(check.measurements)


@pytest.mark.parametrize("clean", [1, 2])
def test_a_flag_is_not_washed_off_by_cleaner_photos(services: Services, clean: int) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    edited = licence_take(Reason.EDITED, changed={"名称": "另一家"})
    *_, last = taken(owner, onboarding, edited, *[licence_take()] * clean)
    assert state_of(services, last) is EvidenceState.REVIEW
    check = check_of(services, last)
    assert Reason.EDITED in check.reasons
    assert said(services, last)["名称"] == LICENCE_FIELDS["名称"]
    findings = {**OWNER.findings(), ID_CARD_FRONT.kind: card_take()}
    for kind in POLICY.section(OnboardingPolicy).required:
        if kind != LICENCE.kind:
            submitted(owner, onboarding, kind)
    work_off(services, findings)
    row = reread(services, onboarding)
    assert row.decision is Decision.REVIEW
    assert Reason.EDITED in row.reasons


def test_a_flag_stays_when_the_last_photo_cannot_be_read_at_all(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    taken(owner, onboarding, licence_take(Reason.EDITED, Reason.GLARE, without=("类型",)))
    last = sent(owner, onboarding, LICENCE.kind, BLURRED)
    assert check_of(services, last).reasons == [Reason.BLURRED, Reason.EDITED]


def test_a_portrait_that_the_first_photo_showed_is_kept(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    kind = ID_CARD_FRONT.kind
    first = sent(owner, onboarding, kind, card_take(Reason.GLARE, without=(ID_NUMBER,)))
    second = sent(owner, onboarding, kind, card_take(Reason.PORTRAIT_UNCLEAR, seed=None))
    assert state_of(services, first) is EvidenceState.RETRY
    assert state_of(services, second) is EvidenceState.ACCEPTED
    with services.reading() as context:
        account = context.session.get_one(Account, owner.id)
        packed = open_template(context, account, second, TemplateKind.PORTRAIT)
    assert packed == face(1).packed()
    assert check_of(services, second).measurements[TAKES]["portrait"] == str(first)


def test_a_photo_that_was_replaced_before_it_was_read_is_no_take(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    unread = submitted(owner, onboarding, LICENCE.kind)
    last = sent(owner, onboarding, LICENCE.kind, licence_take(Reason.GLARE, without=("类型",)))
    assert state_of(services, unread) is EvidenceState.SUPERSEDED
    assert TAKES not in check_of(services, last).measurements


def test_the_limit_on_attempts_is_what_it_was(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    allowed = POLICY.section(OnboardingPolicy).attempts[LICENCE.kind]
    hidden = [licence_take(Reason.GLARE, without=("类型",))] * allowed
    *earlier, last = taken(owner, onboarding, *hidden)
    assert {state_of(services, one) for one in earlier} == {EvidenceState.RETRY}
    assert state_of(services, last) is EvidenceState.REVIEW
    assert Reason.ATTEMPTS_USED in check_of(services, last).reasons


def test_takes_of_another_owner_are_nobodys_business(services: Services) -> None:
    one, other = applicant(services), applicant(services, "13800000002")
    taken(one, started(one), licence_take(Reason.GLARE, without=TYPE_HIDDEN))
    (second,) = taken(other, started(other), licence_take(Reason.GLARE, without=("名称",)))
    assert state_of(services, second) is EvidenceState.RETRY
    assert TAKES not in check_of(services, second).measurements


def test_an_earlier_photo_that_does_not_open_sends_the_paper_to_a_person(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    (first,) = taken(owner, onboarding, licence_take(Reason.GLARE, without=TYPE_HIDDEN))
    with services.transaction() as context:
        row = context.session.get_one(Evidence, first)
        assert row.facts is not None
        row.facts = row.facts[:-1] + bytes([row.facts[-1] ^ 1])
    (second,) = taken(owner, onboarding, licence_take())
    assert state_of(services, second) is EvidenceState.REVIEW
    assert Reason.FILE_DAMAGED in check_of(services, second).reasons
    (damaged,) = events(services, Action.EVIDENCE_DAMAGED)
    assert damaged.subject == str(first)


def test_what_both_said_is_destroyed_with_the_papers(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    _, second = taken(
        owner,
        onboarding,
        licence_take(Reason.GLARE, without=TYPE_HIDDEN),
        licence_take(Reason.GLARE, without=("名称",)),
    )
    assert said(services, second)
    with owner.acting() as context:
        withdraw_consent(context, onboarding, ConsentKind.TERMS)
    with services.reading() as context:
        row = context.session.get_one(Evidence, second)
        assert (row.facts, row.merged_facts) == (None, None)


def test_a_decision_is_replayed_with_the_photos_behind_each_field(services: Services) -> None:
    remember_policy(services)
    owner = applicant(services)
    onboarding = started(owner)
    taken(owner, onboarding, licence_take(Reason.GLARE, without=TYPE_HIDDEN))
    for kind in POLICY.section(OnboardingPolicy).required:
        submitted(owner, onboarding, kind)
    second = licence_take(Reason.GLARE, without=("名称",))
    work_off(services, {**OWNER.findings(), LICENCE.kind: second})
    assert reread(services, onboarding).decision is Decision.APPROVED
    with services.transaction() as context:
        made = replay(context, onboarding)
        assert (made.same, made.fields_same) == (True, True)
        checks = context.session.scalars(
            sa.select(Check).where(Check.onboarding_id == onboarding, Check.kind == LICENCE.kind)
        )
        check = next(one for one in checks if TAKES in one.measurements)
        swapped = {**check.measurements[TAKES], "counted": []}
        check.measurements = {**check.measurements, TAKES: swapped}
        made = replay(context, onboarding)
        assert (made.same, made.fields_same) == (False, False)

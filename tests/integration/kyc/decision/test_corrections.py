"""An owner corrects a name: a person looks, and what was read stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import NAME
from access.models import Applicant as Account
from app.services import Services
from audit.actions import Action
from core.actors import Role
from core.errors import NotFound
from core.reasons import Reason
from kyc.analysis.findings import Finding
from kyc.decision.corrections import (
    CorrectionsUsed,
    CorrectName,
    NameInvalid,
    NothingToCorrect,
    correct_name,
    read_names,
)
from kyc.evidence.models import Evidence, NameCorrection
from kyc.evidence.repository import current_evidence, open_facts, open_own_facts
from kyc.evidence.types import ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.ownership import OnboardingClosed
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from kyc.review.cases import claim_case
from kyc.review.verdicts import GiveVerdict, give_verdict
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    complete,
    reread,
    staff_member,
    started,
    stepped_up,
    submitted,
)
from tests.support.findings import OWNER
from tests.support.jobs import work_off
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.takes import card_take
from tests.support.watchlist import listed

RIGHT = "林之夏"


def correct(
    owner: Applicant, onboarding: UUID, value: str = RIGHT, kind: str = ID_CARD_FRONT.kind
) -> None:
    field = "name" if kind == ID_CARD_FRONT.kind else "principal"
    with owner.acting() as context:
        correct_name(context, CorrectName(onboarding, kind, field, value))


def with_card(owner: Applicant, finding: Finding | None = None) -> UUID:
    """An open onboarding whose card was read."""
    onboarding = started(owner)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(owner.services, {ID_CARD_FRONT.kind: finding or OWNER.front()})
    return onboarding


def finished(owner: Applicant, onboarding: UUID) -> None:
    """The rest is sent, and all analysed."""
    for kind in POLICY.section(OnboardingPolicy).required:
        if kind != ID_CARD_FRONT.kind:
            submitted(owner, onboarding, kind)
    work_off(owner.services, OWNER.findings())


def account_name(services: Services, owner: Applicant) -> str | None:
    with services.reading() as context:
        row = context.session.get_one(Account, owner.id)
        if row.name is None:
            return None
        return NAME.open(context.keyring, row, row.id, row.name).decode()


def test_a_corrected_name_never_passes_by_itself(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    correct(owner, onboarding)
    finished(owner, onboarding)
    row = reread(services, onboarding)
    assert row.decision is Decision.REVIEW
    assert row.reasons == [Reason.NAME_CORRECTED]
    assert account_name(services, owner) is None
    (event,) = events(services, Action.NAME_CORRECTED)
    assert (event.data["kind"], event.data["field"]) == (ID_CARD_FRONT.kind, "name")
    assert RIGHT not in str(event.data)


def test_the_reviewer_sees_both_and_an_approval_confirms_the_owners(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    correct(owner, onboarding)
    finished(owner, onboarding)
    reviewer = staff_member(services, Role.REVIEWER)
    with services.transaction(reviewer) as context:
        file = claim_case(context, onboarding)
    (doubt,) = file.doubts
    assert (doubt.kind, doubt.field, doubt.corrected) == (ID_CARD_FRONT.kind, "name", RIGHT)
    assert [one.text for one in doubt.readings] == [OWNER.name]
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        give_verdict(context, GiveVerdict(onboarding, Decision.APPROVED, "as the card prints it"))
    assert account_name(services, owner) == RIGHT
    with services.reading() as context:
        row = context.session.get_one(Account, owner.id)
        front = current_evidence(context, onboarding)[ID_CARD_FRONT.kind]
        assert open_facts(context, row, front)["姓名"] == RIGHT
        assert open_own_facts(context, row, front)["姓名"] == OWNER.name
    assert [one.data["field"] for one in events(services, Action.NAME_CONFIRMED)] == ["name"]


def test_a_declined_correction_changes_nothing(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    correct(owner, onboarding)
    finished(owner, onboarding)
    reviewer = staff_member(services, Role.REVIEWER)
    with services.transaction(reviewer) as context:
        claim_case(context, onboarding)
        give_verdict(context, GiveVerdict(onboarding, Decision.DECLINED, "the card says otherwise"))
    with services.reading() as context:
        row = context.session.get_one(Account, owner.id)
        front = current_evidence(context, onboarding)
        rest = [one for one in front.values() if one.kind == ID_CARD_FRONT.kind]
        assert all(one.merged_facts is None for one in rest)
        assert row.name is None


def test_a_correction_outlives_another_photo(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner, card_take(Reason.NAME_UNCERTAIN, sure={"姓名": 0.6}))
    correct(owner, onboarding)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(services, {ID_CARD_FRONT.kind: card_take()})
    finished(owner, onboarding)
    assert Reason.NAME_CORRECTED in reread(services, onboarding).reasons


def test_a_case_that_waits_may_be_corrected_until_somebody_reads_it(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    findings = {**OWNER.findings(), ID_CARD_BACK.kind: OWNER.back(Reason.ID_EXPIRED)}
    work_off(services, findings)
    correct(owner, onboarding, kind=LICENCE.kind)
    assert reread(services, onboarding).reasons == [Reason.ID_EXPIRED, Reason.NAME_CORRECTED]
    reviewer = staff_member(services, Role.REVIEWER)
    with services.transaction(reviewer) as context:
        assert [one.field for one in claim_case(context, onboarding).doubts] == ["principal"]
    with pytest.raises(OnboardingClosed):
        correct(owner, onboarding)
    clock.advance(timedelta(hours=1))
    correct(owner, onboarding)


def test_what_is_decided_is_not_corrected(services: Services) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    work_off(services)
    assert reread(services, onboarding).decision is Decision.APPROVED
    with pytest.raises(OnboardingClosed):
        correct(owner, onboarding)


def test_another_persons_onboarding_is_not_there(services: Services) -> None:
    owner, stranger = applicant(services), applicant(services, "13800000002")
    onboarding = with_card(owner)
    with pytest.raises(NotFound):
        correct(stranger, onboarding)
    with pytest.raises(NotFound), stranger.acting() as context:
        read_names(context, onboarding)


def test_a_paper_that_was_not_read_has_no_name_to_correct(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    with pytest.raises(NothingToCorrect):
        correct(owner, onboarding)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    with pytest.raises(NothingToCorrect):
        correct(owner, onboarding)
    for kind, field in ((ID_CARD_FRONT.kind, "id_number"), (ID_CARD_BACK.kind, "name")):
        with pytest.raises(NothingToCorrect), owner.acting() as context:
            correct_name(context, CorrectName(onboarding, kind, field, RIGHT))


@pytest.mark.parametrize("value", ["林", "林_夏", "林\n<b>", "＿＿", "夏" * 81, "··"])
def test_what_is_no_name_is_refused(services: Services, value: str) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    with pytest.raises(NameInvalid):
        correct(owner, onboarding, value)


@pytest.mark.parametrize("value", ["林𠅤夏", "买买提•吐尔逊", "Ｌｉｎ Xia"])
def test_rare_and_foreign_names_are_kept_in_one_form(services: Services, value: str) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    correct(owner, onboarding, value)
    with owner.acting() as context:
        (name,) = read_names(context, onboarding)
    assert name.read == OWNER.name
    assert name.corrected in {"林𠅤夏", "买买提·吐尔逊", "LinXia"}


def test_corrections_end_at_the_limit(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    for _ in range(POLICY.section(OnboardingPolicy).max_corrections):
        correct(owner, onboarding)
    with pytest.raises(CorrectionsUsed):
        correct(owner, onboarding)


@pytest.mark.parametrize("named", [OWNER.name, RIGHT])
def test_lists_are_screened_with_both_names(services: Services, named: str) -> None:
    owner = applicant(services)
    listed(services, Indexed.NAME, named)
    onboarding = with_card(owner)
    correct(owner, onboarding)
    finished(owner, onboarding)
    row = reread(services, onboarding)
    assert set(row.reasons) == {Reason.NAME_CORRECTED, Reason.LIST_HIT}


def test_a_name_alone_declines_nobody(services: Services) -> None:
    owner = applicant(services)
    listed(services, Indexed.NAME, OWNER.name)
    onboarding = with_card(owner)
    finished(owner, onboarding)
    row = reread(services, onboarding)
    assert (row.decision, row.reasons) == (Decision.REVIEW, [Reason.LIST_HIT])


def test_a_correction_goes_with_the_papers(services: Services) -> None:
    owner = applicant(services)
    onboarding = with_card(owner)
    correct(owner, onboarding)
    with owner.acting() as context:
        withdraw_consent(context, onboarding, ConsentKind.TERMS)
    with pytest.raises(ConsentMissing):
        correct(owner, onboarding)
    with services.reading() as context:
        (row,) = context.session.scalars(sa.select(NameCorrection)).all()
        evidence = context.session.scalars(sa.select(Evidence)).all()
        assert row.value is None
        assert all(one.facts is None for one in evidence)

"""Decisions made again from the record."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from app.services import Services, open_services, remember_policy
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.findings import Finding
from kyc.decision.models import Check, PolicyRecord
from kyc.decision.replay import PolicyChanged, keep_policy, replay, simulate
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.onboarding.states import Decision
from storage.context import Context
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded
from tests.support.findings import OWNER
from tests.support.policy import changed_content, write_policy


def by_policy(context: Context, content: str) -> Context:
    return replace(context, policy=replace(context.policy, content=content))


def test_every_decision_comes_out_the_same_again(services: Services) -> None:
    remember_policy(services)
    remember_policy(services)
    changes: list[dict[str, Finding]] = [
        {},
        {VOICE_CLIP.kind: OWNER.voice_clip(Reason.RECORDING_REUSED)},
        {FACE_VIDEO.kind: OWNER.face_video(Reason.VIDEO_REUSED)},
    ]
    cases = [
        onboarded(applicant(services, f"1380000000{n}"), {**OWNER.findings(), **changed})
        for n, changed in enumerate(changes)
    ]
    expected = [Decision.APPROVED, Decision.REVIEW, Decision.DECLINED]
    assert [case.decision for case in cases] == expected
    with services.transaction() as context:
        made = [replay(context, case.id) for case in cases]
        assert [one.again for one in made] == expected
        assert all(one.same for one in made)
        with pytest.raises(NotFound):
            replay(context, new_id())


def test_a_decision_whose_policy_was_not_kept_cannot_be_made_again(services: Services) -> None:
    case = onboarded(applicant(services))
    with services.reading() as context, pytest.raises(NotFound):
        replay(context, case.id)


def test_a_decision_is_made_again_by_the_policy_of_its_time(
    services: Services, clock: MovableClock
) -> None:
    remember_policy(services)
    lapsed = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    case = onboarded(applicant(services), lapsed)
    stricter = changed_content('licence_expired = "review"', 'licence_expired = "decline"')
    newer = stricter.replace(services.parts.policy.version, "2030-01-01.1")
    path = write_policy(services.settings.var / "policy.toml", newer)
    later = open_services(services.settings.model_copy(update={"policy": path}), clock)
    remember_policy(later)
    with later.transaction() as context:
        assert replay(context, case.id).same
        assert [one.again for one in simulate(context, newer)] == [Decision.DECLINED]
    later.database.dispose()


def test_another_policy_shows_what_it_would_change(services: Services) -> None:
    onboarded(applicant(services))
    lapsed = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    case = onboarded(applicant(services, "13800000002"), lapsed)
    stricter = changed_content('licence_expired = "review"', 'licence_expired = "decline"')
    with services.reading() as context:
        changed = [one for one in simulate(context, stricter) if not one.same]
    (one,) = changed
    assert (one.onboarding_id, one.decided, one.again) == (
        case.id,
        Decision.REVIEW,
        Decision.DECLINED,
    )
    assert set(one.reasons) == set(case.reasons)


def test_a_policy_changed_under_its_version_is_refused(services: Services) -> None:
    content = services.parts.policy.content
    with services.transaction() as context:
        keep_policy(context)
        keep_policy(by_policy(context, content + "# a comment changes nothing\n"))
        kept = context.session.get_one(PolicyRecord, context.policy.version)
        assert kept.content == content
        with pytest.raises(PolicyChanged, match=context.policy.version):
            keep_policy(by_policy(context, changed_content("match_llr = 5.0", "match_llr = 1.0")))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REVIEWER, Role.COMPLIANCE])
def test_decisions_are_made_again_by_command_alone(services: Services, role: Role) -> None:
    case = onboarded(applicant(services))
    with services.reading(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            replay(context, case.id)
        with pytest.raises(NotAllowed):
            list(simulate(context, services.parts.policy.content))


def test_a_policy_of_an_older_version_may_name_reasons_that_are_gone(services: Services) -> None:
    remember_policy(services)
    case = onboarded(applicant(services))
    older = "[effects]\nemployer_unknown = 'decline'\n"
    with services.transaction() as context:
        (check, *_) = context.session.scalars(
            sa.select(Check).where(Check.onboarding_id == case.id)
        )
        check.reasons = ["employer_unknown"]
    with services.transaction() as context:
        assert [one.again for one in simulate(context, older)] == [Decision.DECLINED]
        assert replay(context, case.id).again == Decision.REVIEW

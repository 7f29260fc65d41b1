"""Decisions made again from the record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from app.services import House, remember_policy
from kyc.analysis.analyser import Finding
from kyc.decision.replay import PolicyChanged, keep_policy, replay, simulate
from storage.failures import NotFound
from tests.integration.conftest import Web
from tests.integration.test_onboarding import onboard


def test_every_decision_comes_out_the_same_again(
    sign_in: Callable[[str], Web], house: House
) -> None:
    remember_policy(house)
    remember_policy(house)
    views = [
        onboard(sign_in("13800000001"), house),
        onboard(sign_in("13800000002"), house, voice_clip=Finding(("never heard of",))),
        onboard(sign_in("13800000003"), house, face_video=Finding(("video_reused",))),
    ]
    with house.database.reading() as session:
        made = [replay(session, UUID(view["id"])) for view in views]
        assert [one.again for one in made] == [view["decision"] for view in views]
        assert all(one.same for one in made)
        with pytest.raises(NotFound):
            replay(session, uuid4())


def test_another_policy_shows_what_it_would_change(
    sign_in: Callable[[str], Web], house: House
) -> None:
    kept = onboard(sign_in("13800000001"), house)
    lapsed = Finding(("licence_expired",), {"principal": "林知夏"})
    onboard(sign_in("13800000002"), house, licence=lapsed)
    stricter = house.settings.policy.read_text("utf-8").replace(
        'licence_expired = "review"', 'licence_expired = "decline"'
    )
    with house.database.reading() as session:
        changed = [one for one in simulate(session, stricter) if not one.same]
    assert [(one.decided, one.again) for one in changed] == [("review", "declined")]
    assert str(changed[0].onboarding_id) != kept["id"]


def test_a_policy_changed_under_its_version_is_refused(house: House) -> None:
    content = house.settings.policy.read_text("utf-8")
    with house.database.transaction() as session:
        keep_policy(session, "v", content)
        keep_policy(session, "v", content + "# a comment changes nothing\n")
        with pytest.raises(PolicyChanged):
            keep_policy(session, "v", content.replace("match_llr = 5.0", "match_llr = 1.0"))

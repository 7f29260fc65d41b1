from __future__ import annotations

import httpx

from benchmarks.applicants import OWN_SECONDS, PreparedPhone
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.types import TYPES


def test_every_evidence_has_the_owners_own_seconds() -> None:
    assert set(OWN_SECONDS) == {kind.kind for kind in TYPES.all()}


def prepared() -> PreparedPhone:
    """A phone that began an onboarding, and filmed a challenge of it."""
    transport = httpx.MockTransport(lambda _: httpx.Response(201, json={"id": "new"}))
    phone = PreparedPhone(httpx.Client(base_url="http://test", transport=transport))
    phone.onboarding, phone.issued = "/onboardings/begun", {"id": "filmed"}
    return phone


def test_a_challenge_that_was_filmed_is_answered_first() -> None:
    phone = prepared()
    assert phone.challenge(ChallengeKind.VOICE)["id"] == "new"
    assert phone.challenge(ChallengeKind.FACE)["id"] == "filmed"
    assert phone.challenge(ChallengeKind.FACE)["id"] == "new"


def test_who_reads_other_digits_begins_anew() -> None:
    phone = prepared()
    phone.start()
    assert phone.onboarding == "/onboardings/begun"
    phone.challenge(ChallengeKind.FACE)
    phone.start()
    assert phone.onboarding == "/onboardings/new"

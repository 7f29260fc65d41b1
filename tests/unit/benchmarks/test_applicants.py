from __future__ import annotations

import httpx

from benchmarks.applicants import OWN_SECONDS, PreparedPhone
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.types import TYPES


def test_every_evidence_has_the_owners_own_seconds() -> None:
    assert set(OWN_SECONDS) == {kind.kind for kind in TYPES.all()}


def test_a_challenge_that_was_filmed_is_answered_first() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(201, json={"id": "new"}))
    client = httpx.Client(base_url="http://test", transport=transport)
    phone = PreparedPhone(client)
    phone.issued = {"id": "filmed"}
    assert phone.challenge(ChallengeKind.VOICE)["id"] == "new"
    assert phone.challenge(ChallengeKind.FACE)["id"] == "filmed"
    assert phone.challenge(ChallengeKind.FACE)["id"] == "new"

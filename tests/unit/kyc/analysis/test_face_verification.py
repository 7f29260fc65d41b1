"""How a verification by face ends, by what its reasons do."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from kyc.analysis.face_verification import outcome_of
from kyc.analysis.findings import VerificationOutcome
from kyc.policy import Effect

VERIFIED, UNSURE = VerificationOutcome.VERIFIED, VerificationOutcome.UNSURE
REJECTED, AGAIN = VerificationOutcome.REJECTED, VerificationOutcome.AGAIN


@pytest.mark.parametrize(
    ("effects", "outcome"),
    [
        ((), VERIFIED),
        ((Effect.RETRY,), AGAIN),
        ((Effect.REVIEW,), UNSURE),
        ((Effect.DECLINE,), REJECTED),
        ((Effect.RETRY, Effect.REVIEW), UNSURE),
        ((Effect.REVIEW, Effect.DECLINE), REJECTED),
        ((Effect.DECLINE, Effect.RETRY), REJECTED),
    ],
)
def test_the_gravest_reason_decides(
    effects: tuple[Effect, ...], outcome: VerificationOutcome
) -> None:
    assert outcome_of(effects) is outcome


def test_nobody_is_verified_against_a_reason() -> None:
    for count in (1, 2, 3):
        for effects in combinations_with_replacement(Effect, count):
            assert outcome_of(effects) is not VERIFIED

"""The same verification for two audiences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.messages.words import Language, Words, policy_numbers
from app.policy import load
from app.presenters.verification import present_to_agent, present_to_owner
from app.settings import ROOT
from core.ids import new_id
from core.reasons import Reason
from kyc.verification.models import Verification
from kyc.verification.states import Means, VerificationState


@pytest.mark.parametrize("language", Language)
def test_what_an_agent_is_told_never_reaches_the_phone(language: Language) -> None:
    words = Words(language, policy_numbers(load(ROOT / "policy")))
    row = Verification(
        id=new_id(),
        means=Means.VOICE,
        digits="12345678",
        state=VerificationState.REJECTED,
        reasons=[Reason.VOICE_DIFFERS],
        expires_at=datetime(2026, 11, 28, tzinfo=UTC),
    )
    owner, agent = present_to_owner(row, words), present_to_agent(row, words)
    assert owner.advice != agent.advice
    assert agent.model_dump(exclude={"advice"}).items() <= owner.model_dump().items()

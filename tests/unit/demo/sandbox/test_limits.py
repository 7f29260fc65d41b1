"""A sandbox judges as the service does; only limits on tries are wider."""

from __future__ import annotations

from typing import Any

import pytest

from app.policy import parse
from core.policy import Policy
from demo.sandbox.limits import sandbox_policy
from tests.support.policy import CONTENT, POLICY

WIDER = {
    "sign_in.codes.by_phone.max",
    "sign_in.codes.by_phone_of_strangers.max",
    "sign_in.codes.by_device.max",
    "onboarding.max_challenges.face",
    "onboarding.max_challenges.voice",
    "onboarding.pause.failures",
    "velocity.max_failures_of_number",
}


def values(policy: Policy) -> dict[str, Any]:
    """Every value of a policy by its path."""
    return {
        path: value
        for model, section in policy.sections.items()
        for path, value in _flat(model.table, section.model_dump())
    }


def _flat(path: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(path, value)]
    return [pair for name, one in value.items() for pair in _flat(f"{path}.{name}", one)]


def test_no_threshold_differs() -> None:
    shipped, sandbox = values(POLICY), values(parse(sandbox_policy(CONTENT)))
    assert shipped.keys() == sandbox.keys()
    assert {path for path in shipped if shipped[path] != sandbox[path]} == WIDER
    assert all(sandbox[path] > shipped[path] for path in WIDER)


def test_decisions_of_a_sandbox_name_a_policy_of_its_own() -> None:
    assert parse(sandbox_policy(CONTENT)).version == f"{POLICY.version}-sandbox"


def test_a_policy_without_these_limits_is_told() -> None:
    with pytest.raises(ValueError, match="does not say any more"):
        sandbox_policy(CONTENT.replace("max_failures_of_number", "max_failures"))

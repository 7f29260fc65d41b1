"""The policy of a sandbox: that of the service, with limits that let somebody try all day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from demo.limits import changed_text

# Nothing that judges a face, a voice or a paper is changed.
LIMITS: Mapping[str, str] = {
    "by_phone = { max = 5,": "by_phone = { max = 500,",
    "by_phone_of_strangers = { max = 3,": "by_phone_of_strangers = { max = 500,",
    "by_device = { max = 10,": "by_device = { max = 500,",
    "max_challenges = { face = 4, voice = 8 }": "max_challenges = { face = 400, voice = 800 }",
    "max_failures_of_number = 6": "max_failures_of_number = 600",
    "pause = { failures = 5,": "pause = { failures = 50,",
}


def sandbox_policy(text: str) -> str:
    """The policy's text with the limits of a sandbox, under a version of its own.

    Raises ValueError where the policy does not have one of them.
    """
    version = tomllib.loads(text)["version"]
    named = {f'version = "{version}"': f'version = "{version}-sandbox"'}
    return changed_text(text, {**LIMITS, **named})

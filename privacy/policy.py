"""The part of the policy that says which texts are consented to."""

from __future__ import annotations

from typing import ClassVar

from core.policy import Section
from privacy.kinds import ConsentKind


class ConsentPolicy(Section):
    """The version of each text that is in force."""

    table: ClassVar[str] = "consent"

    versions: dict[ConsentKind, str]
    max_given: int  # times, of one kind for one onboarding


SECTIONS = (ConsentPolicy,)

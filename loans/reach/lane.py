"""The contact lane: signals that a person consented to have used for contacting them.

征信业务管理办法 (2021): what is used to judge credit is credit information, so that the two lanes
cross by a consent alone that says so. Whatever keeps sources and consents is a `ContactLane`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from loans.reach.signals import Consents, LaneSignals
from storage.context import Context


@runtime_checkable
class ContactLane(Protocol):
    """Consents with the purpose `contact`, and the signals that they cover."""

    def people(self, context: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Accounts that consented to be contacted, by id, those after one."""

    def consents(self, context: Context, applicant_id: UUID) -> Consents:
        """What a person agreed to now."""

    def signals(self, context: Context, applicant_id: UUID) -> LaneSignals:
        """What is known of a person, by consents in force alone."""

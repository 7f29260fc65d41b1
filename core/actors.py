"""Who does something, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What an actor is; the audit log names actors by it."""

    APPLICANT = "applicant"
    STAFF = "staff"
    SYSTEM = "system"


class Role(StrEnum):
    """What an actor may do follows from the role (`access.permissions`)."""

    ANONYMOUS = "anonymous"
    APPLICANT = "applicant"
    HANDED_OVER = "handed_over"  # an applicant on a device that goes on with one onboarding
    AGENT = "agent"
    REVIEWER = "reviewer"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    SYSTEM = "system"


STAFF_ROLES = (Role.AGENT, Role.COMPLIANCE, Role.REVIEWER, Role.ADMIN)


@dataclass(frozen=True)
class Actor:
    """Who did it. `id` is a UUID in text, or the name of a part of the system."""

    kind: ActorKind
    id: str
    role: Role

    @property
    def uuid(self) -> UUID:
        """Raises ValueError for the system, which has none."""
        return UUID(self.id)


SYSTEM = Actor(ActorKind.SYSTEM, "kaihu", Role.SYSTEM)
ANONYMOUS = Actor(ActorKind.SYSTEM, "anonymous", Role.ANONYMOUS)


def applicant(applicant_id: UUID, *, handed_over: bool = False) -> Actor:
    """The owner of an account, acting for themself; `handed_over`: on a device to which one
    onboarding was handed over.
    """
    role = Role.HANDED_OVER if handed_over else Role.APPLICANT
    return Actor(ActorKind.APPLICANT, str(applicant_id), role)


def staff(staff_id: UUID, role: Role) -> Actor:
    """A member of staff in their role."""
    return Actor(ActorKind.STAFF, str(staff_id), role)

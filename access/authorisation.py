"""Whether an actor may do what they ask."""

from __future__ import annotations

from access.permissions import Permission
from access.policy import RolesPolicy
from core.actors import Role
from core.errors import Refused
from core.policy import Policy
from storage.context import Context


class NotAllowed(Refused):
    """The caller's role has no such permission."""

    code = "not_allowed"


def may(policy: Policy, role: Role, permission: Permission) -> bool:
    """Whether a role has a permission."""
    return permission in policy.section(RolesPolicy).of(role)


def require(context: Context, permission: Permission) -> None:
    """Raises `NotAllowed` unless the context's actor has a permission."""
    if not may(context.policy, context.actor.role, permission):
        raise NotAllowed

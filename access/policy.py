"""The parts of the policy that say who signs in how, and who may what."""

from __future__ import annotations

from typing import ClassVar

from access.permissions import Permission
from core.actors import Role
from core.policy import Section


class SignInPolicy(Section):
    """One-time codes and tokens; seconds unless said otherwise."""

    table: ClassVar[str] = "sign_in"

    code_s: int
    max_wrong_codes: int
    access_s: int
    session_days: int


class RolesPolicy(Section):
    """The permissions of each role."""

    table: ClassVar[str] = "roles"

    anonymous: tuple[Permission, ...]
    applicant: tuple[Permission, ...]
    agent: tuple[Permission, ...]
    reviewer: tuple[Permission, ...]
    compliance: tuple[Permission, ...]
    admin: tuple[Permission, ...]
    system: tuple[Permission, ...]

    def of(self, role: Role) -> tuple[Permission, ...]:
        """What a role may do."""
        permissions: tuple[Permission, ...] = getattr(self, role)
        return permissions


SECTIONS = (SignInPolicy, RolesPolicy)

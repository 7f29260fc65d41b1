"""The matrix of roles and permissions, which is data of the policy."""

from __future__ import annotations

import pytest

from access.authorisation import may
from access.permissions import OWNED, SHARED, Permission
from access.policy import RolesPolicy
from core.actors import STAFF_ROLES, Role
from tests.support.policy import POLICY

ROLES = POLICY.section(RolesPolicy)


def test_the_table_names_every_role_and_no_other() -> None:
    assert set(RolesPolicy.model_fields) == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_held_by_somebody(permission: Permission) -> None:
    assert [role for role in Role if may(POLICY, role, permission)]


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_table_says_and_nothing_else(role: Role) -> None:
    allowed = {permission for permission in Permission if may(POLICY, role, permission)}
    assert allowed == set(ROLES.of(role))
    assert len(ROLES.of(role)) == len(allowed), "named twice"
    assert Permission.PUBLIC in allowed


def test_nobody_unknown_may_more_than_anybody() -> None:
    assert set(ROLES.of(Role.ANONYMOUS)) == {Permission.PUBLIC}


def test_a_lent_device_may_send_and_read_and_nothing_else() -> None:
    allowed = {Permission.PUBLIC, Permission.ONBOARDING_MANAGE, Permission.ONBOARDING_READ}
    assert set(ROLES.of(Role.HANDED_OVER)) == allowed


def test_owners_and_staff_share_nothing_but_their_own_sessions() -> None:
    owners = set(ROLES.of(Role.APPLICANT)) - {Permission.PUBLIC}
    assert owners == OWNED
    for role in STAFF_ROLES:
        assert owners.intersection(ROLES.of(role)) == SHARED
    assert owners.isdisjoint(ROLES.of(Role.SYSTEM))


def test_who_looks_accounts_up_does_not_read_the_log() -> None:
    assert not may(POLICY, Role.AGENT, Permission.AUDIT_READ)
    assert not may(POLICY, Role.COMPLIANCE, Permission.ACCOUNT_SEARCH)
    assert not may(POLICY, Role.REVIEWER, Permission.CALLER_VERIFY)


def test_staff_is_appointed_by_command_alone() -> None:
    for permission in (Permission.STAFF_APPOINT, Permission.DECISION_REPLAY):
        assert [role for role in Role if may(POLICY, role, permission)] == [Role.SYSTEM]


def test_roles_of_staff_share_nothing_but_their_own_session() -> None:
    common = {Permission.PUBLIC, Permission.SESSION_MANAGE, Permission.SESSION_STEP_UP}
    for one in STAFF_ROLES:
        assert set(ROLES.of(one)) & common == common
        for other in STAFF_ROLES:
            shared = set(ROLES.of(one)) & set(ROLES.of(other))
            assert one is other or shared == common, (one, other)


def test_who_administers_staff_reads_nobodys_data_and_decides_nothing() -> None:
    own = {Permission.SESSION_MANAGE, Permission.SESSION_STEP_UP, Permission.STAFF_ADMINISTER}
    assert set(ROLES.of(Role.ADMIN)) == {Permission.PUBLIC, *own}

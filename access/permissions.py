"""What an actor may be allowed to do.

Names read `resource.action`. Which role has which permission is data: `[roles]` of the policy.
`authorisation.require` holds an actor to it.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What an actor may be allowed to do."""

    # Anybody, signed in or not
    PUBLIC = "public"

    # Owners, for what is their own
    ONBOARDING_MANAGE = "onboarding.manage"
    ONBOARDING_READ = "onboarding.read"
    ONBOARDING_OWN = "onboarding.own"  # begin, hand over, withdraw from: not in a confined session
    LOAN_MANAGE = "loan.manage"
    LOAN_READ = "loan.read"
    ACCOUNT_MANAGE = "account.manage"
    DATA_EXPORT = "data.export"
    VOICE_CONFIRM = "voice.confirm"

    # All staff, for their own session
    SESSION_STEP_UP = "session.step_up"

    # Whoever is signed in, for their own sessions
    SESSION_MANAGE = "session.manage"

    # Customer service
    ACCOUNT_SEARCH = "account.search"
    ACCOUNT_READ = "account.read"
    ACCOUNT_UNMASK = "account.unmask"
    CALLER_VERIFY = "caller.verify"

    # Reviewers
    REVIEW_READ = "review.read"
    REVIEW_DECIDE = "review.decide"
    EVIDENCE_VIEW = "evidence.view"

    LIST_CONFIRM = "list.confirm"

    # Compliance
    AUDIT_READ = "audit.read"
    LIST_PROPOSE = "list.propose"

    # Administrators: see who is staff, and take access away
    STAFF_ADMINISTER = "staff.administer"

    # Those who run Kaihu, by command
    STAFF_APPOINT = "staff.appoint"
    DECISION_REPLAY = "decision.replay"
    WEBHOOK_ADMINISTER = "webhook.administer"
    DATA_ERASE = "data.erase"
    DATA_HOLD = "data.hold"


# What owners may be allowed, for what is their own; they ask for it with a device-bound token.
OWNED = frozenset(
    {
        Permission.ONBOARDING_MANAGE,
        Permission.ONBOARDING_READ,
        Permission.ONBOARDING_OWN,
        Permission.LOAN_MANAGE,
        Permission.LOAN_READ,
        Permission.ACCOUNT_MANAGE,
        Permission.VOICE_CONFIRM,
        Permission.SESSION_MANAGE,
        Permission.DATA_EXPORT,
    }
)
SHARED = frozenset({Permission.SESSION_MANAGE})  # of these, what staff have too

"""Every action of the audit log, once, with the fields that an event of it must carry.

An action is stable: it stands in the log for good. Names read `subject.done`. An event that lacks
a field is refused, and with it the transaction that it describes: the log fails closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Action(StrEnum):
    """What happened."""

    APPLICANT_SIGNED_UP = "applicant.signed_up"
    APPLICANT_SIGNED_IN = "applicant.signed_in"
    APPLICANT_PHONE_CHANGED = "applicant.phone_changed"
    SESSION_ENDED = "session.ended"
    SESSION_REUSE_DETECTED = "session.reuse_detected"
    STAFF_ADDED = "staff.added"
    STAFF_DISABLED = "staff.disabled"
    STAFF_ENABLED = "staff.enabled"
    STAFF_RESET = "staff.reset"
    STAFF_ROLE_CHANGED = "staff.role_changed"
    STAFF_LISTED = "staff.listed"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_SIGN_IN_FAILED = "staff.sign_in_failed"
    STAFF_STEPPED_UP = "staff.stepped_up"
    STAFF_STEP_UP_FAILED = "staff.step_up_failed"

    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    DATA_DESTROYED = "data.destroyed"

    ONBOARDING_STARTED = "onboarding.started"
    ONBOARDING_DECIDED = "onboarding.decided"
    ONBOARDING_REVIEWED = "onboarding.reviewed"
    ONBOARDING_EXPIRED = "onboarding.expired"
    CHALLENGE_ISSUED = "challenge.issued"
    UPLOAD_BEGUN = "upload.begun"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    CHECK_RECORDED = "check.recorded"

    REVIEW_CLAIMED = "review.claimed"
    REVIEW_RELEASED = "review.released"
    REVIEW_EVIDENCE_VIEWED = "review.looked"
    REVIEW_VERDICT_GIVEN = "review.judged"

    VOICE_VERIFICATION_REQUESTED = "voice.asked"
    VOICE_VERIFICATION_RECORDED = "voice.recorded"
    VOICE_VERIFICATION_DECIDED = "voice.judged"
    VOICE_VERIFICATION_CONSUMED = "voice.spent"

    ACCOUNTS_SEARCHED = "accounts.searched"
    ACCOUNT_FOUND = "account.looked_up"
    ACCOUNT_READ = "account.read"
    ACCOUNT_UNMASKED = "account.unmasked"
    AUDIT_READ = "audit.read"

    DECLARATION_MADE = "declaration.made"
    DECLARATION_REFUSED = "declaration.refused"
    APPLICATION_DECIDED = "application.decided"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_EXPIRED = "offer.expired"


ONBOARDING = "onboarding_id"  # the event's own column, not a field of its data

REQUIRED: Mapping[Action, frozenset[str]] = {
    Action.APPLICANT_SIGNED_UP: frozenset(),
    Action.APPLICANT_SIGNED_IN: frozenset({"session"}),
    Action.APPLICANT_PHONE_CHANGED: frozenset(),
    Action.SESSION_ENDED: frozenset({"reason", "holder"}),
    Action.SESSION_REUSE_DETECTED: frozenset(),
    Action.STAFF_ADDED: frozenset({"role"}),
    Action.STAFF_DISABLED: frozenset({"role"}),
    Action.STAFF_ENABLED: frozenset({"role"}),
    Action.STAFF_RESET: frozenset({"role"}),
    Action.STAFF_ROLE_CHANGED: frozenset({"role", "before"}),
    Action.STAFF_LISTED: frozenset({"found"}),
    Action.STAFF_SIGNED_IN: frozenset({"role", "session"}),
    Action.STAFF_SIGN_IN_FAILED: frozenset({"staff", "left"}),
    Action.STAFF_STEPPED_UP: frozenset({"session"}),
    Action.STAFF_STEP_UP_FAILED: frozenset({"left"}),
    Action.CONSENT_GIVEN: frozenset({ONBOARDING, "kind", "version"}),
    Action.CONSENT_WITHDRAWN: frozenset({ONBOARDING, "kind"}),
    Action.DATA_DESTROYED: frozenset({"cause", "kind", "rows", "files", "digest"}),
    Action.ONBOARDING_STARTED: frozenset({ONBOARDING}),
    Action.ONBOARDING_DECIDED: frozenset({ONBOARDING, "decision", "reasons", "policy"}),
    Action.ONBOARDING_REVIEWED: frozenset({ONBOARDING, "decision", "automatic"}),
    Action.ONBOARDING_EXPIRED: frozenset({ONBOARDING}),
    Action.CHALLENGE_ISSUED: frozenset({ONBOARDING, "kind"}),
    Action.UPLOAD_BEGUN: frozenset({ONBOARDING, "kind", "length"}),
    Action.EVIDENCE_SUBMITTED: frozenset({ONBOARDING, "kind", "size"}),
    Action.CHECK_RECORDED: frozenset({ONBOARDING, "kind", "outcome", "reasons", "policy"}),
    Action.REVIEW_CLAIMED: frozenset({ONBOARDING}),
    Action.REVIEW_RELEASED: frozenset({ONBOARDING}),
    Action.REVIEW_EVIDENCE_VIEWED: frozenset({ONBOARDING, "evidence"}),
    Action.REVIEW_VERDICT_GIVEN: frozenset({ONBOARDING, "judgement"}),
    Action.VOICE_VERIFICATION_REQUESTED: frozenset({"applicant", "purpose"}),
    Action.VOICE_VERIFICATION_RECORDED: frozenset({"applicant", "purpose"}),
    Action.VOICE_VERIFICATION_DECIDED: frozenset({"applicant", "purpose", "state", "reasons"}),
    Action.VOICE_VERIFICATION_CONSUMED: frozenset({"applicant", "purpose"}),
    Action.ACCOUNTS_SEARCHED: frozenset({"found", "by", "reason"}),
    Action.ACCOUNT_FOUND: frozenset({"reason"}),
    Action.ACCOUNT_READ: frozenset({"reason", "caller_verified"}),
    Action.ACCOUNT_UNMASKED: frozenset({"reason", "basis", "unmasking"}),
    Action.AUDIT_READ: frozenset(),
    Action.DECLARATION_MADE: frozenset({ONBOARDING, "occupation", "purpose"}),
    Action.DECLARATION_REFUSED: frozenset({ONBOARDING, "occupation", "purpose", "faults"}),
    Action.APPLICATION_DECIDED: frozenset({ONBOARDING, "state", "reasons", "policy"}),
    Action.OFFER_ACCEPTED: frozenset({ONBOARDING, "principal_fen", "annual_rate_bp"}),
    Action.OFFER_EXPIRED: frozenset({"principal_fen"}),
}

"""Every action of the audit log, once, with the fields that an event of it must carry.

An action is stable: it stands in the log for good. Names read `subject.done`. An event that lacks
a field is refused, and with it the transaction that it describes: the log fails closed.

To add an action: a member here, its fields in `REQUIRED`, and `record(context, Action.…, subject,
…)` in the use case. `ONBOARDING`, `APPLICANT`, `LOAN` and `REASON` are given as `record`'s own
parameters; `APPLICANT` is whose data it is about, and is filled in where an applicant acts. Who,
when and where from need not be named: every event has them. An action by which somebody saw a
person's data also stands in `READS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Action(StrEnum):
    """What happened."""

    APPLICANT_SIGNED_UP = "applicant.signed_up"
    APPLICANT_SIGNED_IN = "applicant.signed_in"
    CODE_REQUESTED = "code.requested"
    CODE_WRONG = "code.wrong"
    APPLICANT_PHONE_CHANGED = "applicant.phone_changed"
    SESSION_ENDED = "session.ended"
    SESSION_REUSE_DETECTED = "session.reuse_detected"
    SESSION_REFRESHED = "session.refreshed"
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
    ACCESS_REFUSED = "access.refused"
    OWN_DATA_READ = "data.own_read"
    RECORD_DAMAGED = "record.damaged"
    MESSAGES_LISTED = "messages.listed"
    MESSAGE_REPLAYED = "message.replayed"

    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    DATA_DESTROYED = "data.destroyed"
    KEY_ROTATED = "key.rotated"
    DATA_EXPORTED = "data.exported"
    ACCOUNT_CLOSED = "account.closed"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"

    ONBOARDING_STARTED = "onboarding.started"
    ONBOARDING_DECIDED = "onboarding.decided"
    ONBOARDING_REVIEWED = "onboarding.reviewed"
    ONBOARDING_EXPIRED = "onboarding.expired"
    PERSON_ASKED = "onboarding.person_asked"
    CAMERA_CHOSEN = "onboarding.camera_chosen"
    HANDOVER_MADE = "handover.made"
    HANDOVER_SHOWN = "handover.shown"
    HANDOVER_USED = "handover.used"
    HANDOVER_ENDED = "handover.ended"
    CHALLENGE_ISSUED = "challenge.issued"
    UPLOAD_BEGUN = "upload.begun"
    EVIDENCE_SUBMITTED = "evidence.submitted"
    EVIDENCE_DAMAGED = "evidence.damaged"
    VOICE_RECORDING_DAMAGED = "voice.damaged"
    CHECK_RECORDED = "check.recorded"
    NAME_CORRECTED = "name.corrected"
    NAME_CONFIRMED = "name.confirmed"
    MEDIA_UNSEALED = "media.unsealed"
    FACTS_UNSEALED = "facts.unsealed"

    REVIEW_QUEUE_READ = "review.queue_read"
    REVIEW_CLAIMED = "review.claimed"
    REVIEW_RELEASED = "review.released"
    REVIEW_EVIDENCE_VIEWED = "review.looked"
    REVIEW_VERDICT_GIVEN = "review.judged"

    VOICE_VERIFICATION_REQUESTED = "voice.asked"
    VOICE_VERIFICATION_RECORDED = "voice.recorded"
    VOICE_VERIFICATION_DECIDED = "voice.judged"
    VOICE_VERIFICATION_CONSUMED = "voice.spent"
    VOICE_VERIFICATION_READ = "voice.read"
    FACE_VERIFICATION_REQUESTED = "face.asked"
    FACE_VERIFICATION_RECORDED = "face.recorded"
    FACE_VERIFICATION_DECIDED = "face.judged"
    FACE_VERIFICATION_CONSUMED = "face.spent"
    FACE_RECORDING_DAMAGED = "face.damaged"

    ACCOUNTS_SEARCHED = "accounts.searched"
    ACCOUNT_FOUND = "account.looked_up"  # of logs of before 2026-11-28: one for each person shown
    ACCOUNT_READ = "account.read"
    ACCOUNT_UNMASKED = "account.unmasked"

    DECLARATION_MADE = "declaration.made"
    DECLARATION_REFUSED = "declaration.refused"
    LIST_CHANGE_PROPOSED = "list.change_proposed"
    LIST_CHANGE_DECIDED = "list.change_decided"
    LIST_READ = "list.read"
    LIST_HIT_FOUND = "list.hit_found"
    LIST_HIT_CLEARED = "list.hit_cleared"
    COURT_LIST_ASKED = "list.court_asked"
    CONTACT_PREFERENCES_SET = "contact.preferences_set"
    CONTACT_MADE = "contact.made"
    CONTACT_REFUSED = "contact.refused"  # by the rules
    CONTACT_DECLINED = "contact.declined"  # by the person
    APPLICATION_RECEIVED = "application.received"
    APPLICATION_MOVED = "application.moved"
    APPLICATION_REASONS_ADDED = "application.reasons_added"
    APPLICATION_FEATURES_DROPPED = "application.features_dropped"
    APPLICATION_DECIDED = "application.decided"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_REVIEW_ASKED = "application.review_asked"
    APPLICATIONS_LISTED = "applications.listed"
    APPLICATION_CLAIMED = "application.claimed"
    APPLICATION_RELEASED = "application.released"
    APPLICATION_JUDGED = "application.judged"
    QUESTION_ASKED = "question.asked"
    QUESTION_ANSWERED = "question.answered"
    SCORER_ASKED = "scorer.asked"
    SCORER_ANSWERED = "scorer.answered"
    SOURCE_CONSENTED = "source.consented"
    SOURCE_CONSENT_WITHDRAWN = "source.consent_withdrawn"
    SOURCE_CONSENT_EXPIRED = "source.consent_expired"
    SOURCE_FILE_BEGUN = "source.file_begun"
    SOURCE_FILE_RECEIVED = "source.file_received"
    SOURCE_FILE_READ = "source.file_read"
    SOURCE_FILE_REFUSED = "source.file_refused"
    SOURCE_FILE_LOCKED = "source.file_locked"
    SOURCE_FILE_DELETED = "source.file_deleted"
    SOURCE_ASKED = "source.asked"
    SOURCE_ANSWERED = "source.answered"
    SIGNALS_RECEIVED = "signals.received"
    PROFILE_BUILT = "profile.built"
    PROFILE_CONTESTED = "profile.contested"
    OBJECTIONS_LISTED = "objections.listed"
    OBJECTION_DECIDED = "objection.decided"
    OFFER_MADE = "offer.made"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_REPLACED = "offer.replaced"
    OFFER_EXPIRED = "offer.expired"
    CONTRACT_SEALED = "contract.sealed"
    CONTRACT_FAILED = "contract.failed"
    CONTRACT_READ = "contract.read"
    LINE_OPENED = "line.opened"
    LINE_FROZEN = "line.frozen"
    LINE_UNFROZEN = "line.unfrozen"
    LINE_EXPIRED = "line.expired"
    LINE_CLOSED = "line.closed"
    DRAW_ASKED = "draw.asked"
    DRAW_REFUSED = "draw.refused"
    DRAW_CONFIRMED = "draw.confirmed"
    DRAW_WITHDRAWN = "draw.withdrawn"
    DRAW_EXPIRED = "draw.expired"
    DRAW_NOTE_SEALED = "draw.note_sealed"
    DRAW_NOTE_FAILED = "draw.note_failed"
    DRAW_NOTE_READ = "draw.note_read"

    AUDIT_READ = "audit.read"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_VERIFIED = "audit.verified"
    AUDIT_FAULT_FOUND = "audit.fault_found"
    DECISION_REPLAYED = "decision.replayed"
    POLICY_SIMULATED = "policy.simulated"
    POLICY_LOADED = "policy.loaded"
    MODELS_CHANGED = "models.changed"


# The event's own columns, not fields of its values.
ONBOARDING = "onboarding_id"
APPLICANT = "applicant_id"  # whose data it is about
LOAN = "loan_id"
REASON = "reason"
PERSONS = "persons"  # several of these at once

_OF_ONBOARDING = frozenset({ONBOARDING, APPLICANT})
_OF_LOAN = frozenset({ONBOARDING, APPLICANT, LOAN})
_OF_VERIFICATION = frozenset({ONBOARDING, APPLICANT, "purpose"})
_OF_SOURCE = frozenset({APPLICANT, "source"})
_OF_DRAW = frozenset({"line", "principal_fen", "tenor_months", "repayment", "annual_rate_bp"})

REQUIRED: Mapping[Action, frozenset[str]] = {
    Action.APPLICANT_SIGNED_UP: frozenset({APPLICANT}),
    Action.APPLICANT_SIGNED_IN: frozenset({APPLICANT, "session"}),
    Action.APPLICANT_PHONE_CHANGED: frozenset({ONBOARDING, APPLICANT}),
    Action.SESSION_ENDED: frozenset({REASON, "holder"}),
    Action.SESSION_REUSE_DETECTED: frozenset(),  # of an applicant or of staff
    Action.SESSION_REFRESHED: frozenset(),
    Action.CODE_REQUESTED: frozenset({"known_device"}),
    Action.CODE_WRONG: frozenset({"left"}),
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
    Action.ACCESS_REFUSED: frozenset({"code", "method"}),
    Action.OWN_DATA_READ: frozenset({"operation"}),
    Action.RECORD_DAMAGED: frozenset({"what"}),
    Action.MESSAGES_LISTED: frozenset({"found"}),
    Action.MESSAGE_REPLAYED: frozenset({"tries"}),
    Action.CONSENT_GIVEN: _OF_ONBOARDING | {"kind", "version"},
    Action.CONSENT_WITHDRAWN: _OF_ONBOARDING | {"kind"},
    Action.KEY_ROTATED: frozenset({"root"}),
    Action.DATA_DESTROYED: frozenset({"cause", "kind", "rows", "files", "digest"}),
    Action.DATA_EXPORTED: frozenset({APPLICANT, "rows", "files"}),
    Action.ACCOUNT_CLOSED: frozenset({APPLICANT, "records_until", "held"}),
    Action.HOLD_PLACED: frozenset({APPLICANT, "hold"}),
    Action.HOLD_LIFTED: frozenset({APPLICANT, "hold"}),
    Action.ONBOARDING_STARTED: _OF_ONBOARDING,
    Action.ONBOARDING_DECIDED: _OF_ONBOARDING | {"decision", "reasons", "policy"},
    Action.ONBOARDING_REVIEWED: _OF_ONBOARDING | {"decision", "automatic"},
    Action.ONBOARDING_EXPIRED: _OF_ONBOARDING,
    Action.PERSON_ASKED: _OF_ONBOARDING,
    Action.CAMERA_CHOSEN: _OF_ONBOARDING,
    Action.HANDOVER_MADE: _OF_ONBOARDING,
    Action.HANDOVER_SHOWN: _OF_ONBOARDING,
    Action.HANDOVER_USED: _OF_ONBOARDING | {"session"},
    Action.HANDOVER_ENDED: _OF_ONBOARDING | {"sessions", "set_aside"},
    Action.CHALLENGE_ISSUED: _OF_ONBOARDING | {"kind"},
    Action.UPLOAD_BEGUN: _OF_ONBOARDING | {"kind", "length"},
    Action.EVIDENCE_SUBMITTED: _OF_ONBOARDING | {"kind", "size"},
    Action.EVIDENCE_DAMAGED: _OF_ONBOARDING | {"what"},
    Action.VOICE_RECORDING_DAMAGED: frozenset({APPLICANT, "what"}),
    Action.CHECK_RECORDED: _OF_ONBOARDING
    | {"kind", "outcome", "reasons", "policy", "measurements", "models"},
    Action.NAME_CORRECTED: _OF_ONBOARDING | {"kind", "field"},
    Action.NAME_CONFIRMED: _OF_ONBOARDING | {"kind", "field"},
    Action.MEDIA_UNSEALED: _OF_ONBOARDING | {"kind", "purpose"},
    Action.FACTS_UNSEALED: _OF_ONBOARDING | {"purpose"},
    Action.REVIEW_QUEUE_READ: frozenset({"found"}),
    Action.REVIEW_CLAIMED: _OF_ONBOARDING,
    Action.REVIEW_RELEASED: _OF_ONBOARDING,
    Action.REVIEW_EVIDENCE_VIEWED: _OF_ONBOARDING | {"evidence"},
    Action.REVIEW_VERDICT_GIVEN: _OF_ONBOARDING | {"judgement"},
    Action.VOICE_VERIFICATION_REQUESTED: _OF_VERIFICATION,
    Action.VOICE_VERIFICATION_RECORDED: _OF_VERIFICATION,
    Action.VOICE_VERIFICATION_DECIDED: _OF_VERIFICATION | {"state", "reasons"},
    Action.VOICE_VERIFICATION_CONSUMED: _OF_VERIFICATION,
    Action.VOICE_VERIFICATION_READ: frozenset({APPLICANT, "operation"}),
    Action.FACE_VERIFICATION_REQUESTED: _OF_VERIFICATION,
    Action.FACE_VERIFICATION_RECORDED: _OF_VERIFICATION,
    Action.FACE_VERIFICATION_DECIDED: _OF_VERIFICATION | {"state", "reasons"},
    Action.FACE_VERIFICATION_CONSUMED: _OF_VERIFICATION,
    Action.FACE_RECORDING_DAMAGED: frozenset({APPLICANT, "what"}),
    Action.ACCOUNTS_SEARCHED: frozenset({"found", "by", REASON, PERSONS}),
    Action.ACCOUNT_FOUND: frozenset({APPLICANT, REASON}),
    Action.ACCOUNT_READ: frozenset({APPLICANT, REASON, "caller_verified"}),
    Action.ACCOUNT_UNMASKED: frozenset({APPLICANT, REASON, "basis", "unmasking"}),
    Action.DECLARATION_MADE: _OF_ONBOARDING
    | {"occupation", "industry", "purpose", "promise", "consistency"},
    Action.DECLARATION_REFUSED: _OF_ONBOARDING | {"occupation", "industry", "purpose"},
    Action.LIST_CHANGE_PROPOSED: frozenset({"entry", "list", "change", "kind", "why"}),
    Action.LIST_CHANGE_DECIDED: frozenset({"entry", "list", "change", "state"}),
    Action.LIST_READ: frozenset({"what", "found"}),
    Action.LIST_HIT_FOUND: frozenset({APPLICANT, "entry", "list", "kind", "effect"}),
    Action.LIST_HIT_CLEARED: frozenset({APPLICANT, "entry", "list"}),
    Action.APPLICATION_RECEIVED: _OF_LOAN | {"product", "amount_fen", "tenor_months"},
    Action.APPLICATION_MOVED: _OF_LOAN | {"state", "reasons"},
    Action.APPLICATION_REASONS_ADDED: _OF_LOAN | {"state", "reasons"},
    Action.APPLICATION_FEATURES_DROPPED: _OF_LOAN | {"features", "state"},
    Action.APPLICATION_DECIDED: _OF_LOAN | {"state", "reasons", "policy"},
    Action.APPLICATION_WITHDRAWN: _OF_LOAN,
    Action.APPLICATION_REVIEW_ASKED: _OF_LOAN,
    Action.APPLICATIONS_LISTED: frozenset({"found"}),
    Action.APPLICATION_CLAIMED: _OF_LOAN,
    Action.APPLICATION_RELEASED: _OF_LOAN,
    Action.APPLICATION_JUDGED: _OF_LOAN | {"judgement"},
    Action.QUESTION_ASKED: _OF_LOAN | {"question"},
    Action.QUESTION_ANSWERED: _OF_LOAN | {"question", "answer"},
    Action.CONTACT_PREFERENCES_SET: frozenset({APPLICANT, "channels", "hours", "opted_out"}),
    Action.CONTACT_MADE: frozenset({APPLICANT, "channel", "product", "not_after"}),
    Action.CONTACT_REFUSED: frozenset({APPLICANT, "channel", "product", "why"}),
    Action.CONTACT_DECLINED: frozenset({APPLICANT, "why"}),
    Action.COURT_LIST_ASKED: _OF_LOAN | {"outcome", "ms", "found"},
    Action.SCORER_ASKED: _OF_LOAN | {"role", "tries", "ms"},
    Action.SCORER_ANSWERED: _OF_LOAN | {"role", "tries", "ms", "model"},
    Action.SOURCE_CONSENTED: _OF_SOURCE | {"use", "channel", "version"},
    Action.SOURCE_CONSENT_WITHDRAWN: _OF_SOURCE | {"use", "channel", "version"},
    Action.SOURCE_CONSENT_EXPIRED: _OF_SOURCE | {"use", "channel", "version"},
    Action.SOURCE_FILE_BEGUN: _OF_SOURCE | {"length"},
    Action.SOURCE_FILE_RECEIVED: _OF_SOURCE,
    Action.SOURCE_FILE_READ: _OF_SOURCE | {"publisher", "rows", "refused", "faults"},
    Action.SOURCE_FILE_REFUSED: _OF_SOURCE | {"why"},
    Action.SOURCE_FILE_LOCKED: _OF_SOURCE,
    Action.SOURCE_FILE_DELETED: _OF_SOURCE,
    Action.SOURCE_ASKED: _OF_SOURCE,
    Action.SOURCE_ANSWERED: _OF_SOURCE | {"state", "ms"},
    Action.SIGNALS_RECEIVED: frozenset({APPLICANT, "count"}),
    Action.PROFILE_BUILT: frozenset({APPLICANT, "policy", "sources", "features", "digest"}),
    Action.PROFILE_CONTESTED: frozenset({APPLICANT, "feature"}),
    Action.OBJECTIONS_LISTED: frozenset({"found"}),
    Action.OBJECTION_DECIDED: frozenset({APPLICANT, "feature", "state"}),
    Action.OFFER_MADE: _OF_LOAN | {"principal_fen", "tenor_months", "annual_rate_bp"},
    Action.OFFER_ACCEPTED: _OF_LOAN | {"principal_fen", "annual_rate_bp"},
    Action.OFFER_REPLACED: _OF_LOAN | {"principal_fen"},
    Action.OFFER_EXPIRED: _OF_LOAN | {"principal_fen"},
    Action.CONTRACT_SEALED: _OF_LOAN | {"offer", "contract_sha256", "sheet_sha256", "template"},
    Action.CONTRACT_FAILED: _OF_LOAN,
    Action.CONTRACT_READ: _OF_LOAN | {"what"},
    Action.LINE_OPENED: _OF_LOAN | {"offer", "limit_fen", "annual_rate_bp", "valid_until"},
    Action.LINE_FROZEN: _OF_LOAN | {"line", "why"},
    Action.LINE_UNFROZEN: _OF_LOAN | {"line"},
    Action.LINE_EXPIRED: _OF_LOAN | {"line"},
    Action.LINE_CLOSED: _OF_LOAN | {"line"},
    Action.DRAW_ASKED: _OF_LOAN | _OF_DRAW | {"purpose", "payees", "policy"},
    Action.DRAW_REFUSED: _OF_LOAN | {"line", "purpose"},
    Action.DRAW_CONFIRMED: _OF_LOAN | _OF_DRAW,
    Action.DRAW_WITHDRAWN: _OF_LOAN | _OF_DRAW,
    Action.DRAW_EXPIRED: _OF_LOAN | _OF_DRAW,
    Action.DRAW_NOTE_SEALED: _OF_LOAN | {"line", "note_sha256", "template"},
    Action.DRAW_NOTE_FAILED: _OF_LOAN | {"line"},
    Action.DRAW_NOTE_READ: _OF_LOAN | {"line"},
    Action.AUDIT_READ: frozenset({"what", "found"}),
    Action.AUDIT_EXPORTED: frozenset({"what", "found", "digest"}),
    Action.AUDIT_VERIFIED: frozenset({"since", "size", "faults"}),
    Action.AUDIT_FAULT_FOUND: frozenset({"faults"}),
    Action.DECISION_REPLAYED: _OF_ONBOARDING | {"policy", "same"},
    Action.POLICY_SIMULATED: frozenset({"digest", "decisions", "changed"}),
    Action.POLICY_LOADED: frozenset({"policy", "digest"}),
    Action.MODELS_CHANGED: frozenset({"digest"}),
}

# About several people at once, whom the event names (`persons.py`).
OF_SEVERAL = frozenset({Action.ACCOUNTS_SEARCHED})

# Somebody, or a part of the system, saw what is held of a person: "who saw whose data".
READS = frozenset(
    {
        Action.ACCOUNTS_SEARCHED,
        Action.MEDIA_UNSEALED,
        Action.FACTS_UNSEALED,
        Action.REVIEW_CLAIMED,
        Action.REVIEW_EVIDENCE_VIEWED,
        Action.APPLICATION_CLAIMED,
        Action.CONTRACT_READ,
        Action.DRAW_NOTE_READ,
        Action.ACCOUNT_FOUND,
        Action.ACCOUNT_READ,
        Action.ACCOUNT_UNMASKED,
        Action.VOICE_VERIFICATION_READ,
        Action.AUDIT_READ,
        Action.AUDIT_EXPORTED,
        Action.DECISION_REPLAYED,
    }
)

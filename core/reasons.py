"""Every reason code, once: what an analysis, a check or a decision has against something.

A reason is stable: it stands in checks, decisions, the audit log and the API. What it does is the
policy's matter (`[effects]`), what a person is told of it that of `app/messages`.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason code."""

    # Any file
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_TOO_COSTLY = "file_too_costly"
    FILE_IS_BASE64 = "file_is_base64"
    FILE_DAMAGED = "file_damaged"
    ANALYSIS_FAILED = "analysis_failed"
    ATTEMPTS_USED = "attempts_used"
    PERSON_ASKED = "person_asked"
    REFUSED_BEFORE = "refused_before"

    # Photos of documents: the file
    NOT_AN_IMAGE = "not_an_image"
    IMAGE_TOO_LARGE = "image_too_large"
    IMAGE_TOO_SMALL = "image_too_small"
    IMAGE_MOVES = "image_moves"
    FILE_IS_OFD = "file_is_ofd"
    PDF_LOCKED = "pdf_locked"

    # Photos of documents: what they show
    NOT_A_DOCUMENT = "not_a_document"
    OTHER_DOCUMENT = "other_document"
    WRONG_DOCUMENT = "wrong_document"
    MULTIPLE_DOCUMENTS = "multiple_documents"
    TEMPORARY_CARD = "temporary_card"
    RESIDENCE_PERMIT = "residence_permit"
    REGISTRATION_NUMBER_ONLY = "registration_number_only"
    INCOMPLETE = "incomplete"
    PARTLY_CUT = "partly_cut"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_FAR = "too_far"
    GLARE = "glare"
    UNREADABLE = "unreadable"
    SHAKEN = "shaken"
    PORTRAIT_UNCLEAR = "portrait_unclear"

    # Documents: what their fields say
    NAME_UNCERTAIN = "name_uncertain"
    NAME_CORRECTED = "name_corrected"
    FIELDS_DIFFER = "fields_differ"
    CODE_CHECK_DIGIT_INVALID = "code_check_digit_invalid"
    CODE_BEFORE_STANDARD = "code_before_standard"
    CODE_REPAIRED = "code_repaired"
    CODE_FROM_QR = "code_from_qr"
    QR_MISMATCH = "qr_mismatch"
    FIELDS_CONTRADICT = "fields_contradict"
    REGION_DIFFERS = "region_differs"
    DATE_UNCLEAR = "date_unclear"
    LICENCE_EXPIRED = "licence_expired"
    ID_EXPIRED = "id_expired"
    ID_CHECK_DIGIT_INVALID = "id_check_digit_invalid"
    ID_BIRTH_MISMATCH = "id_birth_mismatch"
    ID_SEX_MISMATCH = "id_sex_mismatch"

    # Documents: forensics
    EDITED = "edited"
    PHOTOCOPY = "photocopy"
    SCREEN_RECAPTURE = "screen_recapture"

    # Face videos: the file
    NOT_A_VIDEO = "not_a_video"
    VIDEO_TOO_LONG = "video_too_long"
    VIDEO_TOO_LARGE = "video_too_large"
    VIDEO_TOO_SHORT = "video_too_short"
    VIDEO_JUMPS = "video_jumps"
    CAMERA_TOO_SLOW = "camera_too_slow"

    # Face videos: what they show
    NO_FACE = "no_face"
    FACE_LOST = "face_lost"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_TOO_DARK = "face_too_dark"
    FACE_BLURRED = "face_blurred"
    FACE_COVERED = "face_covered"
    ACTION_MISSING = "action_missing"
    ACTION_NOT_ASKED = "action_not_asked"
    VIDEO_MIRRORED = "video_mirrored"

    # Face videos: presentation attacks
    VIDEO_CUT = "video_cut"
    VIDEO_LOOPED = "video_looped"
    VIDEO_FROZEN = "video_frozen"
    VIDEO_REUSED = "video_reused"
    RECORDER_FOREIGN = "recorder_foreign"
    FACE_CHANGES = "face_changes"
    PRESENTATION_ATTACK_SUSPECTED = "presentation_attack_suspected"
    LIVENESS_ATTEMPTS_USED = "liveness_attempts_used"

    # Recordings of a voice
    NOT_A_RECORDING = "not_a_recording"
    RECORDING_TOO_LONG = "recording_too_long"
    NO_SPEECH = "no_speech"
    TOO_NOISY = "too_noisy"
    TOO_LOUD = "too_loud"
    TOO_MUCH_ECHO = "too_much_echo"
    DIGITS_UNCLEAR = "digits_unclear"
    DIGITS_WRONG = "digits_wrong"
    DIGITS_NOT_READ = "digits_not_read"
    DIGITS_UNSURE = "digits_unsure"
    VOICE_CHANGED = "voice_changed"
    VOICE_DIFFERS = "voice_differs"
    VOICE_UNCERTAIN = "voice_uncertain"
    RECORDING_COPIED = "recording_copied"
    RECORDING_REUSED = "recording_reused"
    CONSENT_WITHDRAWN = "consent_withdrawn"

    # Across the evidence of an onboarding
    FACE_MISMATCH = "face_mismatch"
    FACE_UNCERTAIN = "face_uncertain"
    FACE_KNOWN = "face_known"
    PRINCIPAL_DIFFERS = "principal_differs"
    AUTHORITY_DIFFERS = "authority_differs"
    AGE_OUTSIDE_LIMITS = "age_outside_limits"
    IDENTITY_KNOWN = "identity_known"
    IDENTITY_CHANGED = "identity_changed"
    LICENCE_KNOWN = "licence_known"
    LISTED = "listed"
    LIST_HIT = "list_hit"
    DEVICE_SHARED = "device_shared"
    IDENTITY_ATTEMPTS_USED = "identity_attempts_used"
    SENT_FROM_TWO_DEVICES = "sent_from_two_devices"

    # Loans
    RISK_TOO_HIGH = "risk_too_high"
    TOO_COSTLY = "too_costly"
    NEED_TOO_SMALL = "need_too_small"
    CAPACITY_TOO_SMALL = "capacity_too_small"
    TOO_LITTLE_KNOWN = "too_little_known"
    EXPOSURE_USED = "exposure_used"
    DECLARATION_CONTRADICTED = "declaration_contradicted"
    REGISTRY_DIFFERS = "registry_differs"
    REGISTRY_NOT_OPERATING = "registry_not_operating"
    REGISTRY_ABNORMAL = "registry_abnormal"
    PROFILE_CONTESTED = "profile_contested"
    SCORER_UNAVAILABLE = "scorer_unavailable"
    COURT_LIST_UNAVAILABLE = "court_list_unavailable"
    QUESTION_UNANSWERED = "question_unanswered"
    PERSON_DECLINED = "person_declined"
    PURPOSE_FORBIDDEN = "purpose_forbidden"

    # What a person is told in place of a reason that has no words for them
    OTHER = "other"

"""The part of the policy that says which texts are consented to."""

from __future__ import annotations

from typing import ClassVar

from core.policy import Section
from privacy.kinds import ConsentKind

DAYS_A_YEAR = 365.25


class ConsentPolicy(Section):
    """The version of each text that is in force."""

    table: ClassVar[str] = "consent"

    versions: dict[ConsentKind, str]
    max_given: int  # times, of one kind for one onboarding


class RetentionPolicy(Section):
    """How long what is kept (`core.data_classes.Retention`, and files by their kind)."""

    table: ClassVar[str] = "retention"

    face_video_days: int  # after the decision
    call_recording_days: int  # after the verification
    undecided_days: int  # documents, faces and voices of an onboarding that ended undecided
    declined_days: int
    customer_records_years: int  # after the account was closed
    session_days: int
    job_days: int
    staff_years: int  # after the account of a member of staff was disabled
    batch: int  # rows of a kind in one transaction
    from_hour: int  # of the day in China, from which on the day's run may begin


SECTIONS = (ConsentPolicy, RetentionPolicy)

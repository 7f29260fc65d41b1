"""The job that has invoices read that came as a photo or a scan: by an analysis process."""

from __future__ import annotations

from uuid import UUID

from core.files import PhotoLimits
from loans.policy import LoanPolicy
from loans.sources.photo_invoices import PhotoWork, read_photo
from loans.sources.reading import (
    READ_PHOTO,
    give_up_file,
    load_whole,
    refuse_costly,
    store_file,
)
from storage.context import Context
from storage.handlers import JOBS, JobHandler, Lane


def load_photo(context: Context, file_id: UUID) -> PhotoWork | None:
    """The photo; None where it is gone, or its consent. One that is damaged ends here."""
    loaded = load_whole(context, file_id)
    if loaded is None:
        return None
    content, whose = loaded
    rules = context.rules(LoanPolicy).invoices
    limits = PhotoLimits(rules.max_bytes, rules.max_pixels, rules.min_side_px)
    return PhotoWork(content, whose.names, whose.firms, limits, context.today())


JOBS.register(
    JobHandler(
        kind=READ_PHOTO,
        lane=Lane.ANALYSIS,
        load=load_photo,
        perform=read_photo,
        store=store_file,
        give_up=give_up_file,
        too_costly=refuse_costly,
    )
)

"""What every decision asks for, loaded before the first one, outside of its transaction."""

from __future__ import annotations

from kyc.lists.names.sounds import readings
from kyc.risk.duplicate_faces import catch_up
from ocr.extraction.regions import load_regions
from storage.context import Context

PART_S = 3.0  # short of what a job may take, and of what a worker may be silent


def prepare_decisions(context: Context) -> bool:
    """Make the tables of places and readings, and bring in some faces of earlier decisions.

    Returns whether these are all.
    """
    load_regions()
    readings("一")  # of any character: the tables are read with the first
    return catch_up(context, PART_S)

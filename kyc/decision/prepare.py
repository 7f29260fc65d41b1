"""What every decision asks for, loaded before the first one: no applicant waits for it."""

from __future__ import annotations

from kyc.lists.names.sounds import readings
from kyc.risk.duplicate_faces import catch_up
from ocr.extraction.regions import load_regions
from storage.context import Context


def prepare_decisions(context: Context) -> None:
    """Make the tables of places and readings, and bring in the faces of earlier decisions."""
    load_regions()
    readings("一")
    catch_up(context)

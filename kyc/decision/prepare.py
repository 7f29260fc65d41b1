"""What every decision asks for, loaded before the first one, outside of its transaction."""

from __future__ import annotations

from kyc.lists.names.sounds import readings
from kyc.risk.duplicate_faces import catch_up
from ocr.extraction.regions import load_regions
from storage.context import Context

FACES_S = 60.0  # the first decision brings in the rest: a process that starts is not ended for it


def prepare_decisions(context: Context) -> None:
    """Make the tables of places and readings, and bring in the faces of earlier decisions."""
    load_regions()
    readings("一")  # of any character: the tables are read with the first
    catch_up(context, FACES_S)

"""How large a statement may be, and how far it may be compressed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from core.policy import Part

Share = Annotated[float, Field(gt=0, le=1)]


class StatementLimits(Part):
    """Limits of `[loans.statements]`; whatever goes past one of them is refused."""

    max_bytes: PositiveInt  # of the file
    max_inflated_bytes: PositiveInt  # of all that is taken out of an archive or a workbook
    max_ratio: PositiveInt  # inflated by compressed
    max_members: PositiveInt  # files in an archive, parts of a workbook
    max_zipcrypto_bytes: PositiveInt  # compressed, where a zip is encrypted the old way
    max_workbook_bytes: PositiveInt  # of an XLS, which is read whole
    max_sheets: PositiveInt
    max_cells: PositiveInt  # of a sheet: its widest row by its last one
    max_markup_bytes: PositiveInt  # of HTML and XML
    max_pdf_bytes: PositiveInt
    max_pages: PositiveInt
    max_page_bytes: PositiveInt  # the drawing of one page of a PDF, inflated
    max_line_chars: PositiveInt
    max_rows: PositiveInt
    max_refused_share: Share  # of rows; above, the file is broken

"""What a file that is sent as an invoice may cost, from the policy."""

from __future__ import annotations

from pydantic import PositiveInt

from core.policy import Part


class InvoiceLimits(Part):
    """Sizes; whatever is larger is refused before it is unpacked."""

    max_bytes: PositiveInt
    max_unpacked_bytes: PositiveInt  # of an OFD, or of the streams of a PDF
    max_xml_bytes: PositiveInt
    max_pages: PositiveInt  # of a PDF; later ones are not read
    max_texts: PositiveInt  # words of all pages
    max_pixels: PositiveInt = 60_000_000  # of a photo
    min_side_px: PositiveInt = 300

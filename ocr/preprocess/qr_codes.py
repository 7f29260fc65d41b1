"""The QR codes of a photo, read: part of decoding, as what they hold is the sender's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import zxingcpp

from ocr.geometry import Corners, Pixels


@dataclass(frozen=True)
class QrCode:
    """The text of a QR code, and where its corners are, photo pixels."""

    text: str
    corners: Corners


def read_qr_codes(photo: Pixels) -> list[QrCode]:
    """The QR codes of a photo (ISO/IEC 18004) that can be read."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    codes = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return [QrCode(code.text, _corners(code.position)) for code in codes]


def _corners(position: zxingcpp.Position) -> Corners:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((float(point.x), float(point.y)) for point in points)

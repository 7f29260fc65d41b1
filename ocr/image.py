"""Bytes from a phone -> an upright RGB image, bounded before anything is decoded."""

from __future__ import annotations

import io

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image, ImageOps

RGB = npt.NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
LEAST_SIDE = 300
WORKING_SIDE = 2200


class UnreadableDocument(Exception):
    """The file cannot be read as a photo; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode_photo(content: bytes) -> RGB:
    """The photo as uint8 (height, width, 3), turned as its EXIF says, at most 2200 px a side.

    Raises `UnreadableDocument`: `file_empty`, `file_too_large`, `not_an_image`,
    `image_too_large`, `image_too_small`.
    """
    if not content:
        raise UnreadableDocument("file_empty")
    if len(content) > MOST_BYTES:
        raise UnreadableDocument("file_too_large")
    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
            width, height = photo.size
            if width * height > MOST_PIXELS:
                raise UnreadableDocument("image_too_large")
            if min(width, height) < LEAST_SIDE:
                raise UnreadableDocument("image_too_small")
            photo.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except Image.DecompressionBombError as error:
        raise UnreadableDocument("image_too_large") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableDocument("not_an_image") from error
    pixels = np.asarray(upright, dtype=np.uint8)
    scale = WORKING_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

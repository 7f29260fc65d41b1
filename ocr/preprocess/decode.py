"""Bytes from a phone -> an upright RGB image, bounded before anything is decoded."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

RGB = npt.NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOVING = ("PNG", "WEBP")  # phones' JPEG and HEIF carry further pictures that nobody sees move
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
LEAST_SIDE = 300
WORKING_SIDE = 2200

# What decoders raise for damaged files.
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, KeyError, struct.error, MemoryError)


class UnreadableDocument(Exception):
    """The file cannot be read as a photo; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decode_photo(content: bytes) -> RGB:
    """The photo as uint8 (height, width, 3), turned as its EXIF says, at most 2200 px a side.

    JPEG, PNG, WebP, HEIC and the first page of a PDF. Raises `UnreadableDocument`: `file_empty`,
    `file_too_large`, `not_an_image`, `image_too_large`, `image_too_small`, `image_moves`,
    `pdf_locked`.
    """
    if not content:
        raise UnreadableDocument("file_empty")
    if len(content) > MOST_BYTES:
        raise UnreadableDocument("file_too_large")
    pixels = _first_page(content) if b"%PDF-" in content[:1024] else _photo(content)
    scale = WORKING_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _photo(content: bytes) -> RGB:
    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
            width, height = photo.size
            if width * height > MOST_PIXELS:
                raise UnreadableDocument("image_too_large")
            if min(width, height) < LEAST_SIDE:
                raise UnreadableDocument("image_too_small")
            if photo.format in MOVING and getattr(photo, "is_animated", False):
                raise UnreadableDocument("image_moves")
            photo.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            photo.load()
            return np.asarray(_flat(_upright(photo)), dtype=np.uint8)
    except Image.DecompressionBombError as error:
        raise UnreadableDocument("image_too_large") from error
    except _DAMAGED as error:
        raise UnreadableDocument("not_an_image") from error


def _upright(photo: Image.Image) -> Image.Image:
    """The photo turned as its EXIF says; as it is where the EXIF makes no sense."""
    with suppress(*_DAMAGED, TypeError, ZeroDivisionError):
        ImageOps.exif_transpose(photo, in_place=True)
    return photo


def _flat(photo: Image.Image) -> Image.Image:
    """Three channels of 8 bits, what is transparent on white."""
    if photo.mode.startswith("I"):  # 16 bits a pixel
        return Image.fromarray((np.asarray(photo).astype(np.uint32) >> 8).astype(np.uint8)).convert(
            "RGB"
        )
    if "transparency" in photo.info or photo.mode in ("RGBA", "LA", "PA"):
        opaque = Image.new("RGBA", photo.size, "white")
        return Image.alpha_composite(opaque, photo.convert("RGBA")).convert("RGB")
    return photo if photo.mode == "RGB" else photo.convert("RGB")


def _first_page(content: bytes) -> RGB:
    try:
        with pypdfium2.PdfDocument(content) as document:
            page = document[0]
            width, height = page.get_size()
            if min(width, height) <= 0:
                raise UnreadableDocument("not_an_image")
            picture = page.render(scale=WORKING_SIDE / max(width, height), rev_byteorder=True)
            pixels = picture.to_numpy()[..., :3]
            if min(pixels.shape[:2]) < LEAST_SIDE:
                raise UnreadableDocument("image_too_small")
            return np.array(pixels, dtype=np.uint8)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise UnreadableDocument("pdf_locked" if locked else "not_an_image") from error
    except _DAMAGED as error:
        raise UnreadableDocument("not_an_image") from error

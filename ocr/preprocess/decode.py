"""Bytes from a phone -> an upright RGB image, bounded before anything is decoded."""

from __future__ import annotations

import io
from contextlib import suppress

import cv2
import numpy as np
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

from core.files import PhotoLimits, UnreadableFile, decoding, require_no_base64, require_size
from core.reasons import Reason
from ocr.geometry import Pixels

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF")
# Phones' JPEG and HEIF carry further pictures without being animated.
ANIMATED = ("PNG", "WEBP", "GIF")
WORKING_SIDE = 2200  # px
ZIP, OFD_ENTRY = b"PK\x03\x04", b"OFD.xml"
REDUCIBLE = ("L", "LA", "RGB", "RGBA")


def decode_photo(content: bytes, limits: PhotoLimits) -> Pixels:
    """The photo as uint8 (height, width, 3), turned as its EXIF says, at most 2200 px a side.

    JPEG, PNG, WebP, HEIC, GIF and the first page of a PDF. Raises `UnreadableFile`: `file_empty`,
    `file_too_large`, `file_is_base64`, `file_is_ofd`, `not_an_image`, `image_too_large`,
    `image_too_small`, `image_moves`, `pdf_locked`, `file_too_costly`.
    """
    require_size(content, limits.max_bytes)
    require_no_base64(content)
    _require_no_ofd(content)
    is_pdf = b"%PDF-" in content[:1024]
    with decoding(Reason.NOT_AN_IMAGE):
        return _working_size(_first_page(content, limits) if is_pdf else _photo(content, limits))


def _require_no_ofd(content: bytes) -> None:
    """Raises `UnreadableFile` (`file_is_ofd`) for a document in OFD (GB/T 33190-2016).

    Registries hand electronic licences out in it. It is a zip whose root holds `OFD.xml`; names in
    a zip are not compressed.
    """
    if content.startswith(ZIP) and OFD_ENTRY in content:
        raise UnreadableFile(Reason.FILE_IS_OFD)


def _working_size(pixels: Pixels) -> Pixels:
    scale = WORKING_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _photo(content: bytes, limits: PhotoLimits) -> Pixels:
    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
            _require_limits(photo, limits)
            photo.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            photo.load()
            _require_limits(photo, limits)  # again: a header may lie
            return np.asarray(_opaque_rgb(_upright(_small(_reduced(photo)))), dtype=np.uint8)
    except Image.DecompressionBombError as error:
        raise UnreadableFile(Reason.IMAGE_TOO_LARGE) from error


def _require_limits(photo: Image.Image, limits: PhotoLimits) -> None:
    width, height = photo.size
    if width * height > limits.max_pixels:
        raise UnreadableFile(Reason.IMAGE_TOO_LARGE)
    if min(width, height) < limits.min_side_px:
        raise UnreadableFile(Reason.IMAGE_TOO_SMALL)
    if photo.format in ANIMATED and getattr(photo, "is_animated", False):
        raise UnreadableFile(Reason.IMAGE_MOVES)


def _reduced(photo: Image.Image) -> Image.Image:
    """The photo by a whole factor smaller where it is at least twice as large as needed.

    What follows copies it several times, which a photo of 60 million pixels must not cost.
    """
    factor = max(photo.size) // WORKING_SIDE
    if factor < 2 or photo.mode not in REDUCIBLE:
        return photo
    small = photo.reduce(factor)
    small.info = photo.info
    return small


def _small(photo: Image.Image) -> Image.Image:
    """The photo at its working size: turned before, 12 million pixels would cost 0.1 s more."""
    if photo.mode != "RGB" or max(photo.size) <= WORKING_SIDE:
        return photo
    small = Image.fromarray(_working_size(np.asarray(photo)))
    small.info = photo.info
    return small


def _upright(photo: Image.Image) -> Image.Image:
    """The photo turned as its EXIF says; as it is where the EXIF makes no sense."""
    with suppress(Exception):
        ImageOps.exif_transpose(photo, in_place=True)
    return photo


def _opaque_rgb(photo: Image.Image) -> Image.Image:
    """Three channels of 8 bits, what is transparent on white."""
    if photo.mode.startswith("I"):  # 16 bits a pixel
        return Image.fromarray((np.asarray(photo).astype(np.uint32) >> 8).astype(np.uint8)).convert(
            "RGB"
        )
    if "transparency" in photo.info or photo.mode in ("RGBA", "LA", "PA"):
        opaque = Image.new("RGBA", photo.size, "white")
        return Image.alpha_composite(opaque, photo.convert("RGBA")).convert("RGB")
    return photo if photo.mode == "RGB" else photo.convert("RGB")


def _first_page(content: bytes, limits: PhotoLimits) -> Pixels:
    try:
        with pypdfium2.PdfDocument(content) as document:
            page = document[0]
            width, height = page.get_size()
            if min(width, height) <= 0:
                raise UnreadableFile(Reason.NOT_AN_IMAGE)
            picture = page.render(scale=WORKING_SIDE / max(width, height), rev_byteorder=True)
            pixels = picture.to_numpy()[..., :3]
            if min(pixels.shape[:2]) < limits.min_side_px:
                raise UnreadableFile(Reason.IMAGE_TOO_SMALL)
            return np.array(pixels, dtype=np.uint8)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise UnreadableFile(Reason.PDF_LOCKED if locked else Reason.NOT_AN_IMAGE) from error

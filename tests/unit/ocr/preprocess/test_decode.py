"""Photos of every form decoded upright; whatever else is sent gives a stable reason."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import register_heif_opener

from core.files import UnreadableFile
from core.reasons import Reason
from kyc.policy import UploadPolicy
from ocr.preprocess.decode import decode_photo
from tests.support.policy import POLICY

LIMITS = POLICY.section(UploadPolicy).photo
register_heif_opener()


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.FILE_EMPTY),
        (b"PK\x03\x04 a zip", Reason.NOT_AN_IMAGE),
        (bytes(16 * 1024 * 1024), Reason.FILE_TOO_LARGE),
        (png_that_claims(60_000, 60_000), Reason.IMAGE_TOO_LARGE),
        (jpeg(100, 100), Reason.IMAGE_TOO_SMALL),
        (jpeg(800, 600)[:300], Reason.NOT_AN_IMAGE),
        (base64.b64encode(jpeg(800, 600)), Reason.FILE_IS_BASE64),
        (b"data:image/jpeg;base64," + base64.b64encode(jpeg(800, 600)), Reason.FILE_IS_BASE64),
    ],
)
def test_photos_that_cannot_be_read(content: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableFile) as caught:
        decode_photo(content, LIMITS)
    assert caught.value.reason is reason


def picture() -> Image.Image:
    """A photo with something on it: a ramp of grey with a dark frame."""
    ramp = np.tile(np.linspace(60, 240, 800, dtype=np.uint8), (600, 1))
    ramp[:20] = ramp[-20:] = 20
    return Image.fromarray(np.repeat(ramp[..., None], 3, axis=2))


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def locked_pdf() -> bytes:
    """A PDF whose user password is not the empty one (ISO 32000-1, 7.6, revision 2)."""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>endobj\n"
        b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
        b"endobj\n"
    )
    return body + b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>\n%%EOF"


def test_every_form_of_photo_is_read_upright() -> None:
    sideways = picture().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    files = {
        "jpeg": saved(picture(), "JPEG"),
        "turned": saved(sideways, "JPEG", exif=exif),
        "cmyk": saved(picture().convert("CMYK"), "JPEG"),
        "png": saved(picture(), "PNG"),
        "clear": saved(picture().convert("RGBA"), "PNG"),
        "webp": saved(picture(), "WEBP"),
        "heic": saved(picture(), "HEIF"),
        "gif": saved(picture(), "GIF"),
        "pdf": saved(picture(), "PDF", save_all=True, append_images=[picture()] * 499),
    }
    for name, content in files.items():
        pixels = decode_photo(content, LIMITS)
        assert pixels.dtype == np.uint8, name
        assert pixels.shape[1] / pixels.shape[0] == pytest.approx(800 / 600, rel=0.01), name
        height, width = pixels.shape[:2]
        left, right = pixels[height // 2, width // 10, 1], pixels[height // 2, width * 9 // 10, 1]
        assert int(right) - int(left) > 100, name


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photo_of_twelve_megapixels_is_made_smaller_and_turned(form: str) -> None:
    large = picture().resize((4032, 3024))
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = large.transpose(Image.Transpose.ROTATE_90)
    pixels = decode_photo(saved(sideways, form, exif=exif), LIMITS)
    assert pixels.shape == (1650, 2200, 3)
    expected = np.asarray(large.resize((2200, 1650), Image.Resampling.BOX))
    assert abs(pixels.astype(int) - expected).mean() < 2


def test_sixteen_bits_keep_their_light() -> None:
    deep = Image.fromarray(np.full((400, 400), 0x8000, np.uint16))
    assert decode_photo(saved(deep, "PNG"), LIMITS).mean() == pytest.approx(128, abs=2)


def test_what_is_no_single_photo_says_so() -> None:
    frames = [picture(), Image.new("RGB", (800, 600), "red")]
    moving = {
        form: saved(frames[0], form, save_all=True, append_images=frames[1:])
        for form in ("WEBP", "GIF")
    }
    cases = [
        *((Reason.IMAGE_MOVES, content) for content in moving.values()),
        (Reason.PDF_LOCKED, locked_pdf()),
        (Reason.NOT_AN_IMAGE, b"%PDF-1.7 nothing"),
    ]
    for reason, content in cases:
        with pytest.raises(UnreadableFile) as caught:
            decode_photo(content, LIMITS)
        assert caught.value.reason is reason


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("Doc_0/Document.xml", "OFD.xml"), Reason.FILE_IS_OFD),
        (("word/document.xml", "[Content_Types].xml"), Reason.NOT_AN_IMAGE),
    ],
)
def test_an_electronic_licence_as_ofd_is_told_from_other_archives(
    names: tuple[str, ...], reason: Reason
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        decode_photo(zipped(*names), LIMITS)
    assert caught.value.reason is reason


def test_an_exif_that_makes_no_sense_is_passed_over() -> None:
    content = saved(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00" + b"\xff" * 64)
    assert decode_photo(content, LIMITS).shape == (600, 800, 3)


REASONS = (
    Reason.NOT_AN_IMAGE,
    Reason.IMAGE_TOO_SMALL,
    Reason.IMAGE_TOO_LARGE,
    Reason.IMAGE_MOVES,
    Reason.PDF_LOCKED,
)
REAL = [saved(picture(), form) for form in ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "PDF")]


@given(
    st.sampled_from(REAL),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_damage_is_a_reason_or_still_a_photo(
    real: bytes, flips: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(real)
    for place, value in flips:
        damaged[int(place * (len(damaged) - 1))] = value
    del damaged[max(1, int(len(damaged) * (0.3 + 0.7 * kept))) :]
    found: object
    try:
        found = max(decode_photo(bytes(damaged), LIMITS).shape)
    except UnreadableFile as error:
        found = error.reason
    assert found in REASONS or (isinstance(found, int) and found <= 2200)


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_noise_is_no_photo(noise: bytes) -> None:
    with pytest.raises(UnreadableFile):
        decode_photo(noise, LIMITS)


def test_a_large_photo_is_worked_on_smaller() -> None:
    assert max(decode_photo(jpeg(4000, 3000), LIMITS).shape) == 2200

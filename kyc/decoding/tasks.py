"""What the confined process does: the decoders of the engines, their results as parts.

Imported by `sandbox.template` alone, which finds `TASKS` and `warm_up` here. Every part that
decoding imports late is imported before: a child opens no file.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import av
import cv2
import numpy as np
import pillow_heif
from PIL import Image

from core.files import PhotoLimits, SoundLimits, UnreadableFile, VideoLimits
from kyc.face.video import Frame, FramePlan, decode_video
from ocr.preprocess.decode import decode_photo
from ocr.preprocess.qr_codes import read_qr_codes
from sandbox.messages import Part
from sandbox.template import Task
from voiceprint.audio import decode_recording

MAX_CODES, MAX_TEXT = 16, 1024  # QR codes of a photo, characters of one
MAX_METADATA = 10_000  # characters
SOUND = SoundLimits(2**20, 1.0, min_rate=1, max_rate=2**20, max_channels=8)  # of warming up
ENCODINGS = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def photo(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """One part: the pixels, and the QR codes where they are asked for."""
    pixels = decode_photo(content, PhotoLimits(**parameters["limits"]))
    codes = read_qr_codes(pixels)[:MAX_CODES] if parameters["with_codes"] else []
    said = [(code.text[:MAX_TEXT], code.corners) for code in codes]
    yield Part({"shape": pixels.shape[:2], "codes": said}, pixels.data)


def video(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """First a part with the metadata, then one a frame: its thumbnails, then its pixels."""
    plan = FramePlan(**parameters["plan"])
    decoded = decode_video(content, plan, VideoLimits(**parameters["limits"]))
    yield Part({"metadata": decoded.metadata[:MAX_METADATA]})
    for frame in decoded.frames:
        yield _frame_part(frame)


def recording(parameters: Mapping[str, Any], content: bytes) -> Iterator[Part]:
    """One part: the samples."""
    samples = decode_recording(content, SoundLimits(**parameters["limits"]))
    yield Part(body=samples.data)


def _frame_part(frame: Frame) -> Part:
    greys = [thumbnail.grey.reshape(-1) for thumbnail in frame.thumbnails]
    meta = {
        "at": frame.at,
        "shape": frame.image.shape[:2],
        "times": [thumbnail.at for thumbnail in frame.thumbnails],
    }
    return Part(meta, np.concatenate(greys).data, np.ascontiguousarray(frame.image).data)


TASKS: Mapping[str, Task] = {"photo": photo, "video": video, "recording": recording}


def warm_up() -> None:
    """Import and set up everything that decoding needs, by decoding something of each kind."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    cv2.setNumThreads(1)
    av.logging.set_level(av.logging.PANIC)
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    Image.init()
    limits = PhotoLimits(max_bytes=2**20, max_pixels=2**20, min_side_px=1)
    page = Image.new("RGB", (640, 480), "white")
    for kind in ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "PDF"):
        file = io.BytesIO()
        page.save(file, kind)
        list(photo({"limits": vars(limits), "with_codes": True}, file.getvalue()))
    with suppress(UnreadableFile):
        list(photo({"limits": vars(limits), "with_codes": False}, b"%PDF-1.7 nothing"))
    _warm_up_films()
    _warm_up_silk()


def _warm_up_films() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=16_000)
        picture = np.zeros((48, 64, 3), np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        silence.sample_rate = 16_000
        container.mux(sound.encode(silence))
        container.mux(stream.encode())
        container.mux(sound.encode())
    plan = {"sparse_per_s": 8.0, "dense_per_s": 8.0}
    limits = VideoLimits(max_bytes=2**20, max_seconds=1.0, max_pixels=2**20, max_pictures=9)
    list(video({"plan": plan, "limits": vars(limits)}, file.getvalue()))
    list(recording({"limits": vars(SOUND)}, file.getvalue()))


def _warm_up_silk() -> None:
    import pysilk

    file = io.BytesIO()
    pysilk.encode(io.BytesIO(bytes(3200)), file, 16_000, 16_000)
    list(recording({"limits": vars(SOUND)}, file.getvalue()))

"""`Decoders`: who opens what owners send. `ConfinedDecoders` trusts no file and no library."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.files import (
    PhotoLimits,
    SoundLimits,
    UnreadableFile,
    VideoLimits,
    decoding,
    require_size,
)
from core.reasons import Reason
from kyc.face.video import (
    THUMBNAIL_SIZE,
    Frame,
    FramePlan,
    Thumbnail,
    Video,
    decode_video,
)
from kyc.face.video import WORKING_SIDE as FRAME_SIDE
from ocr.geometry import Pixels
from ocr.preprocess.decode import WORKING_SIDE as PHOTO_SIDE
from ocr.preprocess.decode import decode_photo
from ocr.preprocess.qr_codes import QrCode, read_qr_codes
from sandbox.limits import SandboxLimits
from sandbox.messages import Part
from sandbox.runner import SandboxRunner
from voiceprint.audio import RATE, Samples, decode_recording

TASKS = "kyc.decoding.tasks"
MAX_PHOTO_BYTES = 3 * PHOTO_SIDE**2
HEIF_BOX = b"ftyp"  # ISO/IEC 14496-12: the first box of a file
BROKEN = Reason.FILE_TOO_COSTLY  # the file broke its decoder
THUMBNAIL_BYTES = THUMBNAIL_SIZE[0] * THUMBNAIL_SIZE[1]


@dataclass(frozen=True)
class Photo:
    """A decoded photo, and its QR codes where they were asked for."""

    pixels: Pixels
    codes: Sequence[QrCode] | None = None


class Decoders(Protocol):
    """Opens files. Every method raises `UnreadableFile`."""

    def photo(self, content: bytes, limits: PhotoLimits, *, with_codes: bool) -> Photo:
        """As `decode_photo`; `with_codes` reads its QR codes too."""

    def video(self, content: bytes, plan: FramePlan, limits: VideoLimits) -> Video:
        """As `decode_video`."""

    def recording(self, content: bytes, limits: SoundLimits) -> Samples:
        """As `decode_recording`."""


class DirectDecoders:
    """Decodes in this process: for tools and measurements, whose files are their own."""

    def photo(self, content: bytes, limits: PhotoLimits, *, with_codes: bool) -> Photo:
        """As `decode_photo`."""
        pixels = decode_photo(content, limits)
        return Photo(pixels, read_qr_codes(pixels) if with_codes else None)

    def video(self, content: bytes, plan: FramePlan, limits: VideoLimits) -> Video:
        """As `decode_video`."""
        return decode_video(content, plan, limits)

    def recording(self, content: bytes, limits: SoundLimits) -> Samples:
        """As `decode_recording`."""
        return decode_recording(content, limits)


class ConfinedDecoders:
    """Decodes in a child that has a memory, a time and no access to anything, one file at a time.

    What comes back is checked again: a child may be in the hands of whoever made the file.
    """

    def __init__(self, limits: SandboxLimits) -> None:
        """Start the process whose children decode; `runner.await_ready` waits for it."""
        self.runner = SandboxRunner(TASKS)
        self._limits = limits

    def photo(self, content: bytes, limits: PhotoLimits, *, with_codes: bool) -> Photo:
        """As `decode_photo`. Raises `UnreadableFile`, `ChildLost`."""
        parameters = {"limits": asdict(limits), "with_codes": with_codes}
        # libde265, which decodes HEIC, has a thread at least.
        sandbox = replace(self._limits, threads=content[4:8] == HEIF_BOX)
        require_size(content, limits.max_bytes)
        part = self._only_part("photo", parameters, content, sandbox, MAX_PHOTO_BYTES)
        with decoding(BROKEN):
            codes = [
                QrCode(str(text), tuple((float(x), float(y)) for x, y in corners))
                for text, corners in part.meta["codes"]
            ]
            return Photo(_picture(part, PHOTO_SIDE), codes if with_codes else None)

    def video(self, content: bytes, plan: FramePlan, limits: VideoLimits) -> Video:
        """As `decode_video`. Raises `UnreadableFile`, `ChildLost`; also after some frames."""
        require_size(content, limits.max_bytes)
        parameters = {"limits": asdict(limits), "plan": asdict(plan)}
        pixels = 3 * FRAME_SIDE**2
        most = pixels + limits.max_pictures * THUMBNAIL_BYTES
        parts = self.runner.run("video", parameters, content, self._limits, most)
        first = next(parts, Part())
        return Video(str(first.meta.get("metadata", "")), _frames(parts, limits))

    def recording(self, content: bytes, limits: SoundLimits) -> Samples:
        """As `decode_recording`. Raises `UnreadableFile`, `ChildLost`."""
        most = 4 * RATE * (int(limits.max_seconds) + 2)
        parameters = {"limits": asdict(limits)}
        require_size(content, limits.max_bytes)
        part = self._only_part("recording", parameters, content, self._limits, most)
        with decoding(BROKEN):
            samples = np.frombuffer(part.body, np.float32)
            _require(bool(np.isfinite(samples).all()) and samples.size > 0)
            return samples

    def _only_part(
        self,
        task: str,
        parameters: Mapping[str, Any],
        content: bytes,
        limits: SandboxLimits,
        most: int,
    ) -> Part:
        with closing(self.runner.run(task, parameters, content, limits, most)) as parts:
            found = list(_at_most(parts, 1))
        _require(len(found) == 1)
        return found[0]


def _frames(parts: Iterator[Part], limits: VideoLimits) -> Generator[Frame, None, None]:
    for part in _at_most(parts, limits.max_pictures):
        with decoding(BROKEN):
            frame = _frame(part)
        yield frame


def _frame(part: Part) -> Frame:
    times = [float(at) for at in part.meta["times"]]
    _require(bool(times))
    height, width = (int(side) for side in part.meta["shape"])
    _require(0 < height <= FRAME_SIDE and 0 < width <= FRAME_SIDE)
    body = np.frombuffer(part.body, np.uint8)
    small = len(times) * THUMBNAIL_BYTES
    greys = body[:small].reshape(len(times), THUMBNAIL_SIZE[1], THUMBNAIL_SIZE[0])
    thumbnails = tuple(Thumbnail(at, grey.copy()) for at, grey in zip(times, greys, strict=True))
    return Frame(float(part.meta["at"]), body[small:].reshape(height, width, 3), thumbnails)


def _picture(part: Part, max_side: int) -> npt.NDArray[np.uint8]:
    height, width = (int(side) for side in part.meta["shape"])
    _require(0 < height <= max_side and 0 < width <= max_side)
    return np.frombuffer(part.body, np.uint8).reshape(height, width, 3)


def _at_most(parts: Iterator[Part], count: int) -> Iterator[Part]:
    for number, part in enumerate(parts):
        _require(number < count)
        yield part


def _require(plausible: bool) -> None:
    """Raises `UnreadableFile` for an answer that no decoder gives."""
    if not plausible:
        raise UnreadableFile(BROKEN)

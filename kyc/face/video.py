"""A face video -> frames with their times, bounded in bytes, pixels, pictures and seconds."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from core.files import (
    NO_PROTOCOL,
    UnreadableFile,
    VideoLimits,
    decoding,
    require_no_base64,
    require_size,
)
from core.reasons import Reason
from kyc.face.picture import RGB

WORKING_SIDE = 640  # px
THUMBNAIL_SIZE = 32, 24  # width and height, px
THUMBNAIL_ROWS = 360  # px: of larger pictures so many rows at least are averaged, not all
LARGE = 1280 * 720  # px: larger pictures are halved and more before anything looks at them
LARGE_ROWS = 7 * THUMBNAIL_SIZE[1]  # px: of these, whose rows are longer
LUMA_FIRST = ("yuv420p", "yuvj420p", "nv12")  # 8 bits a sample
SAME_TIME = 1e-3  # s: containers round times to as much
NEARER = (
    2e-3  # s, by which this picture must be nearer than the next: of two as near the next is taken
)
FFMPEG_OPTIONS: Final = {"format_whitelist": "mov,matroska,avi,mpegts,flv,mpeg", **NO_PROTOCOL}


@dataclass(frozen=True)
class Thumbnail:
    """A small grey copy of a picture of a video, and its time; pictures between frames have one."""

    at: float  # s from the video's first picture
    grey: npt.NDArray[np.uint8]  # (24, 32)


@dataclass(frozen=True)
class Frame:
    """One picture, its time, and thumbnails of all pictures after the last frame up to it."""

    at: float  # s from the video's first picture
    image: RGB
    thumbnails: tuple[Thumbnail, ...]


@dataclass(frozen=True)
class FramePlan:
    """How many frames a second are wanted at a time: more within some spans of seconds."""

    sparse_per_s: float
    dense_per_s: float
    dense: tuple[tuple[float, float], ...] = ()

    def rate(self, at: float) -> float:
        """Frames a second at a time in seconds."""
        within = any(begin <= at <= end for begin, end in self.dense)
        return self.dense_per_s if within else self.sparse_per_s


class FrameClock:
    """Says of each picture, in order of time, whether it is a frame of a plan.

    Cameras keep no plan: the picture nearest to the moment at which a frame is due is taken, if the
    next picture comes as long after this one as this one after the last.
    """

    def __init__(self, per_second: Callable[[float], float]) -> None:
        """Start a video; `per_second` says how many frames are wanted at a time in seconds."""
        self._per_second = per_second
        self._due = self._last = 0.0

    def takes(self, at: float) -> bool:
        """Whether the picture at a time in seconds is a frame."""
        gap, self._last = at - self._last, at
        if at + gap / 2 < self._due + NEARER and at < self._due - SAME_TIME:
            return False
        self._due = at + 1 / self._per_second(at)
        return True


@dataclass(frozen=True)
class Video:
    """What a file says about itself, and its frames, decoded as they are asked for."""

    metadata: str  # every text of it, lower case
    frames: Generator[Frame, None, None]


class VideoDecoder(Protocol):
    """Decodes a face video: here, or in a process of its own."""

    def __call__(self, content: bytes, plan: FramePlan, limits: VideoLimits) -> Video:
        """Raises `UnreadableFile` as `sampled_frames`; also after some frames."""


def decode_video(content: bytes, plan: FramePlan, limits: VideoLimits) -> Video:
    """A video decoded in this process; a `VideoDecoder`.

    Raises `UnreadableFile` as `sampled_frames`, and `file_is_base64`.
    """
    require_size(content, limits.max_bytes)
    require_no_base64(content)
    return Video(metadata_text(content), sampled_frames(content, plan.rate, limits))


def sampled_frames(
    content: bytes, per_second: Callable[[float], float], limits: VideoLimits
) -> Generator[Frame, None, None]:
    """Frames, RGB, at most 640 px a side, as many a second as `per_second` asks for at a time.

    Raises `UnreadableFile`: `file_empty`, `file_too_large`, `not_a_video`, `video_too_long`,
    `video_too_large`, `file_too_costly` (too many pictures, or too large in memory); also after
    some frames.
    """
    require_size(content, limits.max_bytes)
    with decoding(Reason.NOT_A_VIDEO), _open(content) as container:
        yield from _sample(container, per_second, limits)


def metadata_text(content: bytes) -> str:
    """Every text of a file's metadata in lower case, as what recorded it; "" where none.

    Raises `UnreadableFile`: `not_a_video`.
    """
    with decoding(Reason.NOT_A_VIDEO), _open(content) as container:
        texts = [*container.metadata.values()]
        for stream in container.streams:
            texts += stream.metadata.values()
        return " ".join(texts).lower()


def _open(content: bytes) -> InputContainer:
    container: InputContainer = av.open(
        io.BytesIO(content), metadata_errors="ignore", options=FFMPEG_OPTIONS
    )
    return container


def _sample(
    container: InputContainer, per_second: Callable[[float], float], limits: VideoLimits
) -> Iterator[Frame]:
    colours = VideoReformatter()  # shared: each picture would set up its own
    clock = FrameClock(per_second)
    thumbnails: list[Thumbnail] = []
    for at, picture in _timed_pictures(container, limits):
        thumbnails.append(Thumbnail(at, _thumbnail(picture, colours)))
        if not clock.takes(at):
            continue
        yield Frame(at, _working_size(picture, colours), tuple(thumbnails))
        thumbnails.clear()


def _timed_pictures(
    container: InputContainer, limits: VideoLimits
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Pictures of the first video stream, with their times in seconds from the first one.

    Each is later than the last: what a file shows at the time of another picture is left out.
    """
    stream = _video_stream(container, limits.max_pixels)
    first: float | None = None
    last = -1.0
    for count, picture in enumerate(container.decode(stream), start=1):
        _require_small(picture.width * picture.height, limits.max_pixels)
        if count > limits.max_pictures:
            raise UnreadableFile(Reason.FILE_TOO_COSTLY)
        if picture.time is None:
            continue
        first = picture.time if first is None else first
        at = picture.time - first
        if at > limits.max_seconds:
            raise UnreadableFile(Reason.VIDEO_TOO_LONG)
        if at > last:
            yield at, picture
        last = max(at, last)
    if first is None:
        raise UnreadableFile(Reason.NOT_A_VIDEO)


def _video_stream(container: InputContainer, max_pixels: int) -> VideoStream:
    if not container.streams.video:
        raise UnreadableFile(Reason.NOT_A_VIDEO)
    stream: VideoStream = container.streams.video[0]
    _require_small(stream.width * stream.height, max_pixels)
    stream.codec_context.thread_count = 1
    # Pictures may grow past what the header said: FFmpeg does not decode larger ones.
    options = {"max_pixels": str(max_pixels)}
    if stream.width * stream.height > LARGE:
        # The edges of blocks that this leaves are gone at half the size (evaluation/liveness.md).
        options["skip_loop_filter"] = "all"
    stream.codec_context.options = options
    return stream


def _require_small(pixels: int, max_pixels: int) -> None:
    if pixels > max_pixels:
        raise UnreadableFile(Reason.VIDEO_TOO_LARGE)


def _thumbnail(picture: av.VideoFrame, colours: VideoReformatter) -> npt.NDArray[np.uint8]:
    plain = picture.format.name in LUMA_FIRST
    return thumbnail_of(_luma(picture) if plain else _converted(picture, colours, "gray"))


def thumbnail_of(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A grey picture (height, width) at the size of a thumbnail, (24, 32): means of its pixels.

    Of pictures with many rows some are averaged, not all.
    """
    if grey.size > LARGE:
        small = cv2.resize(_divisible(grey), THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)
    averaged = grey[:: max(1, len(grey) // THUMBNAIL_ROWS)]
    columns, rows = THUMBNAIL_SIZE
    if averaged.shape[0] % rows or averaged.shape[1] % columns:
        return np.rint(_means(averaged, rows, columns)).astype(np.uint8)
    return np.asarray(cv2.resize(averaged, THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _means(grey: npt.NDArray[np.uint8], rows: int, columns: int) -> npt.NDArray[np.float64]:
    """The means of so many parts of equal size, whose edges may run through pixels.

    From sums over all that is above and to the left (Crow, 1984): in half of the time in which
    OpenCV averages parts of pixels, with the same result.
    """
    height, width = grey.shape
    sums = cv2.integral(grey)
    sums = _between(sums, np.linspace(0, height, rows + 1))
    sums = _between(sums.T, np.linspace(0, width, columns + 1)).T
    parts = np.diff(np.diff(sums, axis=0), axis=1)
    return np.asarray(parts * (rows * columns / (height * width)))


def _between(
    values: npt.NDArray[np.float64 | np.int32], places: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Rows at some places between rows."""
    low = np.minimum(places.astype(int), len(values) - 2)
    share = (places - low)[:, None]
    return np.asarray(values[low] * (1 - share) + values[low + 1] * share)


def _divisible(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """`LARGE_ROWS` rows of a picture, and the most columns that are a multiple of a thumbnail's.

    Whole numbers of pixels are averaged ten times as fast as parts of them; at most 31 columns at
    the right are left out. Of a picture narrower than a thumbnail all columns are taken.
    """
    rows = (2 * np.arange(LARGE_ROWS) + 1) * len(grey) // (2 * LARGE_ROWS)
    columns = grey.shape[1] // THUMBNAIL_SIZE[0] * THUMBNAIL_SIZE[0] or grey.shape[1]
    return np.asarray(grey[rows, :columns])


def _luma(picture: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """The plane that is grey already: no conversion of the whole picture."""
    plane = picture.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _working_size(picture: av.VideoFrame, colours: VideoReformatter) -> RGB:
    """The picture upright in RGB, at most 640 px a side."""
    scale = min(1.0, WORKING_SIDE / max(picture.width, picture.height))
    image = _converted(picture, colours, "rgb24", scale)
    quarter_turns = round((picture.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(image, quarter_turns))


def _converted(
    picture: av.VideoFrame, colours: VideoReformatter, format_name: str, scale: float = 1.0
) -> npt.NDArray[np.uint8]:
    """The picture in another format and size, by one thread: a confined process starts none."""
    converted = colours.reformat(
        picture,
        width=max(1, round(picture.width * scale)),
        height=max(1, round(picture.height * scale)),
        format=format_name,
        interpolation=Interpolation.AREA,
        threads=1,
    )
    return np.asarray(converted.to_ndarray(), np.uint8)

"""A face video -> frames with their times, bounded in bytes, pixels and seconds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from core.files import NO_PROTOCOL, UnreadableFile, VideoLimits, require_size
from core.reasons import Reason
from kyc.face.picture import RGB

WORKING_SIDE = 640  # px
THUMBNAIL_SIZE = 32, 24  # width and height, px
LUMA_FIRST = ("yuv420p", "yuvj420p", "nv12")  # 8 bits a sample
SAME_TIME = 1e-6  # s: times of frames are rounded
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


def sampled_frames(
    content: bytes, per_second: Callable[[float], float], limits: VideoLimits
) -> Iterator[Frame]:
    """Frames, RGB, at most 640 px a side, as many a second as `per_second` asks for at a time.

    Raises `UnreadableFile`: `file_empty`, `file_too_large`, `not_a_video`, `video_too_long`,
    `video_too_large`; also after some frames.
    """
    require_size(content, limits.max_bytes)
    try:
        with _open(content) as container:
            yield from _sample(container, per_second, limits)
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableFile(Reason.NOT_A_VIDEO) from error


def metadata_text(content: bytes) -> str:
    """Every text of a file's metadata in lower case, as what recorded it; "" where none.

    Raises `UnreadableFile`: `not_a_video`.
    """
    try:
        with _open(content) as container:
            texts = [*container.metadata.values()]
            for stream in container.streams:
                texts += stream.metadata.values()
            return " ".join(texts).lower()
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableFile(Reason.NOT_A_VIDEO) from error


def _open(content: bytes) -> InputContainer:
    container: InputContainer = av.open(
        io.BytesIO(content), metadata_errors="ignore", options=FFMPEG_OPTIONS
    )
    return container


def _sample(
    container: InputContainer, per_second: Callable[[float], float], limits: VideoLimits
) -> Iterator[Frame]:
    colours = VideoReformatter()  # shared: each picture would set up its own
    due = 0.0
    thumbnails: list[Thumbnail] = []
    for at, picture in _timed_pictures(container, limits):
        thumbnails.append(Thumbnail(at, _thumbnail(picture)))
        if at + SAME_TIME < due:
            continue
        due = at + 1 / per_second(at)
        yield Frame(at, _working_size(picture, colours), tuple(thumbnails))
        thumbnails.clear()


def _timed_pictures(
    container: InputContainer, limits: VideoLimits
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Pictures of the first video stream, with their times in seconds from the first one."""
    stream = _video_stream(container, limits.max_pixels)
    first: float | None = None
    for picture in container.decode(stream):
        if picture.time is None:
            continue
        first = picture.time if first is None else first
        at = picture.time - first
        if at > limits.max_seconds:
            raise UnreadableFile(Reason.VIDEO_TOO_LONG)
        yield at, picture
    if first is None:
        raise UnreadableFile(Reason.NOT_A_VIDEO)


def _video_stream(container: InputContainer, max_pixels: int) -> VideoStream:
    if not container.streams.video:
        raise UnreadableFile(Reason.NOT_A_VIDEO)
    stream: VideoStream = container.streams.video[0]
    if stream.width * stream.height > max_pixels:
        raise UnreadableFile(Reason.VIDEO_TOO_LARGE)
    stream.codec_context.thread_count = 1
    return stream


def _thumbnail(picture: av.VideoFrame) -> npt.NDArray[np.uint8]:
    grey = _luma(picture) if picture.format.name in LUMA_FIRST else picture.to_ndarray("gray")
    return np.asarray(cv2.resize(grey, THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _luma(picture: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """The plane that is grey already: no conversion of the whole picture."""
    plane = picture.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _working_size(picture: av.VideoFrame, colours: VideoReformatter) -> RGB:
    """The picture upright in RGB, at most 640 px a side."""
    scale = min(1.0, WORKING_SIDE / max(picture.width, picture.height))
    image = np.asarray(colours.reformat(picture, format="rgb24").to_ndarray(), np.uint8)
    quarter_turns = round((picture.rotation or 0) / 90) % 4
    image = np.ascontiguousarray(np.rot90(image, quarter_turns))
    if scale == 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))

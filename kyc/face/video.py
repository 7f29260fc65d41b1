"""A face video -> frames with their times, bounded in bytes, pixels and seconds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.reformatter import VideoReformatter

from kyc.face.picture import RGB

MOST_BYTES = 20 * 1024 * 1024
MOST_SECONDS = 20.0
MOST_PIXELS = 1920 * 1080 * 2
WORKING_SIDE = 640
GLANCE = 32, 24  # width and height of the small copy of each picture
LUMA_FIRST = ("yuv420p", "yuvj420p", "nv12")  # 8 bits a sample
# FFmpeg tries hundreds of formats, some of which open other files and addresses (playlists).
CONTAINERS = {"format_whitelist": "mov,matroska,avi,mpegts,flv,mpeg", "protocol_whitelist": ""}


class UnreadableVideo(Exception):
    """The file cannot be watched as a video; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Glance:
    """Any picture of a video, also one that is not looked at: its time and a small grey copy."""

    at: float
    grey: npt.NDArray[np.uint8]  # (24, 32)


@dataclass(frozen=True)
class Frame:
    """One picture, its time in seconds from the video's first one, and the pictures up to it."""

    at: float
    image: RGB
    glances: tuple[Glance, ...]


def sampled_frames(content: bytes, per_second: Callable[[float], float]) -> Iterator[Frame]:
    """Frames, RGB, at most 640 px a side, as many a second as `per_second` wants at a time.

    Raises `UnreadableVideo`: `file_empty`, `file_too_large`, `not_a_video`, `video_too_long`,
    `video_too_large`.
    """
    if not content:
        raise UnreadableVideo("file_empty")
    if len(content) > MOST_BYTES:
        raise UnreadableVideo("file_too_large")
    try:
        with _opened(content) as container:
            if not container.streams.video:
                raise UnreadableVideo("not_a_video")
            stream = container.streams.video[0]
            if stream.width * stream.height > MOST_PIXELS:
                raise UnreadableVideo("video_too_large")
            stream.codec_context.thread_count = 1
            colours = VideoReformatter()  # kept: each picture would set up its own
            first: float | None = None
            due = 0.0
            glances: list[Glance] = []
            for picture in container.decode(stream):
                if picture.time is None:
                    continue
                first = picture.time if first is None else first
                at = picture.time - first
                if at > MOST_SECONDS:
                    raise UnreadableVideo("video_too_long")
                glances.append(Glance(at, _glance(picture)))
                if at + 1e-6 < due:
                    continue
                due = at + 1 / per_second(at)
                yield Frame(at, _small(picture, colours), tuple(glances))
                glances.clear()
            if first is None:
                raise UnreadableVideo("not_a_video")
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableVideo("not_a_video") from error


def _opened(content: bytes) -> InputContainer:
    container: InputContainer = av.open(
        io.BytesIO(content), metadata_errors="ignore", options=CONTAINERS
    )
    return container


def written_by(content: bytes) -> str:
    """Every text that the file carries about what recorded it, in lower case; "" where none.

    Raises `UnreadableVideo` as `sampled_frames` does.
    """
    try:
        with _opened(content) as container:
            texts = [*container.metadata.values()]
            for stream in container.streams:
                texts += stream.metadata.values()
            return " ".join(texts).lower()
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableVideo("not_a_video") from error


def _glance(picture: av.VideoFrame) -> npt.NDArray[np.uint8]:
    grey = _luma(picture) if picture.format.name in LUMA_FIRST else picture.to_ndarray("gray")
    return np.asarray(cv2.resize(grey, GLANCE, interpolation=cv2.INTER_AREA), np.uint8)


def _luma(picture: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """The plane that is grey already: no conversion of the whole picture."""
    plane = picture.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _small(picture: av.VideoFrame, colours: VideoReformatter) -> RGB:
    scale = min(1.0, WORKING_SIDE / max(picture.width, picture.height))
    image = np.asarray(colours.reformat(picture, format="rgb24").to_ndarray(), np.uint8)
    turns = round((picture.rotation or 0) / 90) % 4
    image = np.ascontiguousarray(np.rot90(image, turns))
    if scale == 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))

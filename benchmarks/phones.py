"""Evidence as phones make it: photos of 12 megapixels, videos of 1080 lines at 30 a second.

What the demo draws and plays is drawn larger and filmed smoothly; the sensor's noise is added and
the file is written as cameras write it. Nothing is known of a lens, and light is even.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from demo.actor import FRAMES_A_SECOND
from kyc.face.picture import RGB

PHOTO_SIZE = 4000, 3000  # px, of a sensor of 12 megapixels
PHOTO_QUALITY = 92
PHOTO_NOISE, VIDEO_NOISE = 4.0, 3.0  # grey levels of 255, standard deviation
ON_ITS_SIDE = 6  # EXIF orientation: to be turned by a quarter clockwise, as of phones held upright
ORIENTATION = 0x0112  # the tag of EXIF
FILLED = 0.86  # of the photo's width or height, by the sheet
DARKEST, LIGHTEST = 0.82, 1.04  # light across the table
TABLE = 96, 82, 70
ASKEW = 0.02  # of the photo's width, by which corners are off
VIDEO_SIZE = 1920, 1080
VIDEO_RATE = 30
# Phones' encoders have no pictures that build on later ones, and a key picture a second.
VIDEO_OPTIONS = {"preset": "superfast", "bf": "0", "g": str(VIDEO_RATE), "b": "6000000"}


def phone_photo(sheet: RGB, seed: int) -> bytes:
    """A JPEG of 12 megapixels of a sheet, held upright: stored on its side, as EXIF says."""
    chance = np.random.default_rng(seed)
    height, width = PHOTO_SIZE  # as it is seen
    place = _places(sheet, (width, height), chance)
    matrix = cv2.getPerspectiveTransform(_corners(sheet.shape[1], sheet.shape[0]), place)
    photo = np.full((height, width, 3), TABLE, np.uint8)
    cv2.warpPerspective(
        sheet,
        matrix,
        (width, height),
        dst=photo,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    light = np.linspace(DARKEST, LIGHTEST, width, dtype=np.float32)[None, :, None]
    noise = chance.standard_normal(photo.shape, np.float32) * PHOTO_NOISE
    lit = np.clip(cv2.GaussianBlur(photo, (0, 0), 1.2) * light + noise, 0, 255).astype(np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = ON_ITS_SIDE
    file = io.BytesIO()
    Image.fromarray(np.rot90(lit)).save(
        file, "JPEG", quality=PHOTO_QUALITY, subsampling="4:2:0", exif=exif
    )
    return file.getvalue()


def phone_video(pictures: Sequence[RGB], seconds: float) -> bytes:
    """H.264 of 1080 lines at 30 a second, from pictures at the actor's twelve."""
    chance = np.random.default_rng(0)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=VIDEO_RATE)
        stream.width, stream.height = VIDEO_SIZE
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, VIDEO_RATE)
        stream.options = VIDEO_OPTIONS
        stream.codec_context.thread_count = 1
        shown = itertools.islice(_filmed(pictures, chance), round(seconds * VIDEO_RATE))
        for number, image in enumerate(shown):
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, VIDEO_RATE)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return file.getvalue()


def _places(
    sheet: RGB, size: tuple[int, int], chance: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Where the corners of a sheet lie in a photo: as large as it fits, a little askew."""
    scale = FILLED * min(size[0] / sheet.shape[1], size[1] / sheet.shape[0])
    corners = _corners(sheet.shape[1], sheet.shape[0]) * scale
    middle = np.array(size, np.float32) / 2 - corners[2] / 2
    moved = chance.uniform(-ASKEW, ASKEW, (4, 2)) * size[0]
    return np.asarray(corners + middle + moved, np.float32)


def _corners(width: int, height: int) -> npt.NDArray[np.float32]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _filmed(pictures: Sequence[RGB], chance: np.random.Generator) -> Iterator[RGB]:
    """Pictures at the camera's rate and size, each with noise of its own; the last one stays."""
    width, height = VIDEO_SIZE
    noise = chance.standard_normal((height + 64, width + 64, 1), np.float32) * VIDEO_NOISE
    for number in itertools.count():
        at = min(number * FRAMES_A_SECOND / VIDEO_RATE, len(pictures) - 1.0)
        before, share = int(at), at % 1
        after = min(before + 1, len(pictures) - 1)
        image = cv2.addWeighted(pictures[before], 1 - share, pictures[after], share, 0)
        y, x = chance.integers(0, 64, 2)
        grain = noise[y : y + height, x : x + width]
        yield np.clip(_widened(image, width, height) + grain, 0, 255).astype(np.uint8)


def _widened(image: RGB, width: int, height: int) -> RGB:
    """The picture in a wider one of this height, its edges drawn out."""
    scale = height / image.shape[0]
    large = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    space = width - large.shape[1]
    return np.asarray(
        cv2.copyMakeBorder(large, 0, 0, space // 2, space - space // 2, cv2.BORDER_REFLECT)
    )

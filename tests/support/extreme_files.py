"""Files that decoders read, and that no camera and no microphone makes; each made here."""

from __future__ import annotations

import io
import random
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

RATE = 16_000


def photos(font: Path) -> Iterator[tuple[str, bytes]]:
    """Pictures of odd shapes, colours and contents, by name; `font` is for one full of text."""
    chance = np.random.default_rng(1)
    yield "full of characters", _jpeg(_crowded(font))
    yield "a line across", _png(np.full((300, 60_000), 255, np.uint8))
    yield "a line down", _png(np.full((60_000, 300), 255, np.uint8))
    yield "all black", _png(np.zeros((1200, 1600, 3), np.uint8))
    yield "all white", _png(np.full((1200, 1600), 255, np.uint8))
    yield "noise", _png(chance.integers(0, 256, (1400, 2000, 3), np.uint8))
    yield "a chequered board", _png(_chequered(1600, 2200, 8))
    yield "a fine chequered board", _png(_chequered(1600, 2200, 3))
    yield "stripes", _png(np.tile(np.repeat([0, 255], 12), (1600, 92)).astype(np.uint8))
    yield "sixteen bits", _png(chance.integers(0, 2**16, (400, 400), np.uint16))
    yield "four colours of print", _jpeg(Image.new("CMYK", (640, 480), (10, 200, 30, 40)))
    yield "one bit", _png(chance.integers(0, 2, (500, 700)).astype(bool))
    yield "as small as may be", _png(np.full((300, 300), 200, np.uint8))


def recordings() -> Iterator[tuple[str, bytes]]:
    """Sounds of odd lengths and contents, by name."""
    chance = np.random.default_rng(2)
    yield "one sample", _wav(np.zeros(1))
    yield "a tenth of a second", _wav(chance.normal(0, 0.1, RATE // 10))
    yield "silence", _wav(np.zeros(20 * RATE))
    yield "a minute of noise", _wav(chance.normal(0, 0.3, 59 * RATE))
    yield "clipped", _wav(np.sign(np.sin(np.arange(10 * RATE))))
    yield "a tone", _wav(0.5 * np.sin(np.arange(59 * RATE) * 0.1))
    yield "clicks", _wav((np.arange(30 * RATE) % 1600 == 0).astype(float))


def videos() -> Iterator[tuple[str, bytes]]:
    """Clips of odd shapes, lengths and contents, by name."""
    chance = np.random.default_rng(3)
    yield "one picture", _mp4([np.zeros((240, 320, 3), np.uint8)])
    yield "a line across", _mp4([np.full((16, 2048, 3), 90, np.uint8)] * 40)
    yield "a line down", _mp4([np.full((2048, 16, 3), 90, np.uint8)] * 40)
    yield "two by two", _mp4([np.full((2, 2, 3), 90, np.uint8)] * 40)
    noise = chance.integers(0, 256, (240, 320, 3), np.uint8)
    yield "noise", _mp4([np.roll(noise, shift, axis=1) for shift in range(0, 200, 2)])


def _chequered(height: int, width: int, side: int) -> npt.NDArray[np.uint8]:
    rows, columns = np.indices((height, width)) // side
    return np.asarray((rows + columns) % 2 * 255, np.uint8)


def _crowded(font: Path) -> Image.Image:
    """A page of some 8,000 characters, as small as can be read."""
    page, chance = Image.new("RGB", (2200, 1600), "white"), random.Random(1)
    letters = ImageFont.truetype(font, 18)
    drawing = ImageDraw.Draw(page)
    for top in range(5, 1580, 24):
        line = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(118))
        drawing.text((10, top), line, "black", letters)
    return page


def _png(pixels: npt.NDArray[Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _jpeg(photo: Image.Image) -> bytes:
    file = io.BytesIO()
    photo.save(file, "JPEG")
    return file.getvalue()


def _wav(samples: npt.NDArray[np.floating[Any]]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _mp4(pictures: list[npt.NDArray[np.uint8]]) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()

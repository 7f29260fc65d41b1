"""Evidence as phones make it has the form that phones give it."""

from __future__ import annotations

import io
import itertools

import av
import numpy as np
import pytest
from av.video.frame import PictureType
from PIL import Image, ImageOps

from benchmarks.phones import ON_ITS_SIDE, ORIENTATION, phone_photo, phone_video


def test_a_photo_has_twelve_megapixels_and_is_stored_on_its_side() -> None:
    sheet = np.full((600, 1000, 3), 250, np.uint8)
    sheet[:100] = (200, 30, 30)
    with Image.open(io.BytesIO(phone_photo(sheet, 1))) as photo:
        assert photo.size == (4000, 3000)
        assert photo.getexif()[ORIENTATION] == ON_ITS_SIDE
        seen = np.asarray(ImageOps.exif_transpose(photo)).astype(int)
    assert seen.shape == (4000, 3000, 3)
    column = seen[:, 1500]
    red = np.flatnonzero(column[:, 0] - column[:, 1] > 100)
    white = np.flatnonzero(column.min(1) > 180)
    assert red.max() < white.min() + 60  # its upper edge is above


def test_a_video_has_thirty_pictures_a_second_that_build_on_earlier_ones_alone() -> None:
    pictures = [np.full((288, 360, 3), 40 + 15 * number, np.uint8) for number in range(12)]
    with av.open(io.BytesIO(phone_video(pictures, 0.5))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 1920, 1080)
        shown = list(container.decode(stream))
    assert [picture.time for picture in shown] == pytest.approx([n / 30 for n in range(15)])
    assert PictureType.B not in {picture.pict_type for picture in shown}
    lights = [picture.to_ndarray(format="gray").mean() for picture in shown]
    assert all(later > earlier for earlier, later in itertools.pairwise(lights))

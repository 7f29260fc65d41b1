"""What the page's modules compute: recordings, faults of devices, looks of a paper, the shutter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.modules import evaluate

EVERYTHING = (
    "video/webm;codecs=h264", "video/webm;codecs=vp8", "video/webm;codecs=vp9",
    "video/webm;codecs=av1", "video/mp4", "video/mp4;codecs=avc1.42E01E", "audio/webm;codecs=opus",
    "audio/mp4",
)  # fmt: skip
# A sheet with black lines of print on a dark table, as grey values of 320 x 240.
SHEET = """
(() => {
  const grey = new Uint8Array(320 * 240).fill(TABLE);
  for (let y = 40; y < 200; y++) for (let x = 33; x < 287; x++) {
    const printed = y > 80 && y < 160 && x > 80 && x < 240 && y % 12 < 4 && x % 7 < 3;
    grey[y * 320 + x] = printed ? INK : PAPER;
  }
  for (let y = 80; y < 140; y++) for (let x = 100; x < 100 + LAMP; x++) grey[y * 320 + x] = 255;
  return it.hintOf(it.measure(grey, 320, 240, { left: 33, top: 40, width: 254, height: 160 }));
})()
"""


def video_type(supported: tuple[str, ...], *, webkit: bool = False) -> str:
    given = f"(one) => {json.dumps(supported)}.includes(one)"
    return str(evaluate("recorder.js", f"it.videoType({given}, {json.dumps(webkit)})"))


def hint(**grey: int) -> Any:
    code = SHEET
    for name, value in ({"table": 60, "paper": 200, "ink": 40, "lamp": 0} | grey).items():
        code = code.replace(name.upper(), str(value))
    return evaluate("quality.js", code)


def test_h264_goes_before_vp8_and_nothing_else_before_them() -> None:
    assert video_type(EVERYTHING) == "video/webm;codecs=h264"
    assert video_type(tuple(EVERYTHING[1:])) == "video/webm;codecs=vp8"


def test_vp9_and_av1_are_never_asked_for() -> None:
    slow = ("video/webm;codecs=vp9", "video/webm;codecs=av1")
    assert video_type(slow) == ""


def test_webkit_records_mp4_though_it_claims_webm() -> None:
    assert video_type(EVERYTHING, webkit=True) == "video/mp4;codecs=avc1.42E01E"


@pytest.mark.parametrize(("webkit", "kind"), [("false", "audio/webm"), ("true", "audio/mp4")])
def test_voices_are_recorded_as_the_browser_can(webkit: str, kind: str) -> None:
    chosen = evaluate("recorder.js", f"it.audioType(() => true, {webkit})")
    assert chosen.startswith(kind)


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("NotAllowedError", "denied"),
        ("SecurityError", "denied"),
        ("NotFoundError", "absent"),
        ("NotReadableError", "busy"),
        ("AbortError", "busy"),
        ("TrackStartError", "busy"),
        ("OverconstrainedError", None),
    ],
)
def test_what_a_device_says_has_one_of_four_meanings(name: str, trouble: str | None) -> None:
    assert evaluate("camera.js", f'it.troubleOf("{name}")') == trouble


def test_a_sharp_sheet_in_the_frame_is_good() -> None:
    assert hint() is None


@pytest.mark.parametrize(
    ("grey", "expected"),
    [
        ({"table": 10, "paper": 30, "ink": 5}, "dark"),
        ({"table": 198}, "edges"),
        ({"lamp": 60}, "glare"),
        ({"ink": 199}, "blurred"),
    ],
    ids=["in the dark", "no edge", "a lamp", "no print to see"],
)
def test_what_is_wrong_is_said(grey: dict[str, int], expected: str) -> None:
    assert hint(**grey) == expected


@pytest.mark.parametrize(
    ("hints", "fires", "free"),
    [
        ([], False, False),
        ([None, None], False, False),
        ([None, None, None], True, False),
        (["glare", None, None, None], True, False),
        ([None, None, "glare"], False, False),
        (["glare", "blurred"], False, False),
        (["glare", "blurred", "glare"], False, True),
    ],
)
def test_the_shutter_is_the_owners_after_two_hints_of_one_kind(
    hints: list[str | None], fires: bool, free: bool
) -> None:
    said = evaluate("quality.js", f"it.shutter({json.dumps(hints)}, 3)")
    assert said == {"fires": fires, "free": free}


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ((0.0, 0.0, 0.2, 0.2), "top_left"),
        ((0.4, 0.4, 0.6, 0.6), "middle_centre"),
        ((0.2, 0.0, 0.8, 0.1), "top_centre"),
        ((0.9, 0.5, 1.0, 1.0), "bottom_right"),
    ],
)
def test_where_a_region_is_has_a_name(region: tuple[float, ...], place: str) -> None:
    assert evaluate("regions.js", f"it.placeOn({named(region)})") == place


def test_a_region_is_drawn_with_some_space_and_never_outside_the_photo() -> None:
    spaced = evaluate("regions.js", f"it.spaced({named((0.0, 0.3, 0.5, 1.0))})")
    assert spaced == pytest.approx({"left": 0, "top": 0.28, "right": 0.52, "bottom": 1})


def test_an_outline_has_the_sides_of_its_region() -> None:
    outline = evaluate("regions.js", f"it.outline({named((0.1, 0.2, 0.5, 0.75))})")
    assert outline == "M0.1 0.2H0.5V0.75H0.1Z"


def named(region: tuple[float, ...]) -> str:
    return json.dumps(dict(zip(("left", "top", "right", "bottom"), region, strict=True)))

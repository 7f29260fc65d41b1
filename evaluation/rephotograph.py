"""`kaihu photograph-again`: another set of documents, out of the sheets of one that is there.

Each sheet of a set is laid flat by its true corners and photographed anew: another desk, turn,
perspective, light, focus, noise and compression, on paper or on a screen with its dots. The truth
stays; what a new photo cannot keep (cut-off sheets, several on a picture, the hardest level) is
left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.files import PhotoLimits
from core.reasons import Reason
from ocr.document_types import LABELS
from ocr.geometry import Pixels
from ocr.preprocess.decode import decode_photo

LANDSCAPE, PORTRAIT = (1920, 1440), (1440, 1920)
DOT = 4  # px of a drawn screen's dot
SCREEN_SIDE = 1000  # dots, the longer side of a sheet on a screen
SPACE = 8  # px between a sheet and the picture's edge

# A photo of a photo cannot keep these.
LOST = {Reason.INCOMPLETE, Reason.SCREEN_RECAPTURE, Reason.MULTIPLE_DOCUMENTS}

Chance = np.random.Generator
Points = NDArray[np.float64]


def photograph_again(data: Path, out: Path, seed: int, limits: PhotoLimits, *, screen: bool) -> int:
    """Write a set of the same form under `out`; how many photos it has."""
    chance = np.random.default_rng(seed)
    folder = out / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for number, truth in enumerate(json.loads((data / "documents/truth.json").read_text("utf-8"))):
        if not fits(truth, screen=screen):
            continue
        sheet = flat_sheet(truth, data / "documents", limits)
        photo = _of_screen(sheet, chance) if screen else of_paper(sheet, chance)
        file = f"again_{number:03d}.jpg"
        Image.fromarray(photo).save(folder / file, quality=int(chance.integers(72, 93)))
        flags = [Reason.SCREEN_RECAPTURE] if screen else truth["flags"]
        kept.append({**truth, "file": file, "flags": flags, "exif_orientation": 1})
    (folder / "truth.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    return len(kept)


def fits(truth: dict[str, Any], *, screen: bool) -> bool:
    """Whether another photo of a sheet keeps its truth."""
    lost = LOST & set(truth["flags"])
    known = truth["kind"] in LABELS
    return known and truth["level"] < 3 and not lost and not (screen and truth["flags"])


def flat_sheet(truth: dict[str, Any], folder: Path, limits: PhotoLimits) -> Pixels:
    """The sheet of a photo, laid flat by its true corners, uint8 (height, width, 3)."""
    photo = decode_photo((folder / truth["file"]).read_bytes(), limits)
    corners = np.array(truth["quad"]) * (max(photo.shape[:2]) / max(truth["size"]))
    across = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    down = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    size = (int(across), int(down))
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), _outline(*size))
    return np.asarray(cv2.warpPerspective(photo, matrix, size, flags=cv2.INTER_CUBIC), np.uint8)


def _outline(width: float, height: float) -> NDArray[np.float32]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


@dataclass(frozen=True)
class Placing:
    """How a sheet comes to lie in a picture: its homography (3, 3) and the picture's size, px."""

    to_photo: NDArray[np.float64]
    frame: tuple[int, int]


def placed_by_chance(size: tuple[int, int], chance: Chance) -> Placing:
    """A sheet of a size, turned and in perspective."""
    frame = LANDSCAPE if chance.random() < 0.6 else PORTRAIT
    turn = float(chance.choice([0, 0, 0, 90, 180, 270]) + chance.uniform(-18, 18))
    return Placing(_placed(size, frame, turn, chance), frame)


def of_paper(sheet: Pixels, chance: Chance, placing: Placing | None = None) -> Pixels:
    """The sheet on a desk, with its shadow, in uneven light."""
    height, width = sheet.shape[:2]
    placing = placing or placed_by_chance((width, height), chance)
    matrix, frame = placing.to_photo, placing.frame
    inside = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, frame)[..., None]
    shadow = cv2.GaussianBlur(np.roll(inside[..., 0], (9, 7), (0, 1)), (0, 0), 9)[..., None]
    seen = cv2.warpPerspective(sheet, matrix, frame, flags=cv2.INTER_AREA).astype(np.float32)
    photo = _desk(frame, chance) * (1 - 0.4 * shadow) * (1 - inside) + seen * inside
    across = _ramp(frame[0], chance)[None, :, None]
    down = _ramp(frame[1], chance)[:, None, None]
    tint = np.array([chance.uniform(0.93, 1.05), 1, chance.uniform(0.88, 1.05)])
    photo = cv2.GaussianBlur(photo * across * down * tint, (0, 0), chance.uniform(0.3, 0.9))
    return _grainy(photo, chance.uniform(1, 5), chance)


def _ramp(length: int, chance: Chance) -> NDArray[np.float64]:
    return np.linspace(chance.uniform(0.78, 1.05), chance.uniform(0.78, 1.05), length)


def _of_screen(sheet: Pixels, chance: Chance) -> Pixels:
    """The sheet shown by red, green and blue dots, and taken off the screen."""
    scale = SCREEN_SIDE / max(sheet.shape[:2])
    shown = cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = shown.shape[:2]
    dots = np.zeros((DOT, DOT, 3), np.float32)
    for channel in range(3):
        dots[: DOT - 1, channel : channel + 2, channel] = 1.6
    depth = chance.uniform(0.35, 0.9)
    large = np.repeat(np.repeat(shown, DOT, 0), DOT, 1).astype(np.float32)
    large = np.clip(large * (1 - depth + depth * np.tile(dots, (height, width, 1))), 0, 255)
    frame = LANDSCAPE if width > height else PORTRAIT
    size = (width * DOT, height * DOT)
    matrix = _placed(size, frame, float(chance.uniform(-9, 9)), chance)
    lens = 0.45 * max(size) / max(frame)
    large = cv2.GaussianBlur(large, (0, 0), lens)
    photo = cv2.warpPerspective(large, matrix, frame, borderValue=(18, 18, 20))
    return _grainy(photo * chance.uniform(0.85, 1.1), chance.uniform(1, 4), chance)


def _placed(
    size: tuple[int, int], frame: tuple[int, int], turn: float, chance: Chance
) -> NDArray[np.float64]:
    """Where a sheet of `size` comes to lie in a picture, turned and in perspective."""
    angle = np.radians(turn)
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners: Points = (_outline(*size) - np.array(size) / 2) @ rotate
    fits = min(np.array(frame) / np.ptp(corners, axis=0))
    corners = corners * fits * chance.uniform(0.72, 0.95)
    corners += chance.uniform(-0.03, 0.03, (4, 2)) * np.ptp(corners, axis=0).max()
    corners += np.array(frame) / 2
    corners += np.maximum(SPACE - corners.min(0), 0)
    corners -= np.maximum(corners.max(0) - np.array(frame) + SPACE, 0)
    return np.asarray(cv2.getPerspectiveTransform(_outline(*size), corners.astype(np.float32)))


def _desk(frame: tuple[int, int], chance: Chance) -> NDArray[np.float32]:
    width, height = frame
    grain = chance.normal(0, 40, (height, width)).astype(np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), chance.uniform(1, 8)) * chance.uniform(0.5, 2)
    stripes = np.sin(np.arange(width) / chance.uniform(5, 60)) * chance.uniform(0, 12)
    desk = chance.uniform(30, 200, 3) + (grain + stripes[None, :])[..., None]
    return np.asarray(desk, np.float32)


def _grainy(photo: NDArray[Any], noise: float, chance: Chance) -> Pixels:
    return np.asarray(np.clip(photo + chance.normal(0, noise, photo.shape), 0, 255), np.uint8)

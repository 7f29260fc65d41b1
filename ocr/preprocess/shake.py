"""Photos of a hand that moved: how it moved, and the photo as it would be without.

While the shutter was open every point drew the same short line. The logarithm of such a photo's
power spectrum has the line's zeros as a pattern, and its transform, the cepstrum, a negative peak
at the line's end (Cannon, "Blind deconvolution of spatially invariant image blurs with phase",
IEEE Trans. ASSP 1976). With the line known, Wiener's filter takes it out again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Pixels

BLOCK = 256  # px: squares whose spectra are averaged (Welch, 1967)
MIN_DEVIATION = 6.0  # grey levels: squares of blank paper say nothing of the line
SMOOTHED = 1.2  # px, before gradients: the sensor's noise has no direction
PEAK_SMOOTHED = 0.8  # px of the cepstrum
LITTLE = 1e-3  # power, so that none is 0
PADDING = 64  # px around the photo, mirrored: its edges would ring

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ShakeRules:
    """Which photos count as shaken, and how they are restored; from the policy.

    `max_anisotropy`: the least variance of a photo's gradient in any direction over the greatest;
    print without shake has about as much in all. A line is between `min_px` and `max_px` long.
    `noises` of the photo over its signal, in power, are what filters are made for, the likeliest
    first.
    """

    max_anisotropy: float
    min_px: float
    max_px: float
    noises: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for lengths that no square shows, and for noises of 0 and less."""
        if not 1 < self.min_px < self.max_px < BLOCK // 2 - 1 or min(self.noises, default=1) <= 0:
            raise ValueError("lengths or noises of a shake are out of range")


@dataclass(frozen=True)
class Shake:
    """The line that every point drew: its length in px, and its angle from the x axis, radians."""

    length: float
    angle: float


def steadied(photo: Pixels, rules: ShakeRules) -> Iterator[Pixels]:
    """A shaken photo, uint8 (height, width, 3), as it would be without, by each filter."""
    shake = shake_of(photo, rules)
    if shake is not None:
        yield from (without(shake, photo, noise) for noise in rules.noises)


def shake_of(photo: Pixels, rules: ShakeRules) -> Shake | None:
    """How a photo was shaken; None where its gradient has no direction, or it is too small."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    if min(grey.shape) < BLOCK or _anisotropy(grey) > rules.max_anisotropy:
        return None
    spectra = [np.abs(np.fft.fft2(square)) ** 2 for square in _squares(grey)]
    if not spectra:
        return None
    cepstrum = np.fft.ifft2(np.log(np.mean(spectra, axis=0) + LITTLE)).real
    return _negative_peak(np.fft.fftshift(cepstrum).astype(np.float32), rules)


def without(shake: Shake, photo: Pixels, noise: float) -> Pixels:
    """The photo without a shake, by Wiener's filter, in each channel."""
    height, width = photo.shape[:2]
    rows, columns = (cv2.getOptimalDFTSize(side + 2 * PADDING) for side in (height, width))
    framed = cv2.copyMakeBorder(
        photo,
        PADDING,
        rows - height - PADDING,
        PADDING,
        columns - width - PADDING,
        cv2.BORDER_REFLECT,
    )
    transfer = np.fft.rfft2(_kernel(shake, rows, columns))
    inverse = np.conj(transfer) / (np.abs(transfer) ** 2 + noise)
    channels = [
        np.fft.irfft2(np.fft.rfft2(channel.astype(np.float32)) * inverse, s=(rows, columns))
        for channel in cv2.split(framed)
    ]
    inside = slice(PADDING, PADDING + height), slice(PADDING, PADDING + width)
    restored = np.stack([channel[inside] for channel in channels], axis=2)
    return np.asarray(np.clip(np.rint(restored), 0, 255), np.uint8)


def _anisotropy(grey: npt.NDArray[np.uint8]) -> float:
    """The lesser eigenvalue of the structure tensor over the greater, 0..1; 1 of a blank photo."""
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), SMOOTHED)
    x, y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    xx, yy, xy = float((x * x).mean()), float((y * y).mean()), float((x * y).mean())
    middle, apart = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    return (middle - apart) / (middle + apart) if middle > 0 else 1.0


def _squares(grey: npt.NDArray[np.uint8]) -> Iterator[Floats]:
    """Overlapping squares of a photo that show something, less their means, windowed."""
    window = np.outer(np.hanning(BLOCK), np.hanning(BLOCK)).astype(np.float32)
    height, width = grey.shape
    for top in range(0, height - BLOCK + 1, BLOCK // 2):
        for left in range(0, width - BLOCK + 1, BLOCK // 2):
            square = grey[top : top + BLOCK, left : left + BLOCK].astype(np.float32)
            if square.std() >= MIN_DEVIATION:
                yield (square - square.mean()) * window


def _negative_peak(cepstrum: Floats, rules: ShakeRules) -> Shake | None:
    """The line at whose end a centred cepstrum is least; None of a flat one."""
    smooth = cv2.GaussianBlur(cepstrum, (0, 0), PEAK_SMOOTHED)
    y, x = np.mgrid[:BLOCK, :BLOCK] - BLOCK // 2
    radius = np.hypot(x, y)
    half = (x > 0) | ((x == 0) & (y > 0))  # the other half mirrors it
    looked_at = half & (radius >= rules.min_px) & (radius <= rules.max_px)
    row, column = np.unravel_index(np.argmin(np.where(looked_at, smooth, np.inf)), smooth.shape)
    around = slice(row - 1, row + 2), slice(column - 1, column + 2)
    depth = smooth[around].max() - smooth[around]
    if not depth.any():
        return None
    right = float((depth * x[around]).sum() / depth.sum())
    down = float((depth * y[around]).sum() / depth.sum())
    return Shake(math.hypot(right, down), math.atan2(down, right))


def _kernel(shake: Shake, rows: int, columns: int) -> Floats:
    """The line as a point spread function whose middle is the first pixel, (rows, columns)."""
    y = np.fft.fftfreq(rows, 1 / rows)[:, None]
    x = np.fft.fftfreq(columns, 1 / columns)[None]
    along = np.abs(x * math.cos(shake.angle) + y * math.sin(shake.angle))
    across = np.abs(y * math.cos(shake.angle) - x * math.sin(shake.angle))
    line = np.clip((shake.length + 1) / 2 - along, 0, 1) * np.clip(1 - across, 0, 1)
    return np.asarray(line / line.sum(), np.float32)

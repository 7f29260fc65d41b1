"""Detection error trade-off curves (ISO/IEC 19795-1) as SVG, on normal deviate axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from xml.sax.saxutils import escape

import numpy as np

from evaluation.rates import Labels, Scores

TICKS = (1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4)
SIDE, MARGIN = 480, 60
COLOURS = ("#0b6", "#06c", "#c40", "#808", "#666")
POINTS = 400
_DEVIATE = NormalDist().inv_cdf


@dataclass
class Curves:
    """Score lists by name, drawn together."""

    lines: dict[str, tuple[Scores, Labels]] = field(default_factory=dict)

    def add(self, name: str, scores: Scores, same: Labels) -> None:
        """Add the scores of a comparison, and which of them are of one person."""
        self.lines[name] = (scores, same)

    def svg(self, title: str, across: str, up: str) -> str:
        """False acceptance across, false rejection up, each from 1e-5 to 0.4."""
        parts = [_text(SIDE / 2 + MARGIN, 24, title), _text(SIDE / 2 + MARGIN, SIDE + 112, across)]
        parts.append(_text(14, SIDE / 2 + MARGIN, up, ' transform="rotate(-90 14 300)"'))
        for tick in TICKS:
            x, y = _place(tick, tick)
            parts.append(f'<path d="M{x:.1f} {MARGIN}v{SIDE}M{MARGIN} {y:.1f}h{SIDE}" class="g"/>')
            parts += [_text(x, SIDE + 80, f"{tick:g}"), _text(MARGIN - 24, y + 4, f"{tick:g}")]
        for (name, (scores, same)), colour in zip(self.lines.items(), COLOURS, strict=False):
            points = " ".join("{:.1f},{:.1f}".format(*_place(*p)) for p in _rates(scores, same))
            parts.append(f'<polyline points="{points}" stroke="{colour}" class="l"/>')
            row = MARGIN + 20 + 18 * list(self.lines).index(name)
            parts.append(_text(SIDE + 20, row, name, f' fill="{colour}"'))
        size = SIDE + 2 * MARGIN
        style = (
            "text{font:12px sans-serif;text-anchor:middle}"
            ".g{stroke:#ddd}.l{fill:none;stroke-width:2}"
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>'
            f"{''.join(parts)}</svg>\n"
        )


def _rates(scores: Scores, same: Labels) -> list[tuple[float, float]]:
    """(false acceptance, false rejection) along the thresholds that matter."""
    others, own = np.sort(scores[~same]), np.sort(scores[same])
    wanted = 1 - np.geomspace(TICKS[0], TICKS[-1], POINTS)
    thresholds = np.quantile(others, wanted)
    accepted = 1 - np.searchsorted(others, thresholds) / len(others)
    missed = np.searchsorted(own, thresholds) / len(own)
    return [(float(a), float(m)) for a, m in zip(accepted, missed, strict=True)]


def _place(across: float, up: float) -> tuple[float, float]:
    low, high = _DEVIATE(TICKS[0]), _DEVIATE(TICKS[-1])
    x, y = (
        (_DEVIATE(min(max(rate, TICKS[0]), TICKS[-1])) - low) / (high - low) * SIDE
        for rate in (across, up)
    )
    return MARGIN + x, MARGIN + SIDE - y


def _text(x: float, y: float, content: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{more}>{escape(content)}</text>'

"""Design tokens, as the pages' stylesheet declares them: custom properties of `:root`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LIGHT = re.compile(r"^:root\s*{([^}]*)}", re.MULTILINE)
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\)\s*{\s*:root\s*{([^}]*)}")
_DECLARATION = re.compile(r"--([\w-]+):\s*([^;]+);")


class TokensNotFound(Exception):
    """The stylesheet does not declare its tokens as it should."""


@dataclass(frozen=True)
class Tokens:
    """Values by name. `light` has all tokens, `dark` those that differ in the dark."""

    light: Mapping[str, str]
    dark: Mapping[str, str]

    @classmethod
    def of(cls, stylesheet: str) -> Tokens:
        """The tokens of a stylesheet. Raises `TokensNotFound`."""
        bare = _COMMENT.sub("", stylesheet)
        light, dark = _LIGHT.search(bare), _DARK.search(bare)
        if light is None or dark is None:
            raise TokensNotFound
        tokens = cls(dict(_DECLARATION.findall(light[1])), dict(_DECLARATION.findall(dark[1])))
        if not tokens.dark or not set(tokens.dark) <= set(tokens.light):
            raise TokensNotFound
        return tokens

    @property
    def colours(self) -> tuple[str, ...]:
        """Names of the colours: the tokens that have a value of their own in the dark."""
        return tuple(self.dark)

    def starting(self, prefix: str) -> tuple[str, ...]:
        """Names of a scale, such as `space-`."""
        return tuple(name for name in self.light if name.startswith(prefix))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, `#rrggbb`, 1..21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0..1 (WCAG 2.2)."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

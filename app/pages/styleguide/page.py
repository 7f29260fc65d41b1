"""The style guide, made once for each language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.messages.words import FILES, Language
from app.pages.assets import Assets
from app.pages.capture.page import NAMES, page_messages, page_template
from app.pages.capture.page import STATIC as CAPTURE_STATIC
from app.pages.packed import Packed
from app.pages.styleguide.tokens import Tokens, contrast

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
LOOKS = "looks.css"  # made of the tokens: both looks stand on one page
TEXT, MARK = 4.5, 3.0  # least contrasts, WCAG 2.2 AA: of text (1.4.3), of controls (1.4.11)


@dataclass(frozen=True)
class Pair:
    """A colour on a ground, and the contrast that it needs."""

    colour: str
    ground: str
    needed: float


PAIRS = (
    Pair("ink", "ground", TEXT),
    Pair("ink", "raised", TEXT),
    Pair("ink", "note-ground", TEXT),
    Pair("soft", "ground", TEXT),
    Pair("soft", "raised", TEXT),
    Pair("main", "ground", TEXT),
    Pair("main", "raised", TEXT),
    Pair("on-main", "main", TEXT),
    Pair("good", "good-ground", TEXT),
    Pair("bad", "bad-ground", TEXT),
    Pair("bad", "ground", TEXT),
    Pair("line", "raised", MARK),
    Pair("focus", "ground", MARK),
)


def read_tokens() -> Tokens:
    """The tokens of the pages' stylesheet. Raises `TokensNotFound`."""
    return Tokens.of((CAPTURE_STATIC / "capture.css").read_text("utf-8"))


def styleguide_assets(tokens: Tokens) -> Assets:
    """The guide's own static files, with the stylesheet of looks that the tokens make."""
    return Assets(STATIC, {LOOKS: _looks(tokens).encode()})


def render_guide(language: Language, tokens: Tokens, capture: Assets, own: Assets) -> Packed:
    """The guide in a language. Raises `jinja2.UndefinedError` where a sentence is missing."""
    messages = page_messages(language)
    html = page_template(FOLDER).render(
        language=language.value,
        others=[(one.value, NAMES[one]) for one in Language if one is not language],
        guide=_words(language),
        words=messages["page"],
        script=messages["script"],
        tokens=tokens,
        looks={"light": tokens.light, "dark": {**tokens.light, **tokens.dark}},
        pairs=PAIRS,
        contrast=contrast,
        stylesheets=[
            capture.address("capture.css"),
            own.address("styleguide.css"),
            own.address(LOOKS),
        ],
        icon=capture.address("icon.svg"),
        paper=own.address("paper.svg"),
    )
    return Packed.of(html.encode(), "text/html")


def _words(language: Language) -> dict[str, Any]:
    path = FOLDER / "messages" / f"{FILES[language]}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def _looks(tokens: Tokens) -> str:
    """Rules that give a part of the page one look, and rules that show one token each."""
    rules = [
        _rule(".look.light", {**tokens.light, "color-scheme": "light"}),
        _rule(".look.dark", {**tokens.light, **tokens.dark, "color-scheme": "dark"}),
        *(f".colour-{name} {{ background: var(--{name}); }}" for name in tokens.colours),
        *(f".{name} {{ font-size: var(--{name}); }}" for name in tokens.starting("type-")),
        *(f".{name} {{ width: var(--{name}); }}" for name in tokens.starting("space-")),
    ]
    return "\n".join(rules)


def _rule(selector: str, values: dict[str, str]) -> str:
    properties = (
        f"{name if name == 'color-scheme' else f'--{name}'}: {value};"
        for name, value in values.items()
    )
    return f"{selector} {{ {' '.join(properties)} }}"

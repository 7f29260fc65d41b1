"""The capture page, made once for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from app.messages.words import FILES, Language
from app.pages.assets import Assets
from app.pages.packed import Packed

FOLDER = Path(__file__).parent
TEMPLATE, STATIC = "page.html", FOLDER / "static"
NAMES: Mapping[Language, str] = {Language.CHINESE: "中文", Language.ENGLISH: "English"}


def page_messages(language: Language) -> dict[str, Any]:
    """What the page says: `page` stands in the template, `script` is for its modules."""
    path = FOLDER / "messages" / f"{FILES[language]}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def page_template(folder: Path) -> jinja2.Template:
    """The template of a page's folder; what it shows is escaped, and what is missing raises."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE)


def render_page(language: Language, assets: Assets) -> Packed:
    """The page in a language. Raises `jinja2.UndefinedError` where a sentence is missing."""
    messages = page_messages(language)
    html = page_template(FOLDER).render(
        language=language.value,
        others=[(one.value, NAMES[one]) for one in Language if one is not language],
        words=messages["page"],
        script=messages["script"],
        asset=assets.address,
        modules=[assets.address(name) for name in assets.files if name.endswith(".js")],
    )
    return Packed.of(html.encode(), "text/html")

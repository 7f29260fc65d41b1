"""The style guide: its tokens are the stylesheet's, readable in both looks, and not indexed."""

from __future__ import annotations

import re
import tomllib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages.words import FILES, Language
from app.pages.routes import install_pages
from app.pages.styleguide.page import FOLDER, PAIRS, Pair, read_tokens
from app.pages.styleguide.tokens import Tokens, TokensNotFound, contrast

TOKENS = read_tokens()
LOOKS = {"light": TOKENS.light, "dark": {**TOKENS.light, **TOKENS.dark}}
SHEET = """/* :root { --no: 1px; } */
:root { --space-1: 4px; --ink: #000000; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ffffff; }
}
"""


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("pages")
    install_pages(app)
    return app.test_client()


def test_tokens_are_read_from_both_looks() -> None:
    tokens = Tokens.of(SHEET)
    assert tokens.light == {"space-1": "4px", "ink": "#000000"}
    assert tokens.dark == {"ink": "#ffffff"}
    assert tokens.colours == ("ink",)
    assert tokens.starting("space-") == ("space-1",)


@pytest.mark.parametrize(
    "sheet",
    [
        ":root { --ink: #000000; }",
        SHEET.replace("--ink: #ffffff", "--unknown: #ffffff"),
        SHEET.replace("--ink: #ffffff;", ""),
    ],
    ids=["no dark look", "a colour for the dark alone", "no colour for the dark"],
)
def test_a_stylesheet_without_two_looks_stops_the_start(sheet: str) -> None:
    with pytest.raises(TokensNotFound):
        Tokens.of(sheet)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.colour} on {pair.ground}")
def test_colours_can_be_told_from_their_grounds(pair: Pair, look: str) -> None:
    values = LOOKS[look]
    assert contrast(values[pair.colour], values[pair.ground]) >= pair.needed


def test_every_colour_is_held_to_a_contrast() -> None:
    named = {name for pair in PAIRS for name in (pair.colour, pair.ground)}
    assert set(TOKENS.colours) - named == {"faint"}  # lines that carry no meaning


@pytest.mark.parametrize("language", Language)
def test_the_guide_shows_every_token_in_both_looks(client: FlaskClient, language: Language) -> None:
    answer = client.get(f"/styleguide?lang={language}")
    assert answer.headers["Content-Language"] == language
    for name in TOKENS.colours:
        assert answer.text.count(f'class="colour-{name}"') == 2
        assert {LOOKS[look][name] for look in LOOKS} <= set(re.findall("#[0-9a-f]{6}", answer.text))


def test_the_guide_is_not_indexed_and_lets_in_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/styleguide")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)


def test_every_address_of_the_guide_is_served(client: FlaskClient) -> None:
    page = client.get("/styleguide").text
    addresses = set(re.findall(r'(?:href|src)="(/[^"]+)"', page))
    assert {address.rpartition("/")[2] for address in addresses} == {
        *("capture.css", "icon.svg", "styleguide.css", "looks.css", "paper.svg"),
    }
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_every_class_of_the_guide_is_styled(client: FlaskClient) -> None:
    page = client.get("/styleguide").text
    sheets = "".join(
        client.get(address).text for address in re.findall(r'stylesheet" href="([^"]+)"', page)
    )
    used = {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    assert {name for name in used if not re.search(rf"\.{re.escape(name)}\b", sheets)} == set()


def test_both_languages_have_the_same_words() -> None:
    chinese, english = (
        tomllib.loads((FOLDER / "messages" / f"{FILES[language]}.toml").read_text("utf-8"))
        for language in Language
    )
    assert list(chinese) == list(english)

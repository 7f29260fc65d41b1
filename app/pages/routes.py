"""The addresses of pages and of their static files."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from app.language import language_of_request
from app.messages.words import Language
from app.pages.assets import KEPT, PREFIX, Assets
from app.pages.capture.page import STATIC, render_page
from app.pages.packed import Packed
from app.pages.styleguide.page import read_tokens, render_guide, styleguide_assets
from core.errors import NotFound

CAPTURE, STYLEGUIDE = "/capture", "/styleguide"
LANGUAGE = "lang"  # of the address: it goes before what the browser prefers
PAGE_CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
CAPTURE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": PAGE_CONTENT,
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
}
GUIDE_CONTENT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
GUIDE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": GUIDE_CONTENT,
    "X-Robots-Tag": "noindex",
}


def install_pages(app: Flask) -> None:
    """Serve the pages; each is made here, once, so that a fault in one stops the start."""
    assets = Assets(STATIC)
    capture = {language: render_page(language, assets) for language in Language}
    tokens = read_tokens()
    own = styleguide_assets(tokens)
    guide = {language: render_guide(language, tokens, assets, own) for language in Language}

    @app.get("/")
    def first_page() -> Answer:
        return redirect(CAPTURE)

    @app.get(CAPTURE)
    def capture_page() -> Response:
        return _in_language(capture, CAPTURE_HEADERS)

    @app.get(STYLEGUIDE)
    def styleguide() -> Response:
        return _in_language(guide, GUIDE_HEADERS)

    @app.get(f"{PREFIX}/<digest>/<path:name>")
    def asset(digest: str, name: str) -> Response:
        found = assets.find(digest, name) or own.find(digest, name)
        if found is None:
            raise NotFound
        return found.answer(KEPT)


def _in_language(pages: Mapping[Language, Packed], headers: Mapping[str, str]) -> Response:
    """The page in the language that is asked for."""
    language = _language_asked_for()
    response = pages[language].answer(headers)
    response.headers["Content-Language"] = language.value
    response.vary.add("Accept-Language")
    return response


def _language_asked_for() -> Language:
    """The language that the address names, or else the best that the browser prefers."""
    asked = request.args.get(LANGUAGE, "")
    return Language(asked) if asked in set(Language) else language_of_request()

"""The language of an answer: one at a time, by `Accept-Language` (RFC 9110, 12.5.4)."""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.messages.words import DEFAULT, Language, Words, policy_numbers
from core.policy import Policy


def language_of_request() -> Language:
    """The best of our languages for this request; Chinese where none is asked for."""
    best = request.accept_languages.best_match([*Language], DEFAULT)
    return Language(best)


def words_of_request(policy: Policy) -> Words:
    """The sentences for this request; its answer then names the language."""
    words: Words | None = g.get("words")
    if words is None:
        words = g.words = Words(language_of_request(), policy_numbers(policy))
    return words


def install_language(app: Flask) -> None:
    """Have answers with sentences say which language they are in, and that another was possible."""

    @app.after_request
    def name_language(response: Response) -> Response:
        words: Words | None = g.get("words")
        if words is not None:
            response.headers.setdefault("Content-Language", words.language.value)
            response.vary.add("Accept-Language")
        return response

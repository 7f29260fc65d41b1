"""The refresh token of a page: in a cookie that no script reads (RFC 6265bis, `HttpOnly`).

It travels to the routes of sessions alone, and is of no use without the key that the page's browser
keeps. An app, which has a store of its own, never gets one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from flask import Response, after_this_request, request

from app.schemas.sign_in import TokensResponse

T = TypeVar("T", bound=TokensResponse)
NAME = "kaihu_refresh"
PATH = "/api/v1/auth"
LONGEST = timedelta(days=400)  # that browsers keep one; the session ends before


def keep_in_cookie(tokens: T) -> T:
    """The same answer, with the refresh token in a cookie instead."""

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            NAME,
            tokens.refresh or "",
            max_age=LONGEST,
            path=PATH,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return response

    return tokens.model_copy(update={"refresh": None})


def kept_in_cookie() -> str | None:
    """The refresh token that the request's cookie holds."""
    return request.cookies.get(NAME)


def forget_cookie() -> None:
    """Have the browser forget the token, if it has one."""
    if kept_in_cookie() is None:
        return

    @after_this_request
    def delete_cookie(response: Response) -> Response:
        response.delete_cookie(NAME, path=PATH, httponly=True, samesite="Strict")
        return response

"""Long JSON that is asked for without a token is sent compressed (gzip, RFC 1952).

What is asked for with a token is not: the length of a compressed answer tells of secrets in it when
a stranger chooses a part of it (BREACH, CVE-2013-3587).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

from app.pages.packed import GZIP

JSON = "application/json"
MIN_BYTES = 1400  # less fits into one packet as it is
LEVEL = 6


def install_compression(app: Flask) -> None:
    """Compress long answers to requests without a token, for those who take it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if request.method != "GET" or "Authorization" in request.headers:
            return response
        if response.mimetype != JSON or response.is_streamed or response.direct_passthrough:
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        if len(body) >= MIN_BYTES and request.accept_encodings.quality(GZIP) > 0:
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = GZIP
        return response

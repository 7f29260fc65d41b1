"""Answers whose bytes never change while a process lives, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

GZIP = "gzip"


@dataclass(frozen=True)
class Packed:
    """Bytes with their media type: as they are, and by gzip (RFC 1952)."""

    content: bytes
    compressed: bytes
    media_type: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> Packed:
        """Compress as well as gzip can, the same bytes for the same content."""
        return cls(content, gzip.compress(content, 9, mtime=0), media_type)

    def answer(self, headers: Mapping[str, str]) -> Response:
        """The answer to the present request, 304 where its sender has it (RFC 9110, 13.1.2)."""
        takes_gzip = request.accept_encodings.quality(GZIP) > 0
        body = self.compressed if takes_gzip else self.content
        response = Response(body, mimetype=self.media_type, headers=dict(headers))
        if takes_gzip:
            response.headers["Content-Encoding"] = GZIP
        response.vary.add("Accept-Encoding")
        response.set_etag(hashlib.sha256(body).hexdigest()[:32])
        response.make_conditional(request)
        return response

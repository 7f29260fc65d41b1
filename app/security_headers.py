"""What every answer tells browsers (OWASP Secure Headers, ASVS 5.0 V3.4)."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Flask, Response, request

API_CONTENT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
YEAR_S = 31_536_000
ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": API_CONTENT,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
INLINE_SCRIPT = re.compile(r"<script[^>]*>(.+?)</script>", re.DOTALL)


def install_security_headers(app: Flask) -> None:
    """Have every answer carry them; an answer may bring a stricter or wider policy of its own."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"
        return response


def page_policy(page: str) -> str:
    """The content security policy of a page of ours: its own scripts, named by their hashes."""
    digests = (hashlib.sha256(text.encode()).digest() for text in INLINE_SCRIPT.findall(page))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )

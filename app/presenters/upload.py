"""A resumable upload as tus headers."""

from __future__ import annotations

from werkzeug.http import http_date

from kyc.evidence.models import Upload


def present_progress(upload: Upload) -> dict[str, str]:
    """How much has arrived, and when the upload is forgotten."""
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": http_date(upload.expires_at),
    }


def present_upload(upload: Upload) -> dict[str, str]:
    """The same, with the length of the whole."""
    return {"Upload-Length": str(upload.length), **present_progress(upload)}

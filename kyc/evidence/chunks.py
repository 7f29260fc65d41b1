"""The sealed parts of uploads that are not whole yet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from kyc.onboarding.models import Upload
from storage.media import MediaStore


def drop_parts(session: Session, media: MediaStore, upload: Upload) -> None:
    """Delete the parts once it is certain that nobody needs them."""
    parts = [UUID(part) for part in upload.parts]
    upload.parts = []

    def delete(_: Session) -> None:
        for part in parts:
            media.delete(part)

    event.listen(session, "after_commit", delete, once=True)


def abandon(session: Session, media: MediaStore, upload: Upload) -> None:
    """Forget an upload and its parts."""
    drop_parts(session, media, upload)
    session.delete(upload)

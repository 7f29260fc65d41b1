"""The sealed chunks of uploads that are not whole yet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from kyc.evidence.models import Upload
from storage.context import Context


def drop_chunks(context: Context, upload: Upload) -> None:
    """Delete the chunks once the transaction is kept."""
    chunks = [UUID(chunk) for chunk in upload.parts]
    upload.parts = []

    def delete(_: Session) -> None:
        for chunk in chunks:
            context.media.delete(chunk)

    event.listen(context.session, "after_commit", delete, once=True)

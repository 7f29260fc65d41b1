"""Sources, files and consents as their owner sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.http import http_date

from app.messages.words import Section, Words
from app.schemas.sources import (
    OfferedUseResponse,
    SourceConsentResponse,
    SourceFileResponse,
    SourceRecordResponse,
    SourceResponse,
    SourcesResponse,
    ToldResponse,
)
from loans.sources.kinds import FILES
from loans.sources.models import SourceConsent, SourceFile, SourceRecord
from loans.sources.overview import OwnFile, SourcesView, SourceView

OTHER_BUSINESS = "sent_for_other_business"


def present_sources(view: SourcesView, words: Words) -> SourcesResponse:
    """Every source."""
    shown = [_source(one, words) for one in view.sources]
    return SourcesResponse(sources=shown, is_moving=view.is_moving)


def present_consent(consent: SourceConsent) -> SourceConsentResponse:
    """A consent."""
    return SourceConsentResponse.model_validate(consent)


def present_file(own: OwnFile, words: Words) -> SourceFileResponse:
    """A file, and what was noticed."""
    file = own.file
    return SourceFileResponse(
        id=file.id,
        source=file.source,
        name=own.name,
        state=file.state,
        length=file.length,
        received=file.received,
        publisher=file.publisher,
        rows=file.rows,
        first_day=file.first_day,
        last_day=file.last_day,
        is_used=own.is_used,
        faults=[_told(each, words) for each in _faults(own)],
        rows_not_read=[_told(each, words) for each in file.refused],
    )


def _faults(own: OwnFile) -> Sequence[Mapping[str, Any]]:
    if own.is_of_business:
        return own.file.faults
    return ({"code": OTHER_BUSINESS}, *own.file.faults)


def present_progress(file: SourceFile) -> dict[str, str]:
    """How much has arrived, and when the file is forgotten, as tus headers."""
    return {"Upload-Offset": str(file.received), "Upload-Expires": http_date(file.expires_at)}


def present_arriving(file: SourceFile) -> dict[str, str]:
    """The same, with the length of the whole."""
    return {"Upload-Length": str(file.length), **present_progress(file)}


def _source(view: SourceView, words: Words) -> SourceResponse:
    return SourceResponse(
        source=view.kind,
        name=words.name(Section.SOURCES, view.kind),
        takes_files=view.kind in FILES,
        available=view.is_available,
        record=_record(view.record),
        version=view.rules.version,
        valid_days=view.rules.max_days,
        uses=[
            OfferedUseResponse(
                use=use,
                name=words.name(Section.USES, use),
                text=words.name(Section.SOURCE_CONSENTS, f"{view.kind}_{use}"),
            )
            for use in (view.rules.uses if view.is_available else ())
        ],
        consents=[present_consent(consent) for consent in view.consents],
        files=[present_file(own, words) for own in view.files],
    )


def _record(record: SourceRecord | None) -> SourceRecordResponse | None:
    if record is None:
        return None
    return SourceRecordResponse(state=record.state, answered_at=record.answered_at)


def _told(told: Mapping[str, Any], words: Words) -> ToldResponse:
    line, count = told.get("line"), told.get("count")
    parameters = {"line": "" if line is None else line, "count": 1 if count is None else count}
    text = words.sentence(Section.FILE_FAULTS, told["code"], parameters)
    lacking = [words.name(Section.COLUMNS, name) for name in told.get("missing", ())]
    if lacking:
        text = f"{text} {words.listed(lacking)}"
    return ToldResponse(code=told["code"], line=line, count=count, text=text)

"""What every failure is answered with."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from app.schemas.common import ApiModel, Example


class FieldFault(ApiModel):
    """A field that is not valid."""

    example: ClassVar[Example] = {"field": "phone", "code": "string_pattern_mismatch"}

    field: str = Field(description="where, parts joined by dots")
    code: str = Field(description="what is wrong, as pydantic names it")


class Problem(ApiModel):
    """A problem (RFC 9457): `code` is stable, `detail` says what to do next."""

    example: ClassVar[Example] = {
        "type": "urn:kaihu:problem:consent_missing",
        "title": "consent missing",
        "status": 403,
        "code": "consent_missing",
        "detail": "请先同意相应条款。",
        "instance": "urn:kaihu:request:5f0c1e5f6b8e4f0f9f3a8f6f5c1d2e3b",
    }

    type: str = Field(description="a URN of the code")
    title: str = Field(description="the code as words")
    status: int = Field(description="the HTTP status")
    code: str = Field(description="the stable code of the failure")
    detail: str = Field(description="what to do next, in the language of the answer")
    instance: str = Field(description="a URN of the request, for support")
    errors: list[FieldFault] = Field(
        default=[], description="of `fields_invalid`: which fields, and why"
    )

"""The bases of all schemas, and the types that several share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from kyc.evidence.types import TYPES

Example = Mapping[str, Any]


class ApiModel(BaseModel):
    """What is exchanged; `example` is one, as JSON."""

    model_config = ConfigDict(frozen=True)
    example: ClassVar[Example]


class ApiRequest(ApiModel):
    """A JSON body. Nothing unknown in it, and no type is converted into another."""

    model_config = ConfigDict(extra="forbid", strict=True)


class QueryRequest(ApiModel):
    """Parameters of a query; unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)


class FormRequest(ApiModel):
    """Fields and the one file of a multipart form."""

    model_config = ConfigDict(extra="ignore")


class ApiResponse(ApiModel):
    """A JSON answer, made of anything that has its attributes."""

    model_config = ConfigDict(from_attributes=True)


class DoneResponse(ApiResponse):
    """It is done; there is nothing else to say."""

    example: ClassVar[Example] = {"done": True}

    done: bool = Field(default=True, description="always true")


class FileRequest(FormRequest):
    """One file."""

    example: ClassVar[Example] = {"file": "(bytes)"}

    file: bytes = Field(description="the file's bytes")


class _KnownEvidence:
    """The schema of a registered kind of evidence: whatever is registered when it is asked for."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": [kind.kind for kind in TYPES.all()]}


def _require_registered(kind: str) -> str:
    if kind not in {known.kind for known in TYPES.all()}:
        raise ValueError("not a kind of evidence")
    return kind


def _require_no_nul(text: str) -> str:
    if "\0" in text:  # PostgreSQL stores no text that has one
        raise ValueError("contains a NUL character")
    return text


EvidenceKind = Annotated[str, _KnownEvidence(), Field(description="which evidence")]
RegisteredKind = Annotated[EvidenceKind, AfterValidator(_require_registered)]
Phone = Annotated[
    str,
    Field(pattern=r"^1[3-9][0-9]{9}$", description="Chinese mobile number, eleven digits"),
]
OneTimeCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="six digits")]
Attempt = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="`attempt` of `POST /auth/codes`")
]
Text = Annotated[str, AfterValidator(_require_no_nul)]

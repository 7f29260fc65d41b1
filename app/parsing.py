"""A request's body, query, form or headers -> a schema. Nothing that a sender makes up is a 500."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar

from flask import request
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from werkzeug.exceptions import UnsupportedMediaType

from app.problems import FieldsInvalid
from app.schemas.common import ApiModel, FormRequest, QueryRequest
from core.errors import Invalid

B = TypeVar("B", bound=ApiModel)

JSON = "application/json"
INTEGER = re.compile(r"[0-9]{1,15}")  # more digits than any size has would cost time to parse


class UploadInvalid(Invalid):
    """Not one file, or headers of an upload that are not valid."""

    code = "upload_invalid"


def sent(model: type[B]) -> B:
    """What the request carries for a schema.

    Raises `FieldsInvalid`, and `UnsupportedMediaType` for a body that is not said to be JSON; for
    forms `UploadInvalid`.
    """
    if issubclass(model, FormRequest):
        return _form(model)
    try:
        if issubclass(model, QueryRequest):
            return model.model_validate_strings(request.args.to_dict(), strict=True)
        return _json(model)
    except ValidationError as error:
        raise FieldsInvalid(error) from error


def _json(model: type[B]) -> B:
    content = request.get_data(cache=True)
    if content and request.mimetype != JSON:
        raise UnsupportedMediaType
    read = model.model_validate_json(content or b"{}")
    json.loads(content or b"{}", object_pairs_hook=partial(_require_once, model.__name__))
    return read


def _require_once(model: str, pairs: list[tuple[str, object]]) -> None:
    """Raises `ValidationError` for a key that an object has twice (RFC 8259 leaves it open)."""
    counted = Counter(key for key, _ in pairs)
    twice = [key for key, count in counted.items() if count > 1]
    if twice:
        fault = PydanticCustomError("duplicate_key", "the key stands twice")
        details = [InitErrorDetails(type=fault, loc=(key,), input=None) for key in twice]
        raise ValidationError.from_exception_data(model, details)


def _form(model: type[B]) -> B:
    file = request.files.get("file")
    if file is None:
        raise UploadInvalid
    fields: dict[str, Any] = {name: value for name, value in request.form.items() if value}
    return _upload(model, {**fields, "file": file.read()})


def upload_announced(model: type[B]) -> B:
    """What `Upload-Length` and `Upload-Metadata` say of an upload (tus 1.0, creation).

    Raises `UploadInvalid`, `FieldsInvalid`.
    """
    given = request.headers.get("Upload-Length", "")
    length = int(given) if INTEGER.fullmatch(given) else None
    try:
        return model.model_validate({**_metadata(), "length": length}, strict=False)
    except ValidationError as error:
        raise FieldsInvalid(error) from error


def integer_of(text: str) -> int:
    """A number of at most 15 ASCII digits. Raises `UploadInvalid`."""
    if not INTEGER.fullmatch(text):
        raise UploadInvalid
    return int(text)


def _upload(model: type[B], fields: Mapping[str, Any]) -> B:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise UploadInvalid from error


def _metadata() -> Mapping[str, str]:
    """Pairs of a key and a base64 value, separated by commas; keys alone carry nothing."""
    pairs = (pair.split() for pair in request.headers.get("Upload-Metadata", "").split(","))
    try:
        return {
            pair[0]: base64.b64decode(pair[1], validate=True).decode()
            for pair in pairs
            if len(pair) == 2
        }
    except ValueError as error:
        raise UploadInvalid from error

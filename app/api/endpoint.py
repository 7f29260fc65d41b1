"""`endpoint`: a route's declaration - who may call, what comes in, what goes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Request, current_app, request
from flask_restx import Namespace, reqparse
from pydantic import BaseModel
from sqlalchemy.orm import Session
from storage.failures import Invalid
from werkzeug.datastructures import FileStorage

from access.applicants import ROLES, Caller, NotAllowed, caller_of
from app.idempotency import claim_key
from app.schemas import Incoming
from app.services import House

ANYONE: tuple[str, ...] = ()
APPLICANT = ("applicant",)
CUSTOMER_SERVICE = ("agent", "admin")
COMPLIANCE = ("compliance", "admin")
REVIEWERS = ("reviewer", "admin")
STAFF = ROLES

Answer = tuple[dict[str, Any], int]

upload = reqparse.RequestParser()
upload.add_argument("file", location="files", type=FileStorage, required=True)


class UploadInvalid(Invalid):
    code = "upload_invalid"
    detail = "请上传一个文件。Send one file in the field `file`."


def sent_file(request: Request) -> bytes:
    """The bytes of the one file that a multipart request carries."""
    file = request.files.get("file")
    if file is None:
        raise UploadInvalid
    content: bytes = file.read()
    return content


def house() -> House:
    opened: House = current_app.extensions["kaihu"]
    return opened


def endpoint(
    space: Namespace,
    *,
    caller: tuple[str, ...],
    answer: type[BaseModel],
    body: type[Incoming] | None = None,
    form: reqparse.RequestParser | None = None,
    status: int = 200,
    writes: bool = False,
) -> Callable[[Callable[..., BaseModel]], Callable[..., Answer]]:
    """Check the caller, read the body, answer with a model.

    The decorated method receives, in this order: the session of one transaction if it `writes`,
    the caller unless anyone may call, the body if one is declared, the path's own arguments.
    A POST that `writes` for a known caller honours `Idempotency-Key`.
    """

    def decorate(method: Callable[..., BaseModel]) -> Callable[..., Answer]:
        @wraps(method)
        def serve(resource: Any, **path: Any) -> Answer:
            known = permitted(caller) if caller else None
            arguments: list[Any] = [known] if known else []
            if body is not None:
                arguments.append(body.model_validate_json(request.get_data(cache=True) or b"{}"))
            if not writes:
                return method(resource, *arguments, **path).model_dump(mode="json"), status
            with house().database.transaction() as session:
                return _once(
                    session, known, lambda: method(resource, session, *arguments, **path)
                ), status

        _document(space, serve, answer, body, status)
        if form is not None:
            space.expect(form)(serve)
        if writes and caller and method.__name__ == "post":
            space.param("Idempotency-Key", "same key, same answer (24 h)", _in="header")(serve)
        return serve

    return decorate


def _once(session: Session, caller: Caller | None, work: Callable[[], BaseModel]) -> dict[str, Any]:
    """The answer of `work`, or the one that this caller's key was given before."""
    key = request.headers.get("Idempotency-Key")
    if caller is None or key is None or request.method != "POST":
        return work().model_dump(mode="json")
    asked = f"{request.path}\n".encode() + request.get_data(cache=True)
    row = claim_key(session, caller.id, key, asked)
    if row.answer is None:
        row.answer = work().model_dump(mode="json")
    return row.answer


def permitted(allowed: tuple[str, ...]) -> Caller:
    """Who is calling, if it is one of those allowed. Raises `NotAllowed`, `TokenInvalid`."""
    caller = caller_of(house().desk.vault, request.headers.get("Authorization"))
    if caller.kind not in allowed:
        raise NotAllowed
    return caller


def _document(
    space: Namespace,
    serve: Callable[..., Answer],
    answer: type[BaseModel],
    body: type[Incoming] | None,
    status: int,
) -> None:
    space.response(status, answer.__name__, _schema(space, answer))(serve)
    space.response("default", "problem+json (RFC 9457)")(serve)
    if body is not None:
        space.expect(_schema(space, body))(serve)


def _schema(space: Namespace, model: type[BaseModel]) -> Any:
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    for name, definition in schema.pop("$defs", {}).items():
        space.schema_model(name, definition)
    return space.schema_model(model.__name__, schema)

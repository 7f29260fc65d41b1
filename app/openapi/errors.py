"""Which errors a route may answer, and how the document describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    PreconditionFailed,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from access.authorisation import NotAllowed
from access.permissions import Permission
from access.proofs import ProofInvalid, ProofMissing, ProofReplayed, ProofUntimely
from access.token_keys import TokenInvalid
from app.api.declaration import Declaration, Route
from app.api.headers import TUS_RESUMABLE
from app.idempotency import KeyInvalid, KeyReused
from app.messages.words import Words
from app.problems import CONTENT_TYPE, FieldsInvalid, RecordDamaged, http_code, status_of
from app.schemas.common import ApiRequest, FormRequest, QueryRequest
from app.schemas.problem import Problem
from core.errors import BusinessError, NotFound, TooMany, Unauthenticated, Unavailable
from storage.keyring import DataErased, KeysUnavailable
from storage.media import StoreUnavailable

Json = dict[str, Any]
Codes = tuple[str, ...]
WAITING = (status_of(TooMany), status_of(Unavailable))  # answered with `Retry-After`


# What is served without opening or sealing a value of somebody.
NOTHING_SEALED = frozenset(
    {
        Permission.PUBLIC,
        Permission.SESSION_MANAGE,
        Permission.AUDIT_READ,
        Permission.STAFF_ADMINISTER,
    }
)
# What brings, reads or deletes files.
FILES = frozenset(
    {
        Permission.ONBOARDING_MANAGE,
        Permission.VOICE_CONFIRM,
        Permission.CALLER_VERIFY,
        Permission.EVIDENCE_VIEW,
        Permission.DATA_EXPORT,
    }
)


def possible_errors(route: Route) -> Mapping[int, Codes]:
    """Codes by status: those declared, and those that every route of its sort may answer."""
    declared = route.declaration
    by_status: dict[int, list[str]] = {}
    kinds = _business_errors(declared)
    if route.parameters:  # a path whose parts are none is no path of ours
        kinds.append(NotFound)
    for kind in kinds:
        by_status.setdefault(status_of(kind), []).append(kind.code)
    for error in _http_errors(declared):
        by_status.setdefault(error.code or 500, []).append(http_code(error()))
    by_status.setdefault(500, []).append("internal_error")
    return {status: tuple(dict.fromkeys(by_status[status])) for status in sorted(by_status)}


def _business_errors(declared: Declaration) -> list[type[BusinessError]]:
    kinds = [*declared.errors, Unavailable]
    if declared.permission is not Permission.PUBLIC:
        kinds = [TokenInvalid, NotAllowed, *kinds]
    if declared.proves:
        kinds += [ProofMissing, ProofInvalid, ProofReplayed, ProofUntimely]
    if declared.body is not None and not issubclass(declared.body, FormRequest):
        kinds.append(FieldsInvalid)
    if declared.idempotent:
        kinds += [KeyInvalid, KeyReused, RecordDamaged]  # an answer is kept sealed
    if declared.permission not in NOTHING_SEALED:
        kinds += [RecordDamaged, DataErased, KeysUnavailable]
    if declared.permission in FILES:
        kinds.append(StoreUnavailable)
    return kinds


def _http_errors(declared: Declaration) -> list[type[HTTPException]]:
    kinds: list[type[HTTPException]] = [BadRequest]
    if declared.consumes or (declared.body and not issubclass(declared.body, QueryRequest)):
        kinds.append(RequestEntityTooLarge)
    if declared.consumes or (declared.body and issubclass(declared.body, ApiRequest)):
        kinds.append(UnsupportedMediaType)
    if TUS_RESUMABLE in declared.headers:
        kinds.append(PreconditionFailed)
    return kinds


class ProblemSchemas:
    """A named schema for each set of codes, so that clients get a type for it and not more."""

    def __init__(self, routes: Sequence[Route]) -> None:
        users: dict[tuple[int, Codes], list[str]] = {}
        for route in routes:
            for wanted in possible_errors(route).items():
                users.setdefault(wanted, []).append(route.operation)
        self._names = {
            (status, codes): _name(status, codes, operations)
            for (status, codes), operations in users.items()
        }

    def schemas(self) -> Json:
        """Every schema by its name."""
        return {name: _schema(codes) for (_, codes), name in self._names.items()}

    def responses(self, route: Route, words: Words) -> Json:
        """The problems that a route may answer, by status."""
        return {
            str(status): _response(status, codes, self._names[status, codes], words)
            for status, codes in possible_errors(route).items()
        }


def _name(status: int, codes: Codes, operations: Sequence[str]) -> str:
    base = operations[0] if len(set(operations)) == 1 else "_".join(codes)
    return f"{''.join(part.capitalize() for part in base.split('_'))}Problem{status}"


def _schema(codes: Codes) -> Json:
    return {
        "description": f"A problem: {', '.join(codes)}.",
        "allOf": [
            {"$ref": f"#/components/schemas/{Problem.__name__}"},
            {"type": "object", "properties": {"code": {"type": "string", "enum": list(codes)}}},
        ],
    }


def _response(status: int, codes: Codes, name: str, words: Words) -> Json:
    schema = {"$ref": f"#/components/schemas/{name}"}
    examples = {code: {"value": _example(status, code, words)} for code in codes}
    answer: Json = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
        "content": {CONTENT_TYPE: {"schema": schema, "examples": examples}},
    }
    if status == status_of(Unauthenticated):
        answer["headers"] = {
            "WWW-Authenticate": {
                "description": "what is asked for (RFC 9449, 7.1); with `use_dpop_nonce` the "
                "header `DPoP-Nonce` has the nonce to sign",
                "schema": {"type": "string"},
                "example": 'DPoP error="invalid_dpop_proof", algs="ES256"',
            }
        }
    if status in WAITING:
        answer["headers"] = {
            "Retry-After": {
                "description": "seconds after which to try again",
                "schema": {"type": "string"},
                "example": "60",
            }
        }
    return answer


def _example(status: int, code: str, words: Words) -> Json:
    return {
        "type": f"urn:kaihu:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": words.failure(code),
        "instance": Problem.example["instance"],
    }

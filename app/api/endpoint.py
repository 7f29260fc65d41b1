"""`reads`, `writes`, `serves`: how a route is declared.

A handler says who may call it (a permission), what comes in, what goes out, which errors it may
answer; its docstring is its summary and its description. It is then called with a context (or,
where it opens what it needs itself, with its caller), the body if one is declared, and the path's
own arguments, and mypy checks all of them:

    @writes("give_consent", Permission.ONBOARDING_MANAGE, body=ConsentRequest,
            answer=DoneResponse, status=201, errors=(NotFound, OnboardingClosed))
    def post(self, context: Context, body: ConsentRequest, onboarding_id: UUID) -> DoneResponse:
        \"\"\"Consent to a text.\"\"\"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from flask import Response, request

from access.permissions import Permission
from app.api.caller import Admitted, Caller, permitted, services
from app.api.declaration import ATTRIBUTE, Declaration, Header, words_of
from app.api.noting import note_damage, note_reading, note_refusal
from app.idempotency import claim_key
from app.listening.bodies import ChangingBody
from app.listening.waits import Later
from app.parsing import sent
from app.schemas.common import ApiModel
from audit.actions import Action
from core.errors import BusinessError, Refused, TooMany, Unauthenticated
from storage.context import Context
from storage.damage import DAMAGE

A = TypeVar("A", bound=ApiModel | Response)
B = TypeVar("B", bound=ApiModel)
C = TypeVar("C")
P = ParamSpec("P")

Follow = Callable[[Caller, A], A | Later[Any]]
Errors = tuple[type[BusinessError], ...]
Headers = tuple[Header, ...]
Served = Callable[..., Response]
Answer = ApiModel | Response | Later[Any]
IDEMPOTENCY = "Idempotency-Key"
JSON = "application/json"


class Endpoint(Generic[C]):
    """One way to be called: `open_for` gives a handler what it works with, for one request."""

    def __init__(
        self, open_for: Callable[[Admitted], AbstractContextManager[C]], *, once: bool
    ) -> None:
        self._open, self._once = open_for, once

    @overload
    def __call__(
        self,
        operation: str,
        permission: Permission,
        *,
        answer: type[A],
        body: type[B],
        status: int = 200,
        errors: Errors = (),
        headers: Headers = (),
        sends: Headers = (),
        content: str = "",
        consumes: str = "",
        token_alone: bool = False,
        noted: Action | None = None,
        follow: Follow[A] | None = None,
    ) -> Callable[[Callable[Concatenate[Any, C, B, P], A | Later[Any]]], Served]: ...

    @overload
    def __call__(
        self,
        operation: str,
        permission: Permission,
        *,
        answer: type[A],
        body: None = None,
        status: int = 200,
        errors: Errors = (),
        headers: Headers = (),
        sends: Headers = (),
        content: str = "",
        consumes: str = "",
        token_alone: bool = False,
        noted: Action | None = None,
        follow: Follow[A] | None = None,
    ) -> Callable[[Callable[Concatenate[Any, C, P], A | Later[Any]]], Served]: ...

    def __call__(
        self,
        operation: str,
        permission: Permission,
        *,
        answer: type[Any],
        body: type[ApiModel] | None = None,
        status: int = 200,
        errors: Errors = (),
        headers: Headers = (),
        sends: Headers = (),
        content: str = "",
        consumes: str = "",
        token_alone: bool = False,
        noted: Action | None = None,
        follow: Follow[Any] | None = None,
    ) -> Callable[[Callable[..., Any]], Served]:
        """Declare a handler. `answer=Response` is for what is no JSON: `content` says what it is.

        A POST that `writes` for a known caller honours `Idempotency-Key`. An applicant proves their
        device's key (RFC 9449) on every route but those that read and say `token_alone`. `noted` is
        recorded once a reading has its answer, for use cases that record nothing themselves.
        `follow` is given what was written, once that is committed, and may let its caller wait for
        what comes of it.
        """

        def declare(handler: Callable[..., Any]) -> Served:
            model = answer if issubclass(answer, ApiModel) else None
            summary, description = words_of(handler)
            declaration = Declaration(
                operation=operation,
                permission=permission,
                body=body,
                answer=model,
                status=status,
                errors=errors,
                headers=headers,
                sends=sends,
                content=content,
                consumes=consumes,
                idempotent=self._is_once(handler, permission, model),
                token_alone=token_alone,
                noted=noted,
                summary=summary,
                description=description,
            )
            return self._served(handler, declaration, follow)

        return declare

    def _is_once(
        self, handler: Callable[..., Any], permission: Permission, model: type[ApiModel] | None
    ) -> bool:
        known = permission is not Permission.PUBLIC
        return self._once and known and model is not None and handler.__name__ == "post"

    def _served(
        self,
        handler: Callable[..., Any],
        declaration: Declaration,
        follow: Follow[Any] | None,
    ) -> Served:
        @wraps(handler)
        def serve(resource: object, **path: object) -> Response:
            try:
                response = answered(resource, path)
            except (Refused, TooMany, Unauthenticated) as error:
                note_refusal(error)
                raise
            except DAMAGE as error:
                note_damage(error, path)
                raise
            if declaration.noted is not None:
                _note(response, declaration.noted, declaration.operation, path)
            return response

        def answered(resource: object, path: Mapping[str, object]) -> Response:
            admitted = permitted(declaration)
            with admitted.whatever_comes():
                response = carried_out(admitted, resource, path)
            if follow is None or declaration.answer is None:
                return response
            written = declaration.answer.model_validate_json(response.get_data())
            return _response(follow(_caller(admitted), written), declaration.status)

        def carried_out(
            admitted: Admitted, resource: object, path: Mapping[str, object]
        ) -> Response:
            bodies = () if declaration.body is None else (sent(declaration.body),)
            with self._open(admitted) as opened:

                def work() -> Answer:
                    answer: Answer = handler(resource, opened, *bodies, **path)
                    return answer

                if declaration.idempotent and isinstance(opened, Context):
                    return _answered_once(opened, work, declaration.status)
                return _response(work(), declaration.status)

        setattr(serve, ATTRIBUTE, declaration)
        return serve


def _note(response: Response, action: Action, operation: str, path: Mapping[str, object]) -> None:
    """Record a reading; without its event nothing is sent."""
    try:
        note_reading(action, operation, path)
    except BaseException:
        response.close()
        raise


def _answered_once(context: Context, work: Callable[[], Answer], status: int) -> Response:
    """The answer of `work`, or the one that the caller's key was given before."""
    key = request.headers.get(IDEMPOTENCY)
    if key is None:
        return _response(work(), status)
    asked = f"{request.path}\n".encode() + request.get_data(cache=True)
    named = claim_key(context, key, asked)
    given = named.answer
    if given is None:
        answer = work()
        given = answer.model_dump_json() if isinstance(answer, ApiModel) else "{}"
        named.keep(given)
    return _json(given, status)


def _response(answer: Answer, status: int) -> Response:
    if isinstance(answer, ApiModel):
        return _json(answer.model_dump_json(), status)
    if isinstance(answer, Later):
        return changing(answer.body(services()), status, JSON)
    return answer


def _json(text: str, status: int) -> Response:
    return Response(text, status, mimetype=JSON)


def changing(body: ChangingBody, status: int, media: str) -> Response:
    """An answer whose body the server waits for; it reaches the server as it is."""
    return Response(body, status, mimetype=media, direct_passthrough=True)


def event_stream(body: ChangingBody) -> Response:
    """Server-sent events."""
    answer = changing(body, 200, "text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy passes each event on at once
    return answer


def _caller(admitted: Admitted) -> Caller:
    return Caller(services(), admitted.actor)


def _transaction(admitted: Admitted) -> AbstractContextManager[Context]:
    return admitted.transaction()


def _reading(admitted: Admitted) -> AbstractContextManager[Context]:
    admitted.use_proof()
    return _caller(admitted).reading()


def _calling(admitted: Admitted) -> AbstractContextManager[Caller]:
    admitted.use_proof()
    return nullcontext(_caller(admitted))


reads = Endpoint[Context](_reading, once=False)
writes = Endpoint[Context](_transaction, once=True)
serves = Endpoint[Caller](_calling, once=False)

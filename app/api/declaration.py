"""What a route says of itself, and the register of all routes of an application.

`declared_routes` stops the start when anything below `/api/v1` answers without a declaration: a
route that forgot to say who may call it would be an open door.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from access.permissions import OWNED, SHARED, Permission
from app.schemas.common import ApiModel
from audit.actions import Action
from core.errors import BusinessError

PREFIX = "/api/v1"
ATTRIBUTE = "declaration"
READING = {"GET", "HEAD"}
AUTOMATIC = {"HEAD", "OPTIONS"}  # answered by Flask itself where a resource has no method for it
VARIABLE = re.compile(r"<(?:(?P<converter>\w+)(?:\((?P<arguments>[^)]*)\))?:)?(?P<name>\w+)>")


class RouteUndeclared(Exception):
    """A route below the prefix does not say who may call it."""


class ProofNotAsked(Exception):
    """A route that changes something is open to a token alone."""


class PathMisread(Exception):
    """A handler does not take what the variable parts of its path give it."""


class OperationNotUnique(Exception):
    """Two handlers say that they are the same operation."""


@dataclass(frozen=True)
class Header:
    """A header of a request, or of an answer."""

    name: str
    description: str
    example: str
    required: bool = False


@dataclass(frozen=True)
class Declaration:
    """What a handler declares. `content` is the media type of an answer that is no model.

    `consumes` is the media type of a body that is no model. `errors` are those of the use case;
    what every route of its sort may answer is added by the documents. `token_alone` opens a reading
    route to an applicant's token without a proof of their device's key. `noted` is the event of a
    reading whose use case records none.
    """

    operation: str
    permission: Permission
    body: type[ApiModel] | None
    answer: type[ApiModel] | None
    status: int
    errors: tuple[type[BusinessError], ...]
    headers: tuple[Header, ...]
    sends: tuple[Header, ...]
    content: str
    consumes: str
    idempotent: bool
    token_alone: bool
    noted: Action | None
    summary: str
    description: str

    @property
    def proves(self) -> bool:
        """Whether applicants may send a proof of their device's key."""
        return self.permission in OWNED

    @property
    def always_proves(self) -> bool:
        """Whether nobody is served without one: an applicants' route, open to no token alone."""
        return self.proves and not self.token_alone and self.permission not in SHARED


@dataclass(frozen=True)
class PathParameter:
    """A variable part of a path: its converter, and the values of an enumeration."""

    name: str
    converter: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """A declared handler where it is served. `path` is below the prefix, as OpenAPI writes it.

    `alias` is set for a second path of a handler that is served under another one too.
    """

    path: str
    method: str
    tag: str
    parameters: tuple[PathParameter, ...]
    declaration: Declaration
    alias: bool

    @property
    def operation(self) -> str:
        """A name that no other route has."""
        return f"{self.declaration.operation}_alias" if self.alias else self.declaration.operation


def words_of(handler: Callable[..., object]) -> tuple[str, str]:
    """The first line of a handler's docstring without its full stop, and the rest."""
    summary, _, rest = (inspect.getdoc(handler) or "").partition("\n")
    return summary.strip().removesuffix("."), rest.strip()


def declared_routes(app: Flask, tags: Mapping[str, str]) -> tuple[Route, ...]:
    """Every route below the prefix, in the order of registration.

    `tags` are the names of the groups that routes belong to, by the rule of their path.
    Raises `RouteUndeclared`, `OperationNotUnique`, `PathMisread`, `ProofNotAsked`.
    """
    routes: list[Route] = []
    known: dict[str, Callable[..., object]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule != PREFIX and not rule.rule.startswith(f"{PREFIX}/"):
            continue
        for method, handler in _handlers(app, rule):
            declaration = getattr(handler, ATTRIBUTE, None)
            if handler is None or not isinstance(declaration, Declaration):
                raise RouteUndeclared(f"{method} {rule.rule} does not say who may call it")
            _require_arguments(rule, handler, declaration)
            if declaration.token_alone and method not in READING:
                raise ProofNotAsked(f"{method} {rule.rule}")
            earlier = known.setdefault(declaration.operation, handler)
            if earlier is not handler:
                raise OperationNotUnique(declaration.operation)
            alias = any(route.declaration is declaration for route in routes)
            tag = tags.get(rule.rule, "")
            routes.append(_route(rule, method, tag, declaration, alias))
    return tuple(routes)


def _handlers(app: Flask, rule: Rule) -> Iterator[tuple[str, Callable[..., object] | None]]:
    """The methods of a rule with what answers them; None for what is no method of a resource."""
    view: Any = getattr(app.view_functions[rule.endpoint], "view_class", None)
    for method in sorted(rule.methods or ()):
        handler = getattr(view, method.lower(), None)
        if handler is not None or method not in AUTOMATIC:
            yield method, handler


def _require_arguments(rule: Rule, handler: Callable[..., object], declared: Declaration) -> None:
    """Raises `PathMisread`. A handler takes itself, a context, a body if any, and the path."""
    names = [*inspect.signature(handler).parameters]
    before_path = 2 if declared.body is None else 3
    if set(names[before_path:]) != rule.arguments:
        raise PathMisread(f"{declared.operation} does not take the variables of {rule.rule}")


def _route(rule: Rule, method: str, tag: str, declaration: Declaration, alias: bool) -> Route:
    path = VARIABLE.sub(r"{\g<name>}", rule.rule.removeprefix(PREFIX))
    parameters = tuple(
        PathParameter(
            name=found["name"],
            converter=found["converter"] or "default",
            values=tuple(found["arguments"].split(",")) if found["arguments"] else (),
        )
        for found in VARIABLE.finditer(rule.rule)
    )
    return Route(path, method, tag, parameters, declaration, alias)

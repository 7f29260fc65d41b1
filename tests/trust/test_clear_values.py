"""No value of a person lies in the clear: database, write-ahead log, media, logs, /tmp, traces."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.settings import ROOT, Settings
from demo.personas import PERSONAS
from demo.run import run_demo
from tests.support.servers import listening

MARKS = 50
SHORTEST = 6  # bytes of a form: shorter ones lie anywhere by chance


def forms(value: str) -> Iterator[bytes]:
    """The bytes by which a text can lie somewhere."""
    plain = value.encode()
    yield from (plain, value.encode("utf-16-le"), value.encode("utf-16-be"))
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    yield json.dumps(value)[1:-1].encode()  # \\u escapes
    yield "".join(f"%{byte:02X}" for byte in plain).encode()
    for shift in range(3):  # base64 of a longer text: the middle that does not depend on the ends
        coded = base64.b64encode(bytes(shift) + plain)
        yield coded[(4, 4, 4)[shift] : -4]


def hits(marks: list[str], places: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Which marks lie where."""
    wanted = {mark: [form for form in forms(mark) if len(form) >= SHORTEST] for mark in marks}
    return [
        (mark, where)
        for where, content in places.items()
        for mark, found in wanted.items()
        if any(form in content for form in found)
    ]


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("value", ["欧骐骙", "11010119880314421X"])
def test_the_search_finds_every_form(value: str) -> None:
    for number, form in enumerate(form for form in forms(value) if len(form) >= SHORTEST):
        assert hits([value], {"here": b"x" * number + form + b"y"}), form
    assert not hits([value], {"here": b"nothing of the kind"})


def test_fifty_marked_values_lie_nowhere_in_the_clear(tmp_path: Path) -> None:
    var, temporary = tmp_path / "var", tmp_path / "tmp"
    temporary.mkdir()
    marks_file = tmp_path / "marks.json"
    arguments = (str(var), "{url}", str(tmp_path / "codes.jsonl"), str(marks_file))
    watched = {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary), "NO_PROXY": "127.0.0.1"}
    with listening() as collector:
        given = [argument.format(url=collector.url) for argument in arguments]
        command = [sys.executable, "-m", "tests.support.marked_use", *given]
        run = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **watched}, capture_output=True, timeout=600
        )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    marks: list[str] = json.loads(marks_file.read_text("utf-8"))
    assert len(set(marks)) == MARKS
    traces = b"".join(body for _, body in collector.received)
    assert traces
    assert b"a statement failed" in run.stderr + run.stdout
    places = {
        **{f"var/{name}": content for name, content in files_below(var).items()},
        **{f"tmp/{name}": content for name, content in files_below(temporary).items()},
        "log": run.stdout + run.stderr,
        "traces": traces,
    }
    assert any(name.endswith("kaihu.sqlite") for name in places)
    assert hits(marks, places) == []


@pytest.mark.timeout(1800)
def test_nothing_of_the_demo_lies_in_the_clear(models: Path, tmp_path: Path) -> None:
    """The real engines, the real server, five people."""
    kept = tmp_path / "kept"
    assert run_demo(Settings(models=models), kept, None)
    marks = sorted({text for persona in PERSONAS for text in persona_values(persona)})
    assert marks
    places = {name: content for name, content in files_below(kept).items() if "codes" not in name}
    assert hits(marks, places) == []


def persona_values(_persona: object) -> list[str]:
    from demo import personas

    people = [
        value for value in vars(personas).values() if type(value).__name__ in ("Person", "Business")
    ]
    texts = (str(text) for person in people for text in vars(person).values())
    return [text for text in texts if len(text) >= 3]

"""No value of a person lies in the clear: database, write-ahead log, media, logs, /tmp, traces."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.settings import ROOT
from demo import personas
from demo.documents import Business, Person
from tests.support.postgres import Postgres, running_postgres
from tests.support.servers import Listener, listening

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


@dataclass(frozen=True)
class Place:
    """Where a run leaves its traces, and what it is told of that."""

    folder: Path
    collector: Listener
    server: Postgres | None
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """Of the processes that run."""
        temporary = str(self.folder / "tmp")
        told = {"TMPDIR": temporary, "SQLITE_TMPDIR": temporary, "NO_PROXY": "127.0.0.1"}
        told |= {"KAIHU_DATABASE_URL": self.database_url} if self.server else {}
        return {**os.environ, **told, "KAIHU_TRACE_URL": self.collector.url}

    def contents(self, var: Path) -> dict[str, bytes]:
        """Every byte that a run left: files, temporary files, traces, the database's own files."""
        traces = b"".join(body for _, body in self.collector.received)
        assert traces
        places = {
            **{f"var/{name}": content for name, content in files_below(var).items()},
            **{
                f"tmp/{name}": content for name, content in files_below(self.folder / "tmp").items()
            },
            "traces": traces,
        }
        if self.server is None:
            assert any(name.endswith("kaihu.sqlite") for name in places)
            return places
        self.server.flush()
        files = files_below(self.server.folder)
        assert any("pg_wal" in name for name in files)
        return places | {f"postgresql/{name}": content for name, content in files.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place of its own, with a database server of its own where there is one."""
    (tmp_path / "tmp").mkdir()
    with ExitStack() as opened:
        collector = opened.enter_context(listening())
        if request.param == "sqlite":
            yield Place(tmp_path, collector, None, "")
            return
        server = opened.enter_context(running_postgres())
        server.keep_values_out_of_the_log()
        yield Place(tmp_path, collector, server, server.create("marked"))


def test_fifty_marked_values_lie_nowhere_in_the_clear(place: Place, tmp_path: Path) -> None:
    var, marks_file = tmp_path / "var", tmp_path / "marks.json"
    given = (var, place.collector.url, tmp_path / "codes.jsonl", marks_file)
    command = [sys.executable, "-m", "tests.support.marked_use", *map(str, given)]
    run = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, timeout=600)
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    marks: list[str] = json.loads(marks_file.read_text("utf-8"))
    assert len(set(marks)) == MARKS
    assert b"a statement failed" in run.stderr + run.stdout
    assert hits(marks, {**place.contents(var), "log": run.stdout + run.stderr}) == []


@pytest.mark.timeout(1800)
def test_nothing_of_the_demo_lies_in_the_clear(models: Path, place: Place, tmp_path: Path) -> None:
    """The real engines, the real server, five people."""
    kept = tmp_path / "kept"
    command = [sys.executable, "-m", "app.cli.main", "demo", "--keep", str(kept)]
    environment = {**place.environment, "KAIHU_MODELS": str(models)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=1700)
    assert run.returncode == 0, run.stdout.decode()[-3000:] + run.stderr.decode()[-3000:]
    outbox = kept / "codes.jsonl"  # stands for the gateway that messages go to
    phones = {json.loads(line)["phone"] for line in outbox.read_text("utf-8").splitlines()}
    assert len(phones) > 1
    marks = sorted(phones | demo_values())
    places = place.contents(kept)
    del places[f"var/{outbox.name}"]
    del places["var/records/firms.json"]  # of another system, which the demo runs beside ours
    assert "var/server.log" in places
    assert hits(marks, places) == []


def demo_values() -> set[str]:
    """What the documents of the demo's people say of them alone."""
    everything = vars(personas).values()
    people = [one for one in everything if isinstance(one, Person)]
    firms = [one for one in everything if isinstance(one, Business)]
    assert len(people) >= 3
    assert len(firms) >= 4
    return {
        *(text for person in people for text in (person.name, person.number)),
        *(text for firm in firms for text in (firm.name, firm.code, *firm.scope)),
        *("幸福路1号", "样例市公安局幸福分局"),
    }
